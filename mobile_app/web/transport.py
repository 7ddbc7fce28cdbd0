"""httpx over the browser's ``fetch``: time-outs, an end when the caller leaves, bodies as they come.

The browser opens connections, negotiates compression and unpacks by itself, and names itself; it sends no cookies and follows no redirect.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from typing import Any, Final, TypeVar

import httpx
from pyodide.ffi import JsException, to_js
from tournee_js import net

_BROWSERS_OWN: Final = frozenset({"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"})
"""Headers that a page may not set."""
_UNPACKED: Final = frozenset({"content-encoding", "content-length"})
"""Headers of an answer that are no longer true of what a page is given."""
_OPAQUE: Final = 0
"""The status of a redirect that is not followed: where it leads is not told."""

T = TypeVar("T")


class FetchTransport(httpx.AsyncBaseTransport):
    """See the module."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and give the answer with its body still to come.

        Raises:
            httpx.ReadTimeout: nothing came for as long as ``request`` allows.
            httpx.ConnectError: there is no connection, or the browser refuses this address.
        """
        content = await request.aread()
        headers = [[name, value] for name, value in request.headers.items() if name not in _BROWSERS_OWN]
        seconds = request.extensions.get("timeout", {}).get("read")
        call = net.begin(request.method, str(request.url), to_js(headers), to_js(content) if content else None)
        answer = await _within(call.answer, seconds, call, request)
        status, told = net.head(answer).to_py()
        kept = [(name, value) for name, value in told if name not in _UNPACKED]
        body = _Body(answer.body, call, seconds, request)
        return httpx.Response(httpx.codes.FOUND if status == _OPAQUE else status, headers=kept, stream=body, request=request)


class _Body(httpx.AsyncByteStream):
    """The bytes of one answer."""

    def __init__(self, stream: Any, call: Any, seconds: float | None, request: httpx.Request) -> None:  # noqa: ANN401 - JavaScript's
        self._reader = stream.getReader() if stream else None
        self._call = call
        self._seconds = seconds
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._reader is not None:
            piece = await _within(self._reader.read(), self._seconds, self._call, self._request)
            if piece.done:
                self._reader = None
                return
            yield piece.value.to_bytes()

    async def aclose(self) -> None:
        """Let go of the connection. Repeatable."""
        reader, self._reader = self._reader, None
        if reader is not None:
            self._call.abort()
            with suppress(JsException):
                await reader.cancel()


async def _within(promise: Awaitable[T], seconds: float | None, call: Any, request: httpx.Request) -> T:  # noqa: ANN401 - JavaScript's
    try:
        return await asyncio.wait_for(promise, seconds)
    except TimeoutError as error:
        call.abort()
        raise httpx.ReadTimeout("no answer in time", request=request) from error
    except JsException as error:
        raise httpx.ConnectError(str(error), request=request) from error
    except asyncio.CancelledError:
        call.abort()
        raise
