"""What keeps store and database in step: sweeps, erased bytes, restored databases, and work that was cut off."""

import os
from pathlib import Path

import pytest

from shared.errors import StorageBusy, StorageFailed
from shared.sync.protocol import COMPLETE_HEADER
from sync_server.config import BlobLimits
from sync_server.services import blob_keeping
from sync_server.services.blob_keeping import Swept
from sync_server.services.erasure import Eraser
from sync_server.services.ledger import Ledger
from sync_server.storage import blobs
from sync_server.storage.blob_store import FolderStore
from sync_server.storage.tables import BLOB
from tests.fakes.pictures import png, sha
from tests.sync_server.blobs.line import Line, Sender, code
from tests.sync_server.world import DAY

pytestmark = pytest.mark.usefixtures("engine")
PHOTO, OTHER = png(filler=500), png(filler=700, seed=2)
WEEK = 7 * DAY


def sweep(line: Line, *, after: int = 0, dry_run: bool = False) -> Swept:
    line.world.clock.now += after
    return blob_keeping.sweep(line.world.database, line.store, line.world.clock.now, dry_run=dry_run)


def kept(line: Line) -> set[str]:
    return {found.sha256 for found in line.store.blobs()}


def test_what_no_record_names_goes_after_a_week_and_the_rest_stays(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    elodie.send(OTHER)

    first, second = sweep(line), sweep(line, after=WEEK - 1)
    before = kept(line)
    third = sweep(line, after=1)

    assert (first.blobs, second.blobs, before) == (0, 0, {sha(PHOTO), sha(OTHER)})
    assert third == Swept(1, len(OTHER), 0)
    assert kept(line) == {sha(PHOTO)}


def test_a_dry_run_says_what_would_go_and_changes_nothing(line: Line, elodie: Sender) -> None:
    elodie.send(OTHER)
    sweep(line)

    told = sweep(line, after=WEEK, dry_run=True)

    assert told == Swept(1, len(OTHER), 0)
    assert kept(line) == {sha(OTHER)}
    assert sweep(line) == told


def test_a_photo_that_is_named_again_in_time_stays(line: Line, elodie: Sender) -> None:
    id_ = elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    elodie.phone.pull()
    elodie.phone.push(elodie.phone.delete("attachment", id_))
    sweep(line)
    elodie.phone.pull()
    elodie.phone.push(elodie.phone.edit("attachment", id_))  # taken back

    swept = sweep(line, after=2 * WEEK)

    assert swept.blobs == 0
    assert elodie.call("GET", sha(PHOTO)).content == PHOTO


def test_an_upload_that_nobody_goes_on_with_goes_too(line: Line, elodie: Sender, tmp_path: Path) -> None:
    large = png(filler=300_000)
    elodie.put(sha(large), 0, large[: 256 * 1024], len(large))

    swept = sweep(line, after=WEEK + 1)

    assert swept.uploads == 1
    assert list((tmp_path / "blobs/staged").iterdir()) == []


def test_erased_bytes_go_at_once_unless_another_record_names_them(line: Line, elodie: Sender) -> None:
    for data in (PHOTO, OTHER):
        elodie.send(data)
    elodie.refer(line.lyon, PHOTO)

    with line.world.database.write() as connection:
        blob_keeping.let_unnamed_leave(connection, [sha(PHOTO), sha(OTHER), sha(b"never here")], line.world.clock.now)
    blob_keeping.remove_leaving(line.world.database, line.store)

    assert kept(line) == {sha(PHOTO)}
    assert [row.sha256 for row in line.world.database.run(blobs.blobs)] == [sha(PHOTO)]


def erase(line: Line) -> int:
    """Erase the customer, and be killed before the photos go."""
    with line.world.database.write() as connection:
        return Eraser(Ledger(line.folder.parent / "ledger.log"), line.world.clock).erase(connection, "account", line.lyon)


@pytest.mark.parametrize("by_sweep", [True, False])
def test_photos_of_who_was_erased_go_with_the_next_sweep_or_erasure_when_the_first_was_cut_off(
    line: Line, elodie: Sender, *, by_sweep: bool
) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    erase(line)

    again = erase(line)
    if by_sweep:
        sweep(line)
    else:
        blob_keeping.remove_leaving(line.world.database, line.store)

    assert again == 0
    assert line.files() == []
    assert line.world.database.run(blobs.blobs) == []


def test_what_phones_had_sent_so_far_of_a_photo_of_who_was_erased_goes_too(line: Line, elodie: Sender) -> None:
    large, marie = png(filler=300_000), line.phone(line.world.marie)
    elodie.refer(line.lyon, large)
    for each in (elodie, marie):
        each.put(sha(large), 0, large[: 256 * 1024], len(large))
    before = len(line.files())
    erase(line)

    blob_keeping.remove_leaving(line.world.database, line.store)

    assert before == 2
    assert line.files() == []
    assert line.world.database.run(lambda connection: blobs.uploads(connection, sha(large))) == []


def test_an_upload_whose_bytes_could_not_be_discarded_goes_with_the_next_sweep(
    line: Line, elodie: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_store: FolderStore, _upload: str, _size: int) -> None:
        raise StorageFailed

    large = png(filler=300_000)
    elodie.put(sha(large), 0, large[: 256 * 1024], len(large))
    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "discard", refuse)
        with pytest.raises(StorageFailed):
            sweep(line, after=WEEK + 1)

    swept = sweep(line)

    assert swept.uploads == 1
    assert line.files() == []


