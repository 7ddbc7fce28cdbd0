"""Carries files beside the rounds, and never in front of them: while a round runs, not a byte of a file is sent or fetched.

One file after another, chunk by chunk. A link that drops costs the chunk that was on its way; the server says where to go on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import replace
from typing import Final, Protocol

from mobile_app.data.blob_shelf import Transfer
from mobile_app.data.ports import Sleep
from mobile_app.sync.background import Background
from mobile_app.sync.blob_api import BlobApi, Outgoing
from mobile_app.sync.engine import RoundEnd
from mobile_app.sync.ports import TokenStore
from mobile_app.sync.scheduler import backoff_s
from shared.errors import (
    AnswerMalformed,
    DeviceRevoked,
    DiskFull,
    Offline,
    ProtocolTooOld,
    SealBroken,
    ServerRefused,
    SessionExpired,
    StorageFailed,
)
from shared.ports import Randomness
from shared.sync.protocol import BLOB_CHUNK

PIECE: Final = 16 * 1024
"""Bytes that are handed to the link at a time: between two of them a round may come first."""
TRIES: Final = 8
"""Failures in a row after which the next round is waited for."""
_FINAL: Final = frozenset({"not_a_picture", "too_many_pixels", "blob_too_large"})
"""Codes with which the server does not take a file, however often it is sent."""
BROKEN: Final = 2
"""Times that a file came and was not what it is called, after which the next start of the app is waited for."""
FOR_SENDING: Final = 2
"""The last of these tries, which no download uses up."""
_BEHIND_THE_END: Final = 416
_LONGEST: Final = 12
_log = logging.getLogger(__name__)


class BlobStore(Protocol):
    """What the carrier needs of the store."""

    async def settle(self) -> None:
        """Bring the files in line with the records."""
        ...

    async def next(self, skip: Collection[str], *, fetching: bool = True) -> Transfer | None:
        """What to carry next; without ``fetching`` only what is to be sent."""
        ...

    async def chunk(self, sha256: str, offset: int) -> bytes:
        """A chunk to be sent."""
        ...

    async def sent(self, sha256: str, offset: int, *, complete: bool) -> None:
        """Note how much the server has."""
        ...

    async def refuse(self, sha256: str, code: str) -> None:
        """Note that the server does not take a file."""
        ...

    async def received(self, transfer: Transfer, part: bytes, total: int) -> int | None:
        """Keep what was fetched; where the next part begins, or None."""
        ...

    async def restart(self, sha256: str) -> None:
        """Begin a download from its beginning."""
        ...


class Carrier:
    """Owns the one task that carries files, while ``allowed``; ``expired`` is told that the access token has ended."""

    def __init__(
        self,
        *,
        store: BlobStore,
        api: BlobApi,
        tokens: TokenStore,
        sleep: Sleep,
        randomness: Randomness,
        allowed: Callable[[], bool],
        expired: Callable[[], None],
    ) -> None:
        self._store = store
        self._api = api
        self._tokens = tokens
        self._sleep = sleep
        self._randomness = randomness
        self._allowed = allowed
        self._expired = expired
        self._free = asyncio.Event()
        self._free.set()
        self._wake = asyncio.Event()
        self._background = Background(self._run)
        self._failures = 0
        self._skip: set[str] = set()
        self._fetching = True
        self._stalled: Transfer | None = None
        self._broken: Counter[str] = Counter()
        self._room = _Room()

    def start(self) -> None:
        """Begin; what there is to carry goes after the next round."""
        self._background.start()

    async def stop(self) -> None:
        """End now, between two steps of the store. Repeatable."""
        await self._background.stop()

    def carry(self) -> None:
        """There may be something to carry: look now."""
        self._wake.set()

    async def around(self, run_round: Callable[[], Awaitable[RoundEnd]]) -> RoundEnd:
        """Run a round with the link for itself; one that fetched all there is is followed by the files."""
        self._free.clear()
        try:
            end = await run_round()
        finally:
            self._free.set()
        if end.pulled:
            await self._store.settle()
            self.carry()
        return end

    async def carry_all(self) -> None:
        """Carry until nothing is left that can be carried now. What went wrong is left for the next time."""
        self._failures = 0
        self._skip = {sha256 for sha256, times in self._broken.items() if times >= BROKEN}
        self._fetching, self._stalled = True, None
        self._room.look()
        while self._may_go_on() and (transfer := await self._store.next(self._skip, fetching=self._fetching)) is not None:
            if transfer.way == "up" and not self._room.is_there:
                self._skip.add(transfer.sha256)
                continue
            try:
                await self._carry(transfer)
            except SessionExpired:
                self._expired()
                return
            except (DeviceRevoked, ProtocolTooOld):  # the next round sees to it
                return
            except (Offline, AnswerMalformed):
                self._failures += 1
                self._leave_stalled(transfer)
                await self._sleep(backoff_s(self._failures, self._randomness.uniform()))
            except SealBroken:
                self._skip.add(transfer.sha256)
            except StorageFailed as failure:
                self._not_on_this_disk(transfer, failure)

    def _may_go_on(self) -> bool:
        return self._failures < TRIES and self._allowed()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.carry_all()
            except Exception:  # whatever it was: the next round that ends well asks again, and it may go well then
                _log.exception("carrying files broke off")

    def _leave_stalled(self, transfer: Transfer) -> None:
        """Leave a download that brought nothing twice in a row: one that is cut short at the office looks like a link that broke."""
        if transfer == self._stalled:
            self._skip.add(transfer.sha256)
        self._stalled = transfer if transfer.way == "down" else None
        self._fetching = self._fetching and (transfer.way == "up" or self._failures < TRIES - FOR_SENDING)

    def _not_on_this_disk(self, transfer: Transfer, failure: StorageFailed) -> None:
        """Leave a file that cannot be read or written for the next time: others can be. A full disk takes none, and still gives."""
        _log.warning("a file is left for the next exchange: %s", failure.code)
        self._skip.add(transfer.sha256)
        self._fetching = self._fetching and not isinstance(failure, DiskFull)

    async def _refused(self, transfer: Transfer, refusal: ServerRefused) -> None:
        if transfer.way == "up" and refusal.code in _FINAL:
            await self._store.refuse(transfer.sha256, refusal.code)
        elif refusal.code == "offset_mismatch":
            self._failures += 1
        elif refusal.retry_after_s is not None:
            self._failures += 1
            await self._sleep(max(refusal.retry_after_s, backoff_s(self._failures, self._randomness.uniform())))
        else:
            self._skip.add(transfer.sha256)
            if refusal.code == "quota_exceeded":
                self._room.missed()
            if refusal.status == _BEHIND_THE_END:
                await self._store.restart(transfer.sha256)

    async def _carry(self, transfer: Transfer) -> None:
        try:
            await (self._send(transfer) if transfer.way == "up" else self._fetch(transfer))
        except (SessionExpired, DeviceRevoked, ProtocolTooOld):
            raise
        except ServerRefused as refusal:
            await self._refused(transfer, refusal)

    async def _send(self, transfer: Transfer) -> None:
        sha256, size = transfer.sha256, transfer.size
        await self._free.wait()
        there = await self._api.progress(await self._access(), sha256)
        while not there.complete and self._allowed():
            if there.offset >= size or there.offset % BLOB_CHUNK:
                raise AnswerMalformed
            chunk = await self._store.chunk(sha256, there.offset)
            outgoing = Outgoing(sha256, there.offset, size, len(chunk))
            there = await self._api.put(await self._access(), outgoing, self._pieces(chunk))
            self._failures = 0
            if not there.complete:
                await self._store.sent(sha256, there.offset, complete=False)
        if there.complete:
            await self._store.sent(sha256, size, complete=True)
            self._room.found()

    async def _fetch(self, transfer: Transfer) -> None:
        come: int | None = transfer.come
        while come is not None and self._allowed():
            await self._free.wait()
            part = await self._api.get(await self._access(), transfer.sha256, come)
            try:
                come = await self._store.received(replace(transfer, come=come), part.content, part.total)
            except AnswerMalformed:  # not the file that it is called: others must not wait for it
                self._skip.add(transfer.sha256)
                self._broken[transfer.sha256] += 1
                raise
            self._failures = 0

    async def _pieces(self, chunk: bytes) -> AsyncIterator[bytes]:
        for offset in range(0, len(chunk), PIECE):
            await self._free.wait()
            yield chunk[offset : offset + PIECE]

    async def _access(self) -> str:
        held = await self._tokens.tokens()
        if held is None:
            raise SessionExpired(401)
        return held[1].access


class _Room:
    """Whether an office that had no room is offered files again: at the next exchange, then after two, four, at most twelve."""

    def __init__(self) -> None:
        self._next = 1
        self._pause = 0

    @property
    def is_there(self) -> bool:
        """Whether files are offered in this exchange."""
        return self._pause == 0

    def look(self) -> None:
        """Begin an exchange."""
        self._pause = max(0, self._pause - 1)

    def missed(self) -> None:
        """There was none."""
        self._pause, self._next = self._next, min(2 * self._next, _LONGEST)

    def found(self) -> None:
        """There was some."""
        self._pause, self._next = 0, 1
