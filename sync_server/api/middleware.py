"""What every answer carries, and the one line that is logged of every request."""

import logging
from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.ports import Clock
from shared.sync.protocol import DEVICE_HEADER, PROTOCOL
from sync_server.api.errors import INTERNAL, problem
from sync_server.api.metrics import Metrics

TIME_HEADER: Final = "X-Tournee-Time"
EPOCH_HEADER: Final = "X-Tournee-Epoch"
_CACHING: Final = b"cache-control"
_log = logging.getLogger(__name__)


class Envelope:
    """Adds protocol, epoch and server time to every answer (PROTOCOL 24) and logs the request.

    What does not say itself how long it may be kept is kept nowhere.
    """

    def __init__(self, app: ASGIApp, clock: Clock, epoch: str, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._clock = clock
        self._fixed = [
            (DEVICE_HEADER.lower().encode(), str(PROTOCOL).encode()),
            (EPOCH_HEADER.lower().encode(), epoch.encode()),
            (b"x-content-type-options", b"nosniff"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; anything that is not HTTP passes through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status = 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                now = (TIME_HEADER.lower().encode(), str(self._clock.now_ms()).encode())
                headers = [*message.get("headers", ()), *self._fixed, now]
                if all(name != _CACHING for name, _ in headers):
                    headers.append((_CACHING, b"no-store"))
                message["headers"] = headers
            await send(message)

        unforeseen: Exception | None = None
        try:
            await self._app(scope, receive, sent)
        except Exception as error:
            unforeseen = error
            _log.exception("unforeseen error")
        if unforeseen is not None and not status:
            await problem(500, INTERNAL)(scope, receive, sent)
            unforeseen = None
        route = getattr(scope.get("route"), "path", "")
        seconds = perf_counter() - began
        self._metrics.answered(route, status, seconds)
        took = round(seconds * 1000, 1)
        _log.info("request", extra={"method": scope["method"], "route": route, "status": status, "took_ms": took})
        if unforeseen is not None:  # the answer had begun: only cutting it off says that it is not whole
            raise unforeseen
