"""Is the process alive, and can it serve? For whoever watches it; nothing of the organisation is said."""

import msgspec
from fastapi import APIRouter, Request, Response

from sync_server.api.body import answer
from sync_server.api.deps import CurrentContext
from sync_server.api.openapi import described
from sync_server.services import epochs

router = APIRouter(tags=["health"])


class Health(msgspec.Struct, frozen=True):
    """How the server is."""

    status: str


@router.get("/healthz", openapi_extra=described(Health))
async def healthz(request: Request) -> Response:
    """Say that the process answers."""
    return answer(request, Health("ok"))


@router.get("/readyz", openapi_extra=described(Health, problems=(503,)))
def readyz(request: Request, parts: CurrentContext) -> Response:
    """Say that the database can be read."""
    with parts.database.read() as connection:
        epochs.standing(connection)
    return answer(request, Health("ready"))
