"""Counting what travels: an HTTP transport that adds up requests and bytes, headers included."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

_STATUS_LINE = len(b"HTTP/1.1 200 OK\r\n\r\n")


class CountingTransport(httpx.AsyncBaseTransport):
    """Passes requests on.

    ``body_bytes`` are the answers' bodies as they travel (compressed), ``answer_bytes`` with their headers, ``bytes`` everything both ways.
    """

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self.reset()

    def reset(self) -> None:
        """Begin counting at 0."""
        self.requests, self.bytes, self.answer_bytes, self.body_bytes = 0, 0, 0, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Count, pass on, count."""
        self.requests += 1
        line = len(request.method) + len(request.url.raw_path) + len(b"  HTTP/1.1\r\n\r\n")
        self.bytes += line + _size(request.headers) + len(await request.aread())
        response = await self._inner.handle_async_request(request)
        self.answer_bytes += _STATUS_LINE + _size(response.headers)
        self.bytes += _STATUS_LINE + _size(response.headers)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        return httpx.Response(
            response.status_code, headers=response.headers, stream=_Counted(response.stream, self), extensions=response.extensions
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def took(self, size: int) -> None:
        """Count a part of an answer's body."""
        self.bytes += size
        self.answer_bytes += size
        self.body_bytes += size


class _Counted(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, counter: CountingTransport) -> None:
        self._inner = inner
        self._counter = counter

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._inner:
            self._counter.took(len(part))
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


def _size(headers: httpx.Headers) -> int:
    return sum(len(name) + len(value) + len(b": \r\n") for name, value in headers.raw)
