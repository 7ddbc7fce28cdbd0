"""Files travel beside the rounds: never in front of records, and over links that drop."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from mobile_app.data.blob_shelf import Transfer
from mobile_app.sync.blob_api import Outgoing, Part, There
from mobile_app.sync.blobs import PIECE, TRIES, Carrier
from mobile_app.sync.engine import RoundEnd
from shared.errors import AnswerMalformed, Offline, ServerRefused, SessionExpired, StorageFailed
from shared.sync.protocol import BLOB_CHUNK, Tokens
from tests.fakes.device import SeededRandomness

SLOW = 20_000
"""Bytes a second."""
MINUTE = 60.0
TOKENS = ("device", Tokens("access", 1 << 50, "refresh", 1 << 50))


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(coroutine)


class Shelf:
    """A store with one file to send, or one to fetch."""

    def __init__(self, transfer: Transfer | None, data: bytes = b"") -> None:
        self.transfer = transfer
        self.data = data
        self.noted: list[tuple[int, bool]] = []
        self.refusals: list[str] = []
        self.got = b""
        self.settled = 0

    async def settle(self) -> None:
        self.settled += 1

    async def next(self, skip: Collection[str]) -> Transfer | None:
        return self.transfer if self.transfer is not None and self.transfer.sha256 not in skip else None

    async def chunk(self, sha256: str, offset: int) -> bytes:
        return self.data[offset : offset + BLOB_CHUNK]

    async def sent(self, sha256: str, offset: int, *, complete: bool) -> None:
        self.noted.append((offset, complete))
        if complete:
            self.transfer = None

    async def refuse(self, sha256: str, code: str) -> None:
        self.refusals.append(code)
        self.transfer = None

    async def received(self, transfer: Transfer, part: bytes, total: int) -> int | None:
        self.got += part
        self.transfer = replace(transfer, come=len(self.got)) if len(self.got) < total else None
        return len(self.got) if self.transfer is not None else None


class SlowServer:
    """Takes files over a link of 20 kB/s that drops each minute of its own time. ``heard`` logs what the link carries."""

    def __init__(self, *, drops: bool = True) -> None:
        self.now = 0.0
        self.kept = b""
        self.drops = 0
        self.carried = 0
        self.heard: list[str] = []
        self._drop_at = MINUTE if drops else float("inf")

    async def progress(self, access: str, sha256: str) -> There:
        self._pass(200)
        return There(len(self.kept), complete=False)

    async def put(self, access: str, chunk: Outgoing, content: AsyncIterator[bytes]) -> There:
        got = b""
        async for piece in content:
            self.carried += len(piece)
            self._pass(len(piece))
            got += piece
            self.heard.append("piece")
            await asyncio.sleep(0)
        assert (len(got), chunk.offset) == (chunk.length, len(self.kept))
        self.kept += got
        self._pass(200)
        return There(len(self.kept), complete=len(self.kept) == chunk.size)

    async def get(self, access: str, sha256: str, offset: int) -> Part:
        part = self.kept[offset : offset + BLOB_CHUNK]
        self._pass(len(part))
        return Part(part, len(self.kept))

    async def wait(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def _pass(self, size: int) -> None:
        self.now += size / SLOW
        if self.now >= self._drop_at:
            self._drop_at = self.now + MINUTE
            self.drops += 1
            raise Offline


class SignedIn:
    async def tokens(self) -> tuple[str, Tokens] | None:
        return TOKENS

    async def save_tokens(self, tokens: Tokens) -> None:
        """Nothing is rotated here."""


def carrier(shelf: Shelf, api: Any, *, told: list[str] | None = None, online: list[bool] | None = None) -> Carrier:  # noqa: ANN401
    said = [] if told is None else told
    return Carrier(
        store=shelf,
        api=api,
        tokens=SignedIn(),
        sleep=api.wait,
        randomness=SeededRandomness(),
        allowed=lambda: online is None or online[0],
        expired=lambda: said.append("expired"),
    )


def photo(size: int) -> tuple[bytes, Transfer]:
    data = b"".join(number.to_bytes(4, "big") for number in range(size // 4))
    return data, Transfer(hashlib.sha256(data).hexdigest(), "up", len(data))


def test_fault_28_ten_megabytes_at_20_kb_a_second_with_a_drop_each_minute_resend_at_most_one_chunk_a_drop() -> None:
    data, transfer = photo(10_000_000)
    server, shelf = SlowServer(), Shelf(transfer, data)

    run(carrier(shelf, server).carry_all())

    assert hashlib.sha256(server.kept).hexdigest() == transfer.sha256
    assert server.drops >= 8
    assert server.carried - len(data) <= server.drops * BLOB_CHUNK
    assert shelf.noted[-1] == (len(data), True)
    assert [offset for offset, _ in shelf.noted] == sorted({offset for offset, _ in shelf.noted})


def test_fault_29_a_photo_never_holds_up_a_record() -> None:
    data, transfer = photo(2_000_000)
    server, shelf = SlowServer(drops=False), Shelf(transfer, data)

    async def story() -> None:
        carried = carrier(shelf, server)

        async def record_round() -> RoundEnd:
            server.heard.append("round begins")
            for _ in range(50):
                await asyncio.sleep(0)
            server.heard.append("round ends")
            return RoundEnd("idle")

        sending = asyncio.create_task(carried.carry_all())
        while len(server.heard) < 3:
            await asyncio.sleep(0)
        for _ in range(3):
            await carried.around(record_round)
        await sending

    run(story())

    rounds = [place for place, what in enumerate(server.heard) if what == "round begins"]
    during = [server.heard[place + 1 : server.heard.index("round ends", place)] for place in rounds]
    assert len(rounds) == 3
    assert max(len(pieces) for pieces in during) <= 1  # what the link had been handed already
    assert server.kept == data


def test_a_download_goes_on_where_it_stopped() -> None:
    data, transfer = photo(3_000_000)
    server = SlowServer()
    server.kept = data
    shelf = Shelf(replace(transfer, way="down"))

    run(carrier(shelf, server).carry_all())

    assert shelf.got == data
    assert server.drops >= 2


class Refusing(SlowServer):
    """Answers every request alike."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.asked = 0

    async def progress(self, access: str, sha256: str) -> There:
        self.asked += 1
        raise self.error


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


def test_only_a_round_that_ended_well_is_followed_by_files() -> None:
    shelf = Shelf(None)

    async def story() -> None:
        carried = carrier(shelf, SlowServer())
        for phase in ("offline", "idle"):

            async def ended(phase: Any = phase) -> RoundEnd:  # noqa: ANN401
                return RoundEnd(phase)

            await carried.around(ended)

    run(story())

    assert shelf.settled == 1
