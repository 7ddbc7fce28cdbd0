"""Blobs: sending a file in chunks and fetching it in ranges. What is served is never shown by a browser as a page of ours."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import StreamingResponse

from shared.errors import ServerRefused
from shared.sync.protocol import BLOB_CHUNK, COMPLETE_HEADER, LENGTH_HEADER, OFFSET_HEADER, PROBLEM
from sync_server.api.body import BodyTooLargeError
from sync_server.api.deps import CurrentBlobs, CurrentDevice, spoken_protocol
from sync_server.services.blobs import Chunk, Progress

router = APIRouter(prefix="/v1/blobs", tags=["blobs"], dependencies=[Depends(spoken_protocol)])
Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The SHA-256 of the whole file")]
_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")
_ALONE: Final = {"Content-Disposition": "attachment", "Content-Security-Policy": "default-src 'none'; sandbox", "Accept-Ranges": "bytes"}


def _described(done: str, body: dict[str, Any] | None = None, *, problems: tuple[int, ...]) -> dict[str, Any]:
    refusal = {"description": "Refused; `code` says why", "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {"responses": {"200": {"description": done}, **{str(status): refusal for status in problems}}} | (body or {})


async def read_chunk(
    request: Request, offset: Annotated[int, Header(alias=OFFSET_HEADER, ge=0)], size: Annotated[int, Header(alias=LENGTH_HEADER, ge=1)]
) -> Chunk:
    """Read what a request brings: at most one chunk.

    Raises:
        BodyTooLargeError: it is more.
    """
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > BLOB_CHUNK:
            raise BodyTooLargeError
    return Chunk(offset, size, bytes(content))


_OCTETS: Final = {"requestBody": {"required": True, "content": {"application/octet-stream": {}}}}


@router.head("/{sha256}", openapi_extra=_described("How much is here", problems=(401, 403, 422, 426, 503)))
def progress(sha256: Sha256, device: CurrentDevice, service: CurrentBlobs) -> Response:
    """Say how much of a blob is here for this device: all of it where it may fetch it, else what it has sent."""
    return _answer(service.progress(device, sha256))


@router.put("/{sha256}", openapi_extra=_described("The chunk is kept", _OCTETS, problems=(401, 403, 409, 413, 415, 422, 426, 503, 507)))
def put(sha256: Sha256, device: CurrentDevice, chunk: Annotated[Chunk, Depends(read_chunk)], service: CurrentBlobs) -> Response:
    """Keep a chunk. Once this is answered it is on the disk; sending it again changes nothing."""
    return _answer(service.take(device, sha256, chunk))


@router.get("/{sha256}", openapi_extra=_described("The bytes", problems=(401, 403, 404, 416, 422, 426, 503)))
def get(request: Request, sha256: Sha256, device: CurrentDevice, service: CurrentBlobs) -> Response:
    """Give a blob that a record in the device's scopes names, or the range that is asked for."""
    row = service.find(device, sha256)
    start, stop = _asked(request.headers.get("Range"), row.size)
    headers = _ALONE | {"Content-Length": str(stop - start), "ETag": f'"{sha256}"'}
    whole = (start, stop) == (0, row.size)
    if not whole:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{row.size}"
    return StreamingResponse(service.read(sha256, start, stop), 200 if whole else 206, headers, row.media_type)


def _answer(progress: Progress) -> Response:
    return Response(headers={OFFSET_HEADER: str(progress.offset), COMPLETE_HEADER: "?1" if progress.complete else "?0"})


def _asked(header: str | None, size: int) -> tuple[int, int]:
    """Read a range of bytes; any other kind of range counts as none, as HTTP wants it.

    Raises:
        ServerRefused: 416, it begins behind the end.
    """
    found = _RANGE.fullmatch(header or "")
    if found is None:
        return 0, size
    start, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if start >= size or last < start:
        raise ServerRefused(416, "range_not_satisfiable")
    return start, min(last + 1, size)
