"""Live events: every open stream, and the one task that looks at the database for all of them.

A stream costs a waiting coroutine and its socket; nothing is asked of the database for a stream alone. The bell wakes the task after a
commit; without it the task still looks now and then, because another process may have written.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import replace
from typing import Final, NamedTuple

from sqlalchemy import Connection
from starlette.types import Receive, Send

from shared.errors import ServerRefused
from shared.models.registry import ORG_SCOPE
from shared.ports import Clock
from shared.sync import codec
from shared.sync.protocol import CHANGED, END, WIPE, News, StreamEnd
from shared.sync.sse import BEAT, ServerEvent, written
from sync_server.services import epochs, scopes
from sync_server.services.identity import DeviceIdentity
from sync_server.storage import news
from sync_server.storage.database import Database

LOOK_EVERY_S: Final = 5.0
"""How long another process's commit, or a revocation, may stay unheard where no bell carries it."""
GATHER_S: Final = 0.2
"""After the bell: several commits in a row are told once."""
BEAT_MS: Final = 25_000
"""Silence after which a heartbeat is sent: proxies cut what is silent for a minute."""
FULL_RETRY_S: Final = 60.0
STOPPING_RETRY_MS: Final = 5_000
SEND_WITHIN_S: Final = 5.0
_DAY_MS: Final = 86_400_000
Sleep = Callable[[float], Awaitable[None]]
_log = logging.getLogger(__name__)


class Stream:
    """One device's open stream."""

    __slots__ = ("device", "ended", "held", "known", "send", "spoken_at", "task")

    def __init__(self, device: DeviceIdentity, known: News | None, now: int) -> None:
        self.device = device
        self.known = known
        self.held: tuple[str, ...] | None = None
        self.spoken_at = now
        self.ended = False
        self.send: Send | None = None
        self.task: asyncio.Task[object] | None = None


class _Look(NamedTuple):
    """What the database says for all streams at one moment."""

    at: tuple[int, int]
    epoch: str
    newest: dict[str, int]
    revoked: frozenset[str]
    disabled: frozenset[str]
    held: dict[str, tuple[str, ...]]


