"""The blobs' part of the sync server, as plain calls over the device's HTTP client."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Protocol

import httpx

from mobile_app.sync.http_api import CaptivePortal, refusal_of, retry_after_s
from shared.errors import AnswerMalformed, Offline, ServerRefused, SessionExpired
from shared.sync.protocol import BLOB_CHUNK, COMPLETE_HEADER, LENGTH_HEADER, OFFSET_HEADER

_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_LARGEST: Final = 1024 * 1024 * 1024
_PATIENCE: Final = httpx.Timeout(180.0, connect=8.0)
"""For the answer to a chunk: the system takes all of it at once, and the link may carry 2 kB a second."""


@dataclass(frozen=True, slots=True)
class There:
    """How much of a file the server has for this device, and whether that is all of it, verified."""

    offset: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Where ``length`` bytes belong: at ``offset`` in a file of ``size`` bytes."""

    sha256: str
    offset: int
    size: int
    length: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file, and how long the whole is."""

    content: bytes
    total: int


class BlobApi(Protocol):
    """What the carrier asks of a server."""

    async def progress(self, access: str, sha256: str) -> There:
        """How much of a file is there."""
        ...

    async def put(self, access: str, chunk: Outgoing, content: AsyncIterator[bytes]) -> There:
        """Send a chunk, piece by piece; durable there once this returns."""
        ...

    async def get(self, access: str, sha256: str, offset: int) -> Part:
        """Fetch the chunk that begins at ``offset``."""
        ...


class HttpBlobs:
    """``BlobApi`` over HTTP. Each call raises what ``HttpApi``'s do."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def progress(self, access: str, sha256: str) -> There:
        """How much of a file is there."""
        return await self._there(self._client.build_request("HEAD", f"/v1/blobs/{sha256}", headers=_with(access)))

    async def put(self, access: str, chunk: Outgoing, content: AsyncIterator[bytes]) -> There:
        """Send a chunk."""
        said = {OFFSET_HEADER: str(chunk.offset), LENGTH_HEADER: str(chunk.size), "Content-Length": str(chunk.length)}
        headers = _with(access) | said | {"Content-Type": "application/octet-stream"}
        return await self._there(
            self._client.build_request("PUT", f"/v1/blobs/{chunk.sha256}", headers=headers, content=content, timeout=_PATIENCE)
        )

    async def get(self, access: str, sha256: str, offset: int) -> Part:
        """Fetch a chunk."""
        headers = _with(access) | {"Range": f"bytes={offset}-{offset + BLOB_CHUNK - 1}", "Accept-Encoding": "identity"}
        response, body = await self._sent(self._client.build_request("GET", f"/v1/blobs/{sha256}", headers=headers))
        found = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if response.status_code == httpx.codes.OK and offset == 0 and response.headers.get("ETag") == f'"{sha256}"':
            return Part(body, len(body))
        if found is None or int(found[1]) != offset or not 0 < len(body) == int(found[2]) - offset + 1 or int(found[3]) > _LARGEST:
            raise AnswerMalformed
        return Part(body, int(found[3]))

    async def _there(self, request: httpx.Request) -> There:
        response, _ = await self._sent(request)
        offset = response.headers.get(OFFSET_HEADER, "")
        if not offset.isdecimal():
            raise CaptivePortal
        return There(int(offset), response.headers.get(COMPLETE_HEADER) == "?1")

    async def _sent(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        try:
            response = await self._client.send(request, stream=True)
            try:
                body = bytearray()
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > BLOB_CHUNK:
                        raise AnswerMalformed
            finally:
                await response.aclose()
        except httpx.DecodingError as error:
            raise AnswerMalformed from error
        except httpx.TransportError as error:
            raise Offline from error
        if response.is_success:
            return response, bytes(body)
        if request.method == "HEAD":  # its refusals have no body that would say more
            unauthorised = response.status_code == httpx.codes.UNAUTHORIZED
            refused = ServerRefused(response.status_code, retry_after_s=retry_after_s(response))
            raise SessionExpired(401) if unauthorised else refused
        raise refusal_of(response, bytes(body))


def _with(access: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access}"}
