"""What routes ask for: the server's parts, and the device that is speaking.

All of it is ``async``: a dependency that is not costs a trip to a thread, which is more than any of these does. Reading who a token
belongs to is one indexed query that waits for no writer; only where it may wait for a network does a thread do that.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from shared.errors import ProtocolTooOld, SessionExpired
from shared.ports import Clock, Randomness
from shared.sync.protocol import DEVICE_HEADER, PROTOCOL
from sync_server.config import USUAL_LEASES, Leases
from sync_server.services.auth import Sessions, authenticate
from sync_server.services.blobs import BlobService
from sync_server.services.identity import DeviceIdentity
from sync_server.storage.database import Database

OLDEST_PROTOCOL = PROTOCOL - 1
"""The server speaks its own protocol and the one before it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every route may use: the organisation's database, the time and chance, and how long devices work alone."""

    database: Database
    clock: Clock
    randomness: Randomness
    leases: Leases = USUAL_LEASES


async def context(request: Request) -> Context:
    """Give the parts that ``create_app`` was given."""
    found = request.app.state.context
    assert isinstance(found, Context)  # noqa: S101 - narrows an untyped attribute
    return found


CurrentContext = Annotated[Context, Depends(context)]


async def spoken_protocol(request: Request) -> int:
    """Give the protocol that the device says it speaks; no header means the newest.

    Raises:
        ProtocolTooOld: the server no longer speaks it.
    """
    said = request.headers.get(DEVICE_HEADER, str(PROTOCOL))
    spoken = int(said) if said.isdecimal() and len(said) < 6 else 0
    require_spoken(spoken)
    return spoken


def require_spoken(protocol: int) -> None:
    """Let only protocols pass that the server speaks.

    Raises:
        ProtocolTooOld: it no longer does.
    """
    if protocol < OLDEST_PROTOCOL:
        raise ProtocolTooOld(426)


async def sessions(request: Request) -> Sessions:
    """Give the service of sign-ins."""
    found = request.app.state.sessions
    assert isinstance(found, Sessions)  # noqa: S101 - narrows an untyped attribute
    return found


CurrentSessions = Annotated[Sessions, Depends(sessions)]


async def blobs(request: Request) -> BlobService:
    """Give the service of blobs."""
    found = request.app.state.blobs
    assert isinstance(found, BlobService)  # noqa: S101 - narrows an untyped attribute
    return found


CurrentBlobs = Annotated[BlobService, Depends(blobs)]


async def caller_address(request: Request) -> str:
    """Give the network address that the request came from."""
    return request.client.host if request.client is not None else ""


CallerAddress = Annotated[str, Depends(caller_address)]
SpokenProtocol = Annotated[int, Depends(spoken_protocol)]


def access_token(request: Request) -> str:
    """Give the access token that the request bears, whosever it is.

    Raises:
        SessionExpired: there is none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SessionExpired(401)
    return token


async def current_device(request: Request) -> DeviceIdentity:
    """Give the device whose access token the request bears.

    Raises:
        SessionExpired: no token, an unknown or an expired one.
        DeviceRevoked: the device, or its user, was shut out.
    """
    token = access_token(request)
    parts = await context(request)

    def identified(connection: Connection) -> DeviceIdentity:
        return authenticate(connection, token, parts.clock.now_ms())

    if parts.database.waits_for_network:
        return await run_in_threadpool(parts.database.run, identified, reading=True)
    with parts.database.read() as connection:
        return identified(connection)


CurrentDevice = Annotated[DeviceIdentity, Depends(current_device)]