def test_staged_bytes_of_which_a_restored_database_does_not_know_go_after_a_week(line: Line, elodie: Sender) -> None:
    large, begun = png(filler=300_000), png(filler=300_000, seed=2)
    elodie.put(sha(large), 0, large[: 256 * 1024], len(large))
    line.world.database.run(blobs.doubt_all)
    elodie.put(sha(begun), 0, begun[: 256 * 1024], len(begun))
    for path in (line.folder / "staged").iterdir():
        os.utime(path, times=(0, line.world.clock.now // 1000))

    early = sweep(line, after=WEEK - 1)
    before = line.files()
    told, swept = sweep(line, after=1, dry_run=True), sweep(line)

    assert (early.uploads, told.uploads, swept.uploads) == (0, 1, 1)
    assert len(before) == 2
    assert [name.endswith(sha(begun)) for name in line.files()] == [True]


def test_a_restored_database_takes_up_what_is_in_the_store(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    with line.world.database.write() as connection:
        connection.execute(BLOB.delete())

    assert elodie.progress(sha(PHOTO)) == (len(PHOTO), True)
    assert elodie.call("GET", sha(PHOTO)).headers["content-type"] == "image/png"


def test_a_store_that_lost_its_bytes_takes_them_again(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    line.store.remove(sha(PHOTO))

    assert elodie.progress(sha(PHOTO)) == (0, False)
    elodie.send(PHOTO)
    assert elodie.call("GET", sha(PHOTO)).content == PHOTO


@pytest.mark.parametrize("restored", [False, True])
def test_a_file_that_was_cut_short_in_the_store_is_not_here_and_is_taken_again(line: Line, elodie: Sender, *, restored: bool) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    path = line.folder / sha(PHOTO)[:2] / sha(PHOTO)
    path.write_bytes(PHOTO[:-100])
    if restored:
        with line.world.database.write() as connection:
            connection.execute(BLOB.delete())
        sweep(line)

    assert elodie.progress(sha(PHOTO)) == (0, False)
    assert code(elodie.call("GET", sha(PHOTO)))[0] == 404
    assert elodie.send(PHOTO).headers[COMPLETE_HEADER] == "?1"
    assert path.read_bytes() == PHOTO
    assert elodie.call("GET", sha(PHOTO)).content == PHOTO


def test_files_that_the_store_lost_take_no_room_from_the_next_sweep_on(line: Line, elodie: Sender) -> None:
    for data in (PHOTO, OTHER):
        elodie.refer(line.lyon, data)
        elodie.send(data)
    line.store.remove(sha(PHOTO))

    sweep(line)
    counted = line.world.database.run(blobs.bytes_kept)
    elodie.send(PHOTO)
    sweep(line)

    assert counted == len(OTHER)
    assert line.world.database.run(blobs.bytes_kept) == len(PHOTO) + len(OTHER)


def test_a_file_that_the_store_lost_is_taken_again_though_there_is_no_other_room(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    line.app.state.blobs._limits = BlobLimits(quota=len(PHOTO) + 1, cap=len(PHOTO))
    line.store.remove(sha(PHOTO))

    assert elodie.send(PHOTO).headers[COMPLETE_HEADER] == "?1"


def test_a_sweep_that_was_cut_off_is_finished_by_the_next(line: Line, elodie: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_store: FolderStore, _sha256: str) -> None:
        raise StorageFailed

    elodie.send(OTHER)
    sweep(line)
    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "remove", refuse)
        with pytest.raises(StorageFailed):
            sweep(line, after=WEEK)

    swept = sweep(line)

    assert swept.blobs == 1
    assert kept(line) == set()


def test_a_file_that_is_sent_again_while_it_is_removed_is_sent_later(line: Line, elodie: Sender) -> None:
    elodie.send(OTHER)
    with line.world.database.write() as connection:
        blobs.mark_leaving(connection, [sha(OTHER)])

    assert code(elodie.send(OTHER)) == (503, StorageBusy.code)


def test_a_server_that_died_before_it_noted_the_last_chunk_finds_the_file_whole(
    line: Line, elodie: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    elodie.refer(line.lyon, PHOTO)
    with monkeypatch.context() as patched:
        patched.setattr(blobs, "save_blob", lambda *_: False)
        elodie.send(PHOTO)

    assert elodie.progress(sha(PHOTO)) == (len(PHOTO), True)
