"""HTTP as bytes over kept connections: a load that costs its sender almost nothing, so that the server gets the machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class RawHttp:
    """A pool of connections to one address; one that the server closed because it was idle is opened again."""

    def __init__(self, address: str) -> None:
        self._url = httpx.URL(address)
        self._idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()

    async def _open(self) -> Connection:
        return await asyncio.open_connection(self._url.host, self._url.port)

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send ``request`` on a free connection; give the status and the body."""
        connection = await self._idle.get()
        try:
            if connection[0].at_eof():
                connection[1].close()
                connection = await self._open()
            reader, writer = connection
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
            return int(head.split(b" ", 2)[1]), await reader.readexactly(int(fields[b"content-length"]))
        finally:
            self._idle.put_nowait(connection)

    @classmethod
    @asynccontextmanager
    async def connected(cls, address: str, connections: int) -> AsyncIterator[RawHttp]:
        """Open so many connections to ``address``, and close them at the end."""
        pool = cls(address)
        for _ in range(connections):
            pool._idle.put_nowait(await pool._open())
        try:
            yield pool
        finally:
            while not pool._idle.empty():
                pool._idle.get_nowait()[1].close()


def request(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Write a request as it travels."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
