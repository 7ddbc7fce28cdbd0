"""Bytes in and out: bodies are bounded before they are parsed, typed structs are encoded straight to bytes.

A request may be gzipped; inflation stops at the same cap, so that a small bomb costs no more than an honest body.
"""

import gzip
import zlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeVar

import msgspec
from fastapi import Depends, Request, Response

from shared.errors import ServerRefused
from shared.sync import codec
from shared.sync.protocol import PushRequest

DEFAULT_CAP: Final = 8 * 1024 * 1024
"""Bytes of a request's body after inflation, unless configured."""
WORTH_ZIPPING: Final = 1_024
"""Below this, compressing costs more than it saves."""
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_LEVEL: Final = 1
_JSON: Final = "application/json"

T = TypeVar("T")


class BodyTooLargeError(ServerRefused):
    """413: the body, or what it inflates to, is larger than the cap."""

    code = "body_too_large"

    def __init__(self) -> None:
        super().__init__(413)


async def read_body(request: Request) -> bytes:
    """Give the request's body, inflated.

    Raises:
        BodyTooLargeError: more than the cap, before or after inflation.
        ServerRefused: 415, an encoding other than gzip; 400, a broken gzip stream.
    """
    cap: int = getattr(request.app.state, "body_cap", DEFAULT_CAP)
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding not in {"identity", "gzip"}:
        raise ServerRefused(415, "encoding_unknown")
    inflate = _Inflating(cap) if encoding == "gzip" else _Plain(cap)
    parts = [inflate(chunk) async for chunk in request.stream()]
    inflate.end()
    return b"".join(parts)


class _Plain:
    """Passes a body through, up to a cap."""

    def __init__(self, cap: int) -> None:
        self._room = cap

    def __call__(self, chunk: bytes) -> bytes:
        self._room -= len(chunk)
        if self._room < 0:
            raise BodyTooLargeError
        return chunk

    def end(self) -> None:
        """Nothing is held back."""


class _Inflating(_Plain):
    """Inflates a gzip stream, and never more of it than the cap."""

    def __init__(self, cap: int) -> None:
        super().__init__(cap)
        self._stream = zlib.decompressobj(_GZIP_WINDOW)

    def __call__(self, chunk: bytes) -> bytes:
        try:
            return super().__call__(self._stream.decompress(chunk, self._room + 1))
        except zlib.error as error:
            raise ServerRefused(400, "malformed_body") from error

    def end(self) -> None:
        """Refuse a stream that was cut off.

        Raises:
            ServerRefused: 400, the stream does not end.
        """
        if not self._stream.eof:
            raise ServerRefused(400, "malformed_body")


def body_of(type_: type[T]) -> Callable[[Request], Awaitable[T]]:
    """Build the dependency that gives a request's body as ``type_``; a body that is none raises ``msgspec.MsgspecError``."""

    async def parse(request: Request) -> T:
        return codec.decode(await read_body(request), type_)

    return parse


PushBody = Annotated[PushRequest, Depends(body_of(PushRequest))]


def query_of(request: Request, type_: type[T]) -> T:
    """Give a request's query as ``type_``.

    Raises:
        ServerRefused: 422 ``invalid_request``, with the field that does not fit.
    """
    try:
        return msgspec.convert(dict(request.query_params), type_, strict=False)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("$.")[2].rstrip("`")
        raise ServerRefused(422, "invalid_request", errors={field: "invalid"}) from error


def answer(request: Request, value: msgspec.Struct, status: int = 200, media_type: str = _JSON) -> Response:
    """Encode a struct as the answer, gzipped where the caller takes it and it is worth it."""
    content = codec.encode(value)
    headers = {"Vary": "Accept-Encoding"}
    if len(content) > WORTH_ZIPPING and "gzip" in request.headers.get("Accept-Encoding", ""):
        content = gzip.compress(content, _LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, status, headers, media_type)
