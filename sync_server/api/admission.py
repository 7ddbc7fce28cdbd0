"""Backpressure: who is let in. Beyond what the server can do at once it says so early, and a device that asks too often is asked to wait.

Both answers carry ``Retry-After``, which devices honour; nothing waits in a line that only grows.
"""

from collections import OrderedDict
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.ports import Clock
from sync_server.api.errors import problem

BUSY_RETRY_S: Final = 2.0
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


class Admission:
    """Lets at most ``at_once`` requests be worked on, and each device ask ``per_minute`` times. Live streams and probes do not count."""

    def __init__(self, app: ASGIApp, clock: Clock, at_once: int, per_minute: int) -> None:
        self._app = app
        self._room = at_once
        self._buckets = Buckets(per_minute, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it before anything is read of its body."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(_PREFIX) or path == _STREAM:
            await self._app(scope, receive, send)
            return
        if self._room <= 0:
            await problem(503, "server_busy", retry_after_s=BUSY_RETRY_S)(scope, receive, send)
            return
        wait = self._buckets.wait_s(_speaker(scope)) if path in _COUNTED else 0.0
        if wait:
            await problem(429, "too_many_requests", retry_after_s=wait)(scope, receive, send)
            return
        self._room -= 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._room += 1


def _speaker(scope: Scope) -> bytes:
    """Give the token alone: the word before it may be written in many ways."""
    said = next((value for name, value in scope["headers"] if name == _AUTHORIZATION), b"")
    return said.partition(b" ")[2]
