"""A link that a test can cut, slow, tear and bend: between a device's HTTP client and the server's app, in one process."""

from collections.abc import Awaitable, Callable

import httpx
from fastapi import FastAPI

from shared.sync.protocol import DEVICE_HEADER, PROTOCOL

Fault = Callable[[httpx.Request, Callable[[httpx.Request], Awaitable[httpx.Response]]], Awaitable[httpx.Response]]


class FaultyLink(httpx.AsyncBaseTransport):
    """Passes requests to the app. ``faults`` apply to the next requests, one each; ``offline`` to all.

    ``spoken`` is the protocol that they say.
    """

    def __init__(self, app: FastAPI, spoken: int = PROTOCOL) -> None:
        self._spoken = str(spoken)
        self.lead_to(app)
        self.offline = False
        self.faults: list[tuple[str, Fault]] = []
        self.requests: list[str] = []
        self.answers: list[bytes] = []

    def lead_to(self, app: FastAPI) -> None:
        """Reach this app from now on: the server was started again."""
        self._app = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request.url.path)
        if self.offline:
            raise httpx.ConnectError("no network")
        for place, (path, fault) in enumerate(self.faults):
            if request.url.path.endswith(path):
                del self.faults[place]
                return await fault(request, self._pass)
        return await self._pass(request)

    async def _pass(self, request: httpx.Request) -> httpx.Response:
        request.headers[DEVICE_HEADER] = self._spoken
        response = await self._app.handle_async_request(request)
        body = await response.aread()
        self.answers.append(body)
        headers = [(key, value) for key, value in response.headers.multi_items() if key not in ("content-encoding", "content-length")]
        return httpx.Response(response.status_code, headers=headers, content=body)


Send = Callable[[httpx.Request], Awaitable[httpx.Response]]


async def answer_lost(request: httpx.Request, send: Send) -> httpx.Response:
    """The server does its work; its answer never arrives (it died, or the phone drove into a tunnel)."""
    await send(request)
    raise httpx.ReadTimeout("the answer was lost")


async def request_lost(request: httpx.Request, _send: Send) -> httpx.Response:
    """The server never hears of it."""
    raise httpx.ConnectTimeout("the request was lost")


async def torn(request: httpx.Request, send: Send) -> httpx.Response:
    """Half of the answer."""
    response = await send(request)
    return httpx.Response(
        response.status_code, headers={"Content-Type": "application/json"}, content=response.content[: len(response.content) // 2]
    )


async def captive(request: httpx.Request, _send: Send) -> httpx.Response:
    """A hotel's sign-in page with a 200."""
    return httpx.Response(200, headers={"Content-Type": "text/html"}, content=b"<html>Welcome</html>")


async def sent_twice(request: httpx.Request, send: Send) -> httpx.Response:
    """A proxy sends the request again."""
    await send(request)
    return await send(request)
