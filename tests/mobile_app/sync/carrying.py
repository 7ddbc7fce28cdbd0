"""A shelf, a slow server and a carrier between them, for tests."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Coroutine
from dataclasses import replace
from typing import Any

from mobile_app.data.blob_shelf import Transfer
from mobile_app.sync.blob_api import Outgoing, Part, There
from mobile_app.sync.blobs import Carrier
from shared.errors import Offline
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
        self.restarted: list[str] = []

    async def settle(self) -> None:
        self.settled += 1

    async def next(self, skip: Collection[str], *, fetching: bool = True) -> Transfer | None:
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

    async def restart(self, sha256: str) -> None:
        self.restarted.append(sha256)

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

    async def save_tokens(self, tokens: Tokens, sent: str) -> None:
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


class Refusing(SlowServer):
    """Answers every request alike."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.asked = 0

    async def progress(self, access: str, sha256: str) -> There:
        self.asked += 1
        raise self.error
