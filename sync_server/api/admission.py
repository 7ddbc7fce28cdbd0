"""Backpressure: who is let in. Beyond what the server can do at once it says so early, and a device that asks too often is asked to wait.

Both answers carry ``Retry-After``, which devices honour; nothing waits in a line that only grows. A request whose body is still on its way
takes no place from those that are worked on, and has to come on: whoever sends halves of requests keeps nobody out.
"""

import asyncio
from collections import OrderedDict
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.ports import Clock
from sync_server.api.errors import problem

BUSY_RETRY_S: Final = 2.0
PATIENCE_S: Final = 60.0
"""So long may a body take to come whole, and longer by what has come at LEAST_RATE."""
LEAST_RATE: Final = 512.0
"""Bytes a second."""
ARRIVING: Final = 4
"""For each request that may be worked on, so many may be on their way: they take up memory."""
_PREFIX: Final = "/v1/"
_STREAM: Final = "/v1/sync/events"
_COUNTED: Final = frozenset({"/v1/sync/push", "/v1/sync/pull", "/v1/sync/heal", "/v1/sync/erased"})
_SPEAKERS: Final = 20_000
_AUTHORIZATION: Final = b"authorization"


class Buckets:
    """A bucket of requests per speaker, filled evenly: ``per_minute`` of them, as many at once. The longest silent are forgotten."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._held: OrderedDict[bytes, tuple[float, int]] = OrderedDict()

    def wait_s(self, speaker: bytes) -> float:
        """Take one; 0, or in how many seconds there is one again."""
        now = self._clock.now_ms()
        left, since = self._held.get(speaker, (float(self._per_minute), now))
        left = min(float(self._per_minute), left + max(0, now - since) * self._per_minute / 60_000)
        enough = left >= 1.0
        self._held[speaker] = (left - enough, now)
        self._held.move_to_end(speaker)
        if len(self._held) > _SPEAKERS:
            self._held.popitem(last=False)
        return 0.0 if enough else (1.0 - left) * 60 / self._per_minute


class BodyTooSlowError(Exception):
    """A body did not come on. Never leaves this module."""


class Room:
    """How many requests may be worked on, and how many may be on their way."""

    def __init__(self, at_once: int) -> None:
        self._left = at_once
        self._arriving = ARRIVING * at_once

    @property
    def is_there(self) -> bool:
        """Whether one more may come in."""
        return self._left > 0 and self._arriving > 0

    def enter(self) -> None:
        """Take a place to work."""
        self._left -= 1

    def leave(self) -> None:
        """Give it back."""
        self._left += 1

    def wait(self) -> None:
        """Give it up for as long as something is on its way."""
        self._left += 1
        self._arriving -= 1

    def go_on(self) -> None:
        """Take it again: what has come is worked on, also where others took all places meanwhile."""
        self._left -= 1
        self._arriving += 1


class _Arriving:
    """A request's body while it comes."""

    def __init__(self, receive: Receive, room: Room, patience_s: float) -> None:
        self._receive = receive
        self._room = room
        self._until = asyncio.get_running_loop().time() + patience_s
        self._whole = False

    async def receive(self) -> Message:
        """Give the next part; once all has come, what the server says of the connection.

        Raises:
            BodyTooSlowError: it does not come on.
        """
        if self._whole:
            return await self._receive()
        self._room.wait()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError as error:
            raise BodyTooSlowError from error
        finally:
            self._room.go_on()
        self._until += len(message.get("body", b"")) / LEAST_RATE
        self._whole = not message.get("more_body", False)
        return message


class Admission:
    """Lets at most ``at_once`` requests be worked on, and each device ask ``per_minute`` times. Live streams and probes do not count."""

    def __init__(self, app: ASGIApp, clock: Clock, at_once: int, per_minute: int, patience_s: float = PATIENCE_S) -> None:
        self._app = app
        self._room = Room(at_once)
        self._buckets = Buckets(per_minute, clock)
        self._patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it before anything is read of its body."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(_PREFIX) or path == _STREAM:
            await self._app(scope, receive, send)
            return
        if not self._room.is_there:
            await problem(503, "server_busy", retry_after_s=BUSY_RETRY_S)(scope, receive, send)
            return
        wait = self._buckets.wait_s(_speaker(scope)) if path in _COUNTED else 0.0
        if wait:
            await problem(429, "too_many_requests", retry_after_s=wait)(scope, receive, send)
            return
        self._room.enter()
        try:
            await self._app(scope, _Arriving(receive, self._room, self._patience_s).receive, send)
        except BodyTooSlowError:
            slow = problem(408, "body_too_slow")
            slow.headers["Connection"] = "close"  # the rest of it is not waited for
            await slow(scope, receive, send)
        finally:
            self._room.leave()


def _speaker(scope: Scope) -> bytes:
    """Give what all access tokens of a sign-in begin with; the word before a token may be written in many ways."""
    said = next((value for name, value in scope["headers"] if name == _AUTHORIZATION), b"")
    return said.partition(b" ")[2].partition(b".")[0]
