"""The live stream: while somebody looks, a stream is open on which the server says that there is something. Without it, rounds still run.

It spares the battery: no stream while locked, in the background, working offline, or before a round has reached the server; and it leaves
all waiting after a failure to growing waits with jitter. A server that asked to be left alone is, whatever opens and closes here meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

import msgspec

from mobile_app.data.ports import Sleep
from mobile_app.data.sync_status import StatusHandle, SyncState, SyncStatus
from mobile_app.sync.background import Background
from mobile_app.sync.scheduler import EVERY_S, backoff_s
from shared.errors import DeviceRevoked, ServerRefused, SessionExpired, SyncError
from shared.ports import Randomness
from shared.sync import codec
from shared.sync.protocol import CHANGED, END, WIPE, News, StreamEnd
from shared.sync.sse import ServerEvent

NOT_HERE_S: Final = 3_600.0
"""An older server has no live events: rounds alone do, and one asks again after an hour."""
_REACHED: Final = frozenset({"idle", "pushing", "pulling"})

Open = Callable[[str], AsyncGenerator[ServerEvent, None]]
"""Opens a stream for one who has heard of everything up to a mark ('' for nothing)."""


class Listener:
    """Owns the stream. ``known`` gives the mark of what the last round brought; ``told`` hears of what is new."""

    def __init__(
        self,
        open_stream: Open,
        status: SyncStatus,
        *,
        known: Callable[[], str],
        told: Callable[[News], None],
        revoked: Callable[[], Awaitable[None]],
        sleep: Sleep,
        randomness: Randomness,
    ) -> None:
        self._open = open_stream
        self._status = status
        self._known = known
        self._told = told
        self._revoked = revoked
        self._sleep = sleep
        self._randomness = randomness
        self._watchers: set[object] = set()
        self._reached = False
        self._failures = 0
        self._heard: StatusHandle | None = None
        self._background = Background(self._run)
        self._alone: asyncio.Future[None] | None = None
        """Ends when the server may be asked again."""

    def start(self) -> None:
        """Begin to listen whenever there is reason to."""
        self._heard = self._status.subscribe(self._look)

    async def stop(self) -> None:
        """End now. Repeatable."""
        if self._heard is not None:
            self._heard.unsubscribe()
            self._heard = None
        await self._background.stop()
        if self._alone is not None:
            self._alone.cancel()
            await asyncio.gather(self._alone, return_exceptions=True)

    def watched(self, watcher: object, *, on: bool) -> None:
        """Note that ``watcher``, a screen or a tab, is looked at, or no more."""
        (self._watchers.add if on else self._watchers.discard)(watcher)
        if self._heard is not None:
            self._look(self._status.now)

    def _look(self, state: SyncState) -> None:
        """Open or close the stream as the state wants it. It opens after a round that ended well."""
        met = state.phase == "idle" and state.last_ok_at is not None
        self._reached = met or (self._reached and state.phase in _REACHED)
        wanted = self._reached and not state.work_offline and bool(self._watchers)
        if wanted and met:
            self._background.start()
        elif not wanted:
            self._background.cancel()

    async def _run(self) -> None:
        while True:
            if self._alone is not None:
                await asyncio.wait([self._alone])
            try:
                await self._wait_after(await self._listen())
            except DeviceRevoked:
                await self._revoked()
                return
            except SessionExpired:
                return
            except ServerRefused as refused:
                self._leave_alone(NOT_HERE_S if refused.status in (404, 405) else max(refused.retry_after_s or 0.0, self._backoff()))
            except (SyncError, msgspec.MsgspecError):
                await self._sleep(self._backoff())

    def _leave_alone(self, seconds: float) -> None:
        """Open no stream for so long: also not one that there is new reason for."""
        self._alone = asyncio.ensure_future(self._sleep(seconds))

    async def _listen(self) -> StreamEnd | None:
        """Hear what a stream says until it ends; gives why the server ended it, None where it says nothing of that.

        Raises:
            SyncError: it broke off, or there is none.
        """
        async with aclosing(self._open(self._known())) as events:
            async for event in events:
                self._failures = 0
                if event.name == CHANGED:
                    self._told(codec.decode(event.data, News))
                elif event.name == WIPE:
                    raise DeviceRevoked(403)
                elif event.name == END:
                    return codec.decode(event.data, StreamEnd)
        return None

    async def _wait_after(self, end: StreamEnd | None) -> None:
        if end is None:
            await self._sleep(self._backoff())
        elif end.reason == "replaced":
            await self._sleep(EVERY_S)
        else:
            self._leave_alone(end.retry_ms / 1_000 + self._randomness.uniform() * 2)

    def _backoff(self) -> float:
        self._failures += 1
        return backoff_s(self._failures, self._randomness.uniform())
