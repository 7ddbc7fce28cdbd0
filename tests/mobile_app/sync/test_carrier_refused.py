"""What the carrier makes of refusals, of failures, and of a server without room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection

import pytest

from mobile_app.data.blob_shelf import Transfer
from mobile_app.sync.blob_api import Outgoing, Part, There
from mobile_app.sync.blobs import BROKEN, PIECE, TRIES
from mobile_app.sync.engine import RoundEnd
from shared.errors import AnswerMalformed, DiskFull, Offline, ServerRefused, SessionExpired, StorageFailed
from shared.sync.protocol import BLOB_CHUNK
from tests.mobile_app.sync.carrying import Refusing, Shelf, SlowServer, carrier, photo, run


@pytest.mark.parametrize("code", ["not_a_picture", "too_many_pixels", "blob_too_large"])
def test_what_the_office_never_takes_is_said_and_not_sent_again(code: str) -> None:
    shelf = Shelf(photo(100)[1])

    run(carrier(shelf, Refusing(ServerRefused(415, code))).carry_all())

    assert shelf.refusals == [code]


@pytest.mark.parametrize("code", ["quota_exceeded", "internal_error", "hash_mismatch"])
def test_what_the_office_does_not_take_now_waits_for_the_next_round(code: str) -> None:
    shelf, server = Shelf(photo(100)[1]), Refusing(ServerRefused(507, code))

    run(carrier(shelf, server).carry_all())

    assert (shelf.refusals, server.asked) == ([], 1)
    assert shelf.transfer is not None


@pytest.mark.parametrize("error", [Offline(), AnswerMalformed(), ServerRefused(409, "offset_mismatch")])
def test_failures_end_the_attempt_and_wait_for_the_next_round(error: Exception) -> None:
    server = Refusing(error)

    run(carrier(Shelf(photo(100)[1]), server).carry_all())

    assert server.asked == TRIES


def test_an_access_token_that_ended_asks_for_a_round() -> None:
    told: list[str] = []

    run(carrier(Shelf(photo(100)[1]), Refusing(SessionExpired(401)), told=told).carry_all())

    assert told == ["expired"]


def test_a_disk_that_fails_ends_an_attempt_and_not_the_carrier() -> None:
    data, transfer = photo(100)

    class Failing(Shelf):
        async def chunk(self, sha256: str, offset: int) -> bytes:
            if not self.refusals:
                self.refusals.append("io")
                raise StorageFailed("io")
            return await super().chunk(sha256, offset)

    shelf = Failing(transfer, data)
    carried = carrier(shelf, SlowServer(drops=False))

    async def story() -> None:
        carried.start()
        for _ in range(2):
            carried.carry()
            for _ in range(50):
                await asyncio.sleep(0)
        await carried.stop()

    run(story())

    assert shelf.noted[-1] == (len(data), True)


def test_a_refusal_that_a_full_disk_does_not_let_be_noted_holds_up_no_other_file() -> None:
    class Noting(Shelf):
        async def next(self, skip: Collection[str], *, fetching: bool = True) -> Transfer | None:
            return next((Transfer(name, "up", 100) for name in "ab" if name not in skip), None)

        async def refuse(self, sha256: str, code: str) -> None:
            self.refusals.append(sha256)
            raise DiskFull

    shelf = Noting(None)

    run(carrier(shelf, Refusing(ServerRefused(415, "not_a_picture"))).carry_all())

    assert shelf.refusals == ["a", "b"]


def test_nothing_is_carried_while_one_works_offline() -> None:
    data, transfer = photo(1_000_000)
    online, server = [True], SlowServer(drops=False)
    shelf = Shelf(transfer, data)
    carried = carrier(shelf, server, online=online)

    async def story() -> None:
        sending = asyncio.create_task(carried.carry_all())
        while not shelf.noted:
            await asyncio.sleep(0)
        online[0] = False
        await sending

    run(story())

    assert len(server.kept) < len(data)
    assert PIECE < BLOB_CHUNK


def test_a_round_that_fetched_all_is_followed_by_files_though_something_of_ours_was_not_taken() -> None:
    shelf = Shelf(None)

    async def story() -> None:
        carried = carrier(shelf, SlowServer())
        for end in (RoundEnd("offline"), RoundEnd("failed"), RoundEnd("failed", pulled=True), RoundEnd("idle", pulled=True)):

            async def ended(end: RoundEnd = end) -> RoundEnd:
                return end

            await carried.around(ended)

    run(story())

    assert shelf.settled == 2


class Full(SlowServer):
    """An office without room for photos."""

    async def put(self, access: str, chunk: Outgoing, content: AsyncIterator[bytes]) -> There:
        self.carried += 1
        raise ServerRefused(507, "quota_exceeded")


def test_an_office_without_room_is_offered_one_file_now_and_then() -> None:
    server = Full(drops=False)

    async def story() -> None:
        shelf = Shelf(None)
        transfers = [Transfer(str(number), "up", 100) for number in range(5)]

        async def following(skip: Collection[str], *, fetching: bool = True) -> Transfer | None:
            return next((each for each in transfers if each.sha256 not in skip), None)

        shelf.next = following  # type: ignore[method-assign]
        carried = carrier(shelf, server)
        for _ in range(36):  # three hours of rounds
            await carried.carry_all()

    run(story())

    assert server.carried == 6  # exchanges 1, 2, 4, 8, 16, 28


def test_a_server_that_asks_to_wait_is_not_asked_for_the_next_file_before() -> None:
    waits: list[float] = []

    class Busy(Refusing):
        async def wait(self, seconds: float) -> None:
            waits.append(seconds)

    server = Busy(ServerRefused(503, "server_busy", retry_after_s=60.0))

    run(carrier(Shelf(photo(100)[1]), server).carry_all())

    assert server.asked == len(waits) == TRIES
    assert min(waits) >= 60


def test_a_file_that_is_not_what_it_is_called_keeps_no_other_one_back_and_is_fetched_twice_at_most() -> None:
    class Mistaken(Shelf):
        async def received(self, transfer: Transfer, part: bytes, total: int) -> int | None:
            raise AnswerMalformed

    server = SlowServer(drops=False)
    server.kept = b"x" * 100
    shelf = Mistaken(Transfer("a", "down", 100))
    carried = carrier(shelf, server)
    asked: list[str] = []

    async def get(access: str, sha256: str, offset: int) -> Part:
        asked.append(sha256)
        return Part(server.kept, 100)

    async def story() -> None:
        server.get = get  # type: ignore[method-assign]
        for _ in range(9):
            await carried.carry_all()

    run(story())

    assert len(asked) == BROKEN


def test_a_download_that_was_killed_at_its_very_end_begins_again() -> None:
    class Over(SlowServer):
        async def get(self, access: str, sha256: str, offset: int) -> Part:
            raise ServerRefused(416, "range_not_satisfiable")

    shelf = Shelf(Transfer("a", "down", 2 * BLOB_CHUNK, come=2 * BLOB_CHUNK))

    run(carrier(shelf, Over(drops=False)).carry_all())

    assert shelf.restarted == ["a"]


class Several(Shelf):
    """Files to fetch, and behind them one to send."""

    def __init__(self, fetched: str, data: bytes, sent: Transfer) -> None:
        super().__init__(sent, data)
        self.fetched = [Transfer(name, "down", small=True) for name in fetched]

    async def next(self, skip: Collection[str], *, fetching: bool = True) -> Transfer | None:
        first = next((each for each in self.fetched if fetching and each.sha256 not in skip), None)
        return first or await super().next(skip)

    async def received(self, transfer: Transfer, part: bytes, total: int) -> int | None:
        self.fetched.remove(transfer)
        return None


class CutShort(SlowServer):
    """Some files end too early at the office: each answer breaks off, as it does where the link is the reason."""

    def __init__(self, cut: str) -> None:
        super().__init__(drops=False)
        self.cut = cut
        self.asked: list[str] = []

    async def get(self, access: str, sha256: str, offset: int) -> Part:
        self.asked.append(sha256)
        if sha256 in self.cut:
            raise Offline
        return Part(b"whole", 5)


def test_a_file_that_is_cut_short_at_the_office_holds_up_no_other_one() -> None:
    data, transfer = photo(100)
    shelf, server = Several("abc", data, transfer), CutShort("a")

    run(carrier(shelf, server).carry_all())

    assert server.asked == ["a", "a", "b", "c"]
    assert server.kept == data


def test_however_many_files_are_cut_short_at_the_office_what_is_to_be_sent_is_sent() -> None:
    data, transfer = photo(100)
    shelf, server = Several("abcdefgh", data, transfer), CutShort("abcdefgh")

    run(carrier(shelf, server).carry_all())

    assert server.asked == ["a", "a", "b", "b", "c", "c"]
    assert server.kept == data