class LiveHub:
    """Holds the streams of one server process. Everything but the look itself happens on the event loop."""

    def __init__(self, database: Database, clock: Clock, most: int, sleep: Sleep = asyncio.sleep) -> None:
        self._database = database
        self._clock = clock
        self._most = most
        self._sleep = sleep
        self._streams: dict[str, Stream] = {}
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._at = (-1, -1)
        """The newest rev of what concerns everybody, and the day, at the last look: with either, scopes may change."""

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def require_room(self, device: DeviceIdentity) -> None:
        """Let a device in that has a stream already, or for whom there is room.

        Raises:
            ServerRefused: 503 ``too_many_streams``: come back later, and poll until then.
        """
        if self._stopping or (device.device_id not in self._streams and self.count >= self._most):
            raise ServerRefused(503, "too_many_streams", retry_after_s=FULL_RETRY_S)

    async def serve(self, stream: Stream, receive: Receive, send: Send) -> None:
        """Keep a stream, whose answer has begun, until either side ends it. A device's older stream is ended."""
        older = self._streams.get(stream.device.device_id)
        stream.send, stream.task = send, asyncio.current_task()
        self._streams[stream.device.device_id] = stream
        try:
            if older is not None:
                await self._end(older, StreamEnd("replaced"))
            self._begin()
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if not stream.ended:
                raise
        finally:
            stream.ended = True
            if self._streams.get(stream.device.device_id) is stream:
                del self._streams[stream.device.device_id]

    async def look(self) -> None:
        """Look once, and tell each stream what concerns it."""
        streams = tuple(self._streams.values())
        found = await asyncio.to_thread(self._ask, streams)
        for stream in streams:  # before anybody is told, so that whatever becomes of that nobody keeps what was asked before ``at``
            stream.held = found.held.get(stream.device.device_id, stream.held)
        self._at = found.at
        now = self._clock.now_ms()
        for stream in streams:
            if not stream.ended:
                await self._tell(stream, found, now)

    async def stop(self) -> None:
        """End every stream and let no other in: the server is stopping. Repeatable."""
        self._stopping = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for stream in tuple(self._streams.values()):
            await self._end(stream, StreamEnd("stopping", STOPPING_RETRY_MS))

    # ---- the one task -----------------------------------------------------------------------------------------------
    def _begin(self) -> None:
        if self._task is None and not self._stopping:
            self._task = asyncio.create_task(self._run())
        self._rung.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        end = self._database.bell.listen(lambda: _wake(loop, self._rung))
        try:
            while self._streams and not self._stopping:
                self._rung.clear()
                try:
                    await self.look()
                except Exception:  # a busy or failing database: the streams stay, the next look tells
                    _log.warning("a look for live events failed", exc_info=True)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):  # wait_for may swallow a cancellation (3.11)
                        await self._rung.wait()
                await self._sleep(GATHER_S)
        finally:
            end()
            self._task = None

    def _ask(self, streams: Collection[Stream]) -> _Look:
        """Ask the database, in one snapshot; runs in a thread. Whose scopes may have changed is read again."""
        now = self._clock.now_ms()

        def asked(connection: Connection) -> _Look:
            newest = news.newest_revs(connection)
            at = (newest.get(ORG_SCOPE, 0), now // _DAY_MS)
            moved = [stream.device for stream in streams if stream.held is None or at != self._at]
            roles = news.roles(connection) if moved else {}
            held = {}
            for device in moved:
                today = replace(device, role=roles.get(device.user_id, device.role))
                held[device.device_id] = scopes.readable(connection, today, now)
            revoked, disabled = news.revoked_devices(connection), news.disabled_users(connection)
            return _Look(at, epochs.standing(connection).epoch.id, newest, revoked, disabled, held)

        return self._database.run(asked, reading=True)

    # ---- telling ----------------------------------------------------------------------------------------------------
    async def _tell(self, stream: Stream, found: _Look, now: int) -> None:
        device = stream.device
        if device.device_id in found.revoked:
            await self._send(stream, written(ServerEvent(WIPE, b"{}")), now, last=True)
        elif device.user_id in found.disabled:
            await self._end(stream, StreamEnd("disabled"))
        elif now >= device.until:
            await self._end(stream, StreamEnd("expired"))
        else:
            rev = max((found.newest.get(scope, 0) for scope in stream.held or ()), default=0)
            fresh = News(found.epoch, rev)
            if _is_news(fresh, stream.known):
                stream.known = fresh
                await self._send(stream, written(ServerEvent(CHANGED, codec.encode(fresh), fresh.mark)), now)
            elif now - stream.spoken_at >= BEAT_MS:
                await self._send(stream, BEAT, now)

    async def _end(self, stream: Stream, end: StreamEnd) -> None:
        await self._send(stream, written(ServerEvent(END, codec.encode(end))), self._clock.now_ms(), last=True)

    async def _send(self, stream: Stream, body: bytes, now: int, *, last: bool = False) -> None:
        """Send; whoever takes nothing any more is dropped, so that nobody else waits for it."""
        if stream.ended or stream.send is None:
            return
        stream.spoken_at, stream.ended = now, last
        try:
            async with asyncio.timeout(SEND_WITHIN_S):
                await stream.send({"type": "http.response.body", "body": body, "more_body": not last})
        except Exception as error:  # whatever it was, it is this one's: the others are told all the same
            if not isinstance(error, TimeoutError | OSError):
                _log.warning("a live stream broke off", exc_info=True)
            stream.ended = True
            if stream.task is not None:
                stream.task.cancel()


def _is_news(fresh: News, known: News | None) -> bool:
    return known is None or fresh.epoch != known.epoch or fresh.rev > known.rev


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop has ended: nobody listens
        loop.call_soon_threadsafe(event.set)
