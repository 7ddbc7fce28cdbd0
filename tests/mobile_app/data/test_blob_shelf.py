"""What of the files stays, goes and travels, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobile_app.data.blob_names import Named
from mobile_app.data.blob_shelf import BlobShelf, Transfer
from mobile_app.data.vault import Vault
from mobile_app.data.vault_blobs import HERE, WAITING
from shared.errors import AnswerMalformed
from shared.sync.protocol import BLOB_CHUNK
from tests.fakes.device import FakeClock
from tests.fakes.disk import MemoryDisk
from tests.fakes.pictures import sha
from tests.mobile_app.data.desks import DAY, HOUR, OTHER, PHOTO, THEIRS, THUMB, Desk, Names
from tests.mobile_app.data.vaults import CRYPTO, KEY


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.settle()
    return made


def test_thumbnails_go_first_then_what_somebody_wants_then_whole_pictures(desk: Desk) -> None:
    desk.shelf.keep(PHOTO, small=False)
    desk.shelf.keep(THUMB, small=True)
    desk.names.show(PHOTO, OTHER, small=(THUMB, THEIRS))
    desk.shelf.want(sha(OTHER))

    order: list[tuple[str, str]] = []
    while (transfer := desk.shelf.next([name for name, _ in order])) is not None:
        order.append((transfer.sha256, transfer.way))

    assert order == [(sha(THUMB), "up"), (sha(THEIRS), "down"), (sha(OTHER), "down"), (sha(PHOTO), "up")]


def test_a_file_to_be_sent_never_makes_room(desk: Desk) -> None:
    shelf = desk.shelf = desk.open(quota=150)
    desk.names.show(PHOTO, OTHER, b"x" * 90)
    shelf.keep(PHOTO, small=False)
    for data in (OTHER, b"x" * 90):
        desk.clock.forward(HOUR)
        desk.send(data)

    desk.settle()

    assert shelf.read(sha(PHOTO)) == PHOTO
    assert shelf.read(sha(OTHER)) is None
    assert shelf.read(sha(b"x" * 90)) is not None


def test_what_no_record_names_goes_but_not_before_it_was_sent(desk: Desk) -> None:
    desk.send(PHOTO)
    desk.shelf.keep(OTHER, small=False)
    desk.names.owed = {sha(OTHER)}

    desk.settle(after=HOUR)

    assert desk.shelf.row(sha(PHOTO)) is None
    assert desk.shelf.next([]) == Transfer(sha(OTHER), "up", len(OTHER))
    desk.shelf.sent(sha(OTHER), len(OTHER), complete=True)
    desk.settle()
    assert desk.vault.blob_files.names() == []


def test_a_file_whose_record_was_never_written_goes_without_being_sent(desk: Desk) -> None:
    desk.shelf.keep(PHOTO, small=False)

    desk.settle()
    fresh = desk.shelf.row(sha(PHOTO))
    desk.settle(after=HOUR)

    assert fresh is not None
    assert desk.shelf.next([]) is None
    assert desk.vault.blob_files.names() == []


def test_a_deleted_photo_can_be_taken_back_for_a_day(desk: Desk) -> None:
    desk.shelf.keep(PHOTO, small=False)
    desk.names.named = Named(hidden=frozenset({sha(PHOTO)}))

    desk.settle(after=HOUR)
    kept = desk.shelf.read(sha(PHOTO))
    desk.settle(after=2 * DAY)

    assert kept == PHOTO
    assert desk.shelf.read(sha(PHOTO)) is None


def test_a_photo_whose_record_was_refused_waits_with_it(desk: Desk) -> None:
    desk.shelf.keep(PHOTO, small=False)
    desk.names.named = Named(held=frozenset({sha(PHOTO)}))

    desk.settle(after=30 * DAY)

    assert desk.shelf.read(sha(PHOTO)) == PHOTO
    assert desk.shelf.next([]) is None


def test_nothing_goes_before_the_records_have_come(desk: Desk) -> None:
    desk.send(PHOTO)

    desk.settle(after=DAY, pulled=False)

    assert desk.shelf.read(sha(PHOTO)) == PHOTO


def test_files_that_a_salvage_left_without_a_row_are_offered_again(desk: Desk) -> None:
    desk.send(PHOTO)
    desk.vault.blobs.delete(sha(PHOTO))

    desk.shelf = desk.open()

    row = desk.shelf.row(sha(PHOTO))
    assert row is not None
    assert (row.state, row.size) == (WAITING, len(PHOTO))


def test_after_a_restore_of_the_server_what_was_sent_is_offered_again(desk: Desk) -> None:
    desk.names.show(PHOTO)
    desk.send(PHOTO)

    desk.shelf.settle("another epoch", pulled=True)

    assert desk.shelf.next([]) == Transfer(sha(PHOTO), "up", len(PHOTO))


def test_a_download_is_resumed_by_chunks_and_verified(desk: Desk) -> None:
    data = bytes(range(256)) * 1_500
    desk.names.show(data)
    desk.shelf.want(sha(data))
    first = desk.shelf.next([])
    assert first is not None
    desk.shelf.received(first, data[:BLOB_CHUNK], len(data))

    desk.shelf = desk.open(quota=10**6)
    resumed = desk.shelf.next([])
    assert resumed is not None
    ended = desk.shelf.received(resumed, data[BLOB_CHUNK:], len(data))

    row = desk.shelf.row(sha(data))
    assert row is not None
    assert (resumed.come, ended, row.state) == (BLOB_CHUNK, None, HERE)
    assert desk.shelf.read(sha(data)) == data


def test_a_download_that_is_not_what_it_was_called_is_dropped(desk: Desk) -> None:
    desk.names.show(PHOTO)
    desk.shelf.want(sha(PHOTO))
    transfer = desk.shelf.next([])
    assert transfer is not None

    with pytest.raises(AnswerMalformed):
        desk.shelf.received(transfer, OTHER, len(OTHER))

    assert desk.shelf.read(sha(PHOTO)) is None
    assert desk.vault.blob_files.come(sha(PHOTO)) == 0


def test_a_download_of_which_a_power_cut_took_a_part_begins_again(desk: Desk) -> None:
    data = b"".join(number.to_bytes(4, "big") for number in range(BLOB_CHUNK // 4 + 1))
    desk.names.show(data)
    desk.shelf.want(sha(data))
    transfer = desk.shelf.next([])
    assert transfer is not None
    desk.shelf.received(transfer, data[:BLOB_CHUNK], len(data))
    part = desk.path.with_name("v.blobs") / f"{sha(data)}.part"
    part.write_bytes(bytes(part.stat().st_size))
    again = desk.shelf.next([])
    assert again is not None

    with pytest.raises(AnswerMalformed):
        desk.shelf.received(again, data[BLOB_CHUNK:], len(data))

    assert desk.shelf.next([]) == transfer


def test_a_damaged_file_is_forgotten_and_fetched_again(desk: Desk) -> None:
    desk.names.show(small=(THUMB,))
    transfer = desk.shelf.next([])
    assert transfer is not None
    desk.shelf.received(transfer, THUMB, len(THUMB))
    path = desk.path.with_name("v.blobs") / sha(THUMB)
    path.write_bytes(path.read_bytes()[:-1] + b"!")

    assert desk.shelf.read(sha(THUMB)) is None
    assert desk.shelf.next([]) == transfer


def test_a_full_disk_keeps_nobody_out_when_a_file_is_there_that_nothing_knows(tmp_path: Path) -> None:
    disk = MemoryDisk()
    vault = Vault.open(tmp_path / "v", "org", connect=disk, crypto=CRYPTO)
    vault.unlock(KEY)
    vault.blob_files.keep(sha(b"oven"), b"oven")
    disk.full = True
    shelf = BlobShelf(vault, Names(), FakeClock())  # type: ignore[arg-type]  # names as told

    shelf.load()

    row = shelf.row(sha(b"oven"))
    assert row is not None
    assert row.state == WAITING
    assert not [*vault.blobs.rows()]
    disk.full = False
    shelf.load()
    assert [each.sha256 for each in vault.blobs.rows()] == [sha(b"oven")]
    vault.close()
    disk.close()
