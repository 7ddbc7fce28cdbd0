"""Bytes in and out: bodies are bounded before they are parsed, typed structs are encoded straight to bytes.

A request may be compressed; inflation stops at the same cap, so that a small bomb costs no more than an honest body.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec
from fastapi import Request, Response

from shared import encodings
from shared.errors import ServerRefused
from shared.sync import codec
from shared.sync.protocol import PushRequest

DEFAULT_CAP: Final = 8 * 1024 * 1024
"""Bytes of a request's body after inflation, unless configured."""
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
        ServerRefused: 415, an encoding that this server does not read; 400, a broken stream of it.
    """
    cap: int = getattr(request.app.state, "body_cap", DEFAULT_CAP)
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity" and encoding not in encodings.KNOWN:
        raise ServerRefused(415, "encoding_unknown")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > cap:
            raise BodyTooLargeError
    try:
        return encodings.unpacked(bytes(body), encoding, cap)
    except encodings.TooLargeError as error:
        raise BodyTooLargeError from error
    except encodings.TornStreamError as error:
        raise ServerRefused(400, "malformed_body") from error


def body_of(type_: type[T]) -> Callable[[Request], Awaitable[T]]:
    """Build the dependency that gives a request's body as ``type_``; a body that is none raises ``msgspec.MsgspecError``."""

    async def parse(request: Request) -> T:
        return codec.decode(await read_body(request), type_)

    return parse


push_body = body_of(PushRequest)


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
    """Encode a struct as the answer, compressed where the caller takes it and it is worth it; say what we read ourselves."""
    content, encoding = encodings.packed(codec.encode(value), request.headers.get("Accept-Encoding", ""))
    headers = {"Vary": "Accept-Encoding", "Accept-Encoding": encodings.ACCEPTED}
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(content, status, headers, media_type)
