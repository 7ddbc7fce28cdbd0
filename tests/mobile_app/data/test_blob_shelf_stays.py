"""What of the files stays although something went wrong, and what of them goes although something did."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.data.blob_names import Named
from mobile_app.data.blob_shelf import Transfer
from mobile_app.data.vault_blobs import HERE
from shared.sync.protocol import BLOB_CHUNK
from tests.fakes.pictures import sha
from tests.mobile_app.data.desks import DAY, HOUR, OTHER, PHOTO, THEIRS, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.settle()
    return made


def test_the_same_picture_twice_is_kept_once_and_offered_once_more(desk: Desk) -> None:
    desk.send(PHOTO)
    desk.names.show(PHOTO)

    again = desk.shelf.keep(PHOTO, small=False)  # for somebody else: the first one may have been erased, and with it the bytes there

    assert again == sha(PHOTO)
    assert desk.vault.blob_files.names() == [again]
    assert desk.shelf.next([]) == Transfer(again, "up", len(PHOTO))
    desk.shelf.sent(again, len(PHOTO), complete=True)
    assert desk.shelf.next([]) is None


def test_what_was_too_large_is_offered_once_more_at_the_next_start(desk: Desk) -> None:
    for data, code in ((PHOTO, "blob_too_large"), (OTHER, "not_a_picture")):
        desk.shelf.refuse(desk.shelf.keep(data, small=False), code)
    desk.names.show(PHOTO, OTHER)

    started = desk.open(10**9)

    assert started.next([]) == Transfer(sha(PHOTO), "up", len(PHOTO))
    assert started.next([sha(PHOTO)]) is None


@pytest.mark.parametrize(
    ("named", "owed"),
    [
        (Named(held=frozenset({sha(PHOTO)})), set()),
        (Named(hidden=frozenset({sha(PHOTO)})), set()),
        (Named(unsent=frozenset({sha(PHOTO)})), set()),
        (Named(), {sha(PHOTO)}),
    ],
)
def test_a_picture_added_again_in_vain_does_not_go_from_where_it_was_before(desk: Desk, named: Named, owed: set[str]) -> None:
    desk.shelf.keep(PHOTO, small=False)
    desk.names.named, desk.names.owed = named, owed

    desk.shelf.drop_unnamed([desk.shelf.keep(PHOTO, small=False)])
    desk.settle(after=HOUR)

    assert desk.shelf.read(sha(PHOTO)) == PHOTO


def test_a_picture_of_work_that_is_not_sent_yet_stays_however_long_its_record_is_hidden(desk: Desk) -> None:
    desk.shelf.keep(PHOTO, small=False)
    desk.names.named = Named(hidden=frozenset({sha(PHOTO)}), unsent=frozenset({sha(PHOTO)}))

    desk.settle(after=30 * DAY)

    assert desk.shelf.read(sha(PHOTO)) == PHOTO


def test_what_a_kill_left_half_written_goes(desk: Desk) -> None:
    wanted = b"ab" * BLOB_CHUNK
    desk.vault.blob_files.add(sha(PHOTO), 0, PHOTO)  # killed while it was kept
    desk.vault.blob_files.add(sha(wanted), 0, wanted[:BLOB_CHUNK])  # on its way
    desk.names.show(wanted)
    desk.shelf.want(sha(wanted))

    desk.shelf = desk.open()
    desk.settle()

    assert desk.vault.blob_files.parts() == [sha(wanted)]


def test_a_part_that_comes_when_nothing_wants_it_any_more_is_not_kept(desk: Desk) -> None:
    late = Transfer(sha(OTHER), "down", len(OTHER))

    assert desk.shelf.received(late, OTHER[:10], len(OTHER)) is None
    assert desk.vault.blob_files.parts() == []


def test_a_picture_that_was_added_while_it_was_fetched_outlives_its_late_part(desk: Desk) -> None:
    data = b"ab" * BLOB_CHUNK
    desk.names.show(data)
    desk.shelf.want(sha(data))
    transfer = desk.shelf.next([])
    assert transfer is not None
    come = desk.shelf.received(transfer, data[:BLOB_CHUNK], len(data))
    assert come is not None
    desk.shelf.keep(data, small=False)

    desk.shelf.received(replace(transfer, come=come), data[come:], len(data))

    assert desk.shelf.read(sha(data)) == data
    assert desk.shelf.next([]) == Transfer(sha(data), "up", len(data))
    assert desk.vault.blob_files.parts() == []


def fetched(desk: Desk, *, whole: tuple[bytes, ...], small: tuple[bytes, ...] = ()) -> None:
    """Show photos and fetch what is named, each an hour after the one before."""
    desk.names.show(*whole, small=small)
    for data in (*small, *whole):
        desk.clock.forward(HOUR)
        if data in whole:
            desk.shelf.want(sha(data))
        transfer = desk.shelf.next([each.sha256 for each in desk.vault.blobs.rows() if each.sha256 != sha(data)])
        assert transfer == Transfer(sha(data), "down", len(data) if data in whole else 0, small=data in small)
        desk.shelf.received(transfer, data, len(data))


def test_after_a_restore_of_the_server_what_was_fetched_is_offered_last_and_is_nobodys_unsent_work(desk: Desk) -> None:
    fetched(desk, whole=(OTHER,), small=(THEIRS,))
    desk.names.show(OTHER, PHOTO, small=(THEIRS,))
    desk.shelf.keep(PHOTO, small=False)
    desk.shelf.settle("another epoch", pulled=True)

    order = []
    while (transfer := desk.shelf.next([])) is not None:
        order.append((transfer.sha256, transfer.way))
        desk.shelf.sent(transfer.sha256, transfer.size, complete=True)
        assert (desk.shelf.owes(), desk.shelf.waiting(), desk.shelf.not_taken()) == (False, [], 0)

    assert order == [(sha(PHOTO), "up"), (sha(THEIRS), "up"), (sha(OTHER), "up")]
    desk.shelf.settle("another epoch", pulled=True)
    assert desk.shelf.next([]) is None
    assert [row.state for row in desk.vault.blobs.rows() if row.sha256 != sha(PHOTO)] == [HERE, HERE]


def test_what_was_fetched_and_is_not_taken_back_is_said_to_nobody(desk: Desk) -> None:
    fetched(desk, whole=(OTHER,))
    desk.shelf.settle("another epoch", pulled=True)

    desk.shelf.refuse(sha(OTHER), "blob_too_large")

    assert (desk.shelf.next([]), desk.shelf.waiting(), desk.shelf.not_taken()) == (None, [], 0)
    assert desk.shelf.read(sha(OTHER)) == OTHER


def test_what_a_restored_server_may_lack_makes_room_last(desk: Desk) -> None:
    desk.shelf = desk.open(quota=300)
    fetched(desk, whole=(OTHER,))
    desk.shelf.settle("another epoch", pulled=True)
    newer = b"x" * 200
    fetched(desk, whole=(newer,))

    assert desk.shelf.read(sha(OTHER)) == OTHER
    assert desk.shelf.read(sha(newer)) is None
