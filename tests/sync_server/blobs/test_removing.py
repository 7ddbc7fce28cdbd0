"""Removing files while others remove them too, and while they come again: what came whole and is kept is there, what was erased is not."""

from collections.abc import Callable

import pytest

from shared.errors import StorageBusy
from shared.sync.protocol import BLOB_CHUNK
from sync_server.services import blob_keeping
from sync_server.services.blob_keeping import remove_leaving
from sync_server.services.compaction import compact
from sync_server.services.erasure import Eraser
from sync_server.services.ledger import Ledger
from sync_server.storage import blobs
from tests.fakes.pictures import png, sha
from tests.sync_server.blobs.line import Line, Sender, code
from tests.sync_server.world import DAY

pytestmark = pytest.mark.usefixtures("engine")
PHOTO = png(filler=300_000)
WEEK = 7 * DAY


def erase(line: Line) -> None:
    """As ``tournee erase`` does."""
    with line.world.database.write() as connection:
        Eraser(Ledger(line.folder.parent / "ledger.log"), line.world.clock).erase(connection, "account", line.lyon)
    remove_leaving(line.world.database, line.store)


def sweep(line: Line) -> None:
    blob_keeping.sweep(line.world.database, line.store, line.world.clock.now)


def test_a_photo_that_comes_again_between_two_removals_stays(line: Line, elodie: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    real = line.store.discard

    def removed_and_sent_again(upload: str, size: int) -> None:
        monkeypatch.setattr(line.store, "discard", real)
        real(upload, size)
        remove_leaving(line.world.database, line.store)  # as `tournee erase` ends
        elodie.refer(line.lyon, PHOTO)
        assert elodie.send(PHOTO).status_code == 200

    elodie.send(PHOTO)
    sweep(line)
    line.world.clock.now += WEEK
    line.phone(line.world.marie).put(sha(PHOTO), 0, PHOTO[:BLOB_CHUNK], len(PHOTO))
    monkeypatch.setattr(line.store, "discard", removed_and_sent_again)

    sweep(line)

    assert elodie.call("GET", sha(PHOTO)).content == PHOTO


def test_a_photo_that_is_removed_before_it_was_noted_is_not_called_whole(
    line: Line, elodie: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed(real: Callable[[str, str, int], None]) -> Callable[[str, str, int], None]:
        def publish(upload: str, sha256: str, size: int) -> None:
            real(upload, sha256, size)
            sweep(line)

        return publish

    elodie.send(PHOTO)
    sweep(line)
    line.world.clock.now += WEEK
    store = line.app.state.blobs._store
    with monkeypatch.context() as patched:
        patched.setattr(store, "publish", removed(store.publish))
        answer = elodie.send(PHOTO)

    assert code(answer) == (503, StorageBusy.code)
    elodie.refer(line.lyon, PHOTO)
    assert elodie.progress(sha(PHOTO)) == (0, False)
    elodie.send(PHOTO)
    assert elodie.call("GET", sha(PHOTO)).content == PHOTO


def test_a_photo_of_who_was_erased_while_it_was_on_its_way_is_not_taken_anew(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.put(sha(PHOTO), 0, PHOTO[:BLOB_CHUNK], len(PHOTO))
    erase(line)

    answers = [
        elodie.put(sha(PHOTO), offset, PHOTO[offset : offset + BLOB_CHUNK], len(PHOTO)) for _ in range(2) for offset in (BLOB_CHUNK, 0)
    ]

    assert {code(answer) for answer in answers} == {(409, "blob_erased")}
    assert elodie.progress(sha(PHOTO)) == (0, False)
    assert line.files() == []


def test_the_same_photo_of_another_customer_is_taken_after_an_erasure(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    erase(line)
    line.lyon = line.world.account()
    elodie.phone.pull()
    elodie.refer(line.lyon, PHOTO)

    elodie.send(PHOTO)
    remove_leaving(line.world.database, line.store)
    sweep(line)

    assert elodie.call("GET", sha(PHOTO)).content == PHOTO


def test_what_was_of_somebody_erased_is_known_for_a_week(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    erase(line)

    line.world.clock.now += WEEK - 1
    sweep(line)
    before = elodie.put(sha(PHOTO), 0, PHOTO[:BLOB_CHUNK], len(PHOTO))
    line.world.clock.now += 1
    sweep(line)

    assert code(before) == (409, "blob_erased")
    assert line.world.database.run(blobs.leaving) == []


@pytest.mark.parametrize("published", [False, True])
def test_a_photo_of_who_was_erased_while_its_last_chunk_was_kept_does_not_stay(
    line: Line, elodie: Sender, monkeypatch: pytest.MonkeyPatch, *, published: bool
) -> None:
    store = line.app.state.blobs._store
    real = store.publish

    def publish(upload: str, sha256: str, size: int) -> None:
        for step in (real, lambda *_: erase(line)) if published else (lambda *_: remove(), real):
            step(upload, sha256, size)

    def remove() -> None:
        """All of an erasure, but for what it discards of uploads: the last chunk came after that."""
        with monkeypatch.context() as late:
            late.setattr(line.store, "discard", lambda *_: None)
            erase(line)

    elodie.refer(line.lyon, PHOTO)
    with monkeypatch.context() as patched:
        patched.setattr(store, "publish", publish)
        answer = elodie.send(PHOTO)

    assert code(answer) == (503, StorageBusy.code)
    assert line.files() == []
    assert line.world.database.run(blobs.blobs) == []


@pytest.mark.parametrize("whole", [True, False])
def test_a_deleted_photo_keeps_its_tombstone_as_long_as_its_file_so_that_it_is_erased_with_its_customer(
    line: Line, elodie: Sender, *, whole: bool
) -> None:
    id_ = elodie.refer(line.lyon, PHOTO)
    for offset in range(0, len(PHOTO) if whole else BLOB_CHUNK, BLOB_CHUNK):
        elodie.put(sha(PHOTO), offset, PHOTO[offset : offset + BLOB_CHUNK], len(PHOTO))
    delete(line, elodie, id_)

    sweep(line)
    compacted = compact(line.world.database, line.world.clock.now)
    erase(line)

    assert compacted.tombstones == 0
    assert line.files() == []


def test_the_tombstone_of_a_photo_goes_once_its_file_did(line: Line, elodie: Sender) -> None:
    id_ = elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    delete(line, elodie, id_)
    sweep(line)

    line.world.clock.now += WEEK
    sweep(line)

    assert line.files() == []
    assert compact(line.world.database, line.world.clock.now).tombstones == 1


def delete(line: Line, phone: Sender, id_: str) -> None:
    """Delete a photo, so that every phone knows."""
    phone.phone.pull()
    assert phone.phone.push(phone.phone.delete("attachment", id_)).status == "applied"
    for _ in range(2):  # the second one says what the first one brought
        phone.phone.pull()
    line.world.clock.now += DAY
