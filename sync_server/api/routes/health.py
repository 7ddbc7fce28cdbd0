"""Is the process alive, and can it serve? For whoever watches it; nothing of the organisation is said."""

from hmac import compare_digest
from typing import Final

import msgspec
from fastapi import APIRouter, Request, Response

from shared.errors import ServerRefused
from sync_server.api.body import answer
from sync_server.api.metrics import MEDIA_TYPE, Metrics
from sync_server.api.openapi import described
from sync_server.services.readiness import Readiness

RETRY_S: Final = 10.0
router = APIRouter(tags=["health"])


class Health(msgspec.Struct, frozen=True):
    """How the server is."""

    status: str


@router.get("/healthz", openapi_extra=described(Health))
async def healthz(request: Request) -> Response:
    """Say that the process answers."""
    return answer(request, Health("ok"))


@router.get("/readyz", openapi_extra=described(Health, problems=(503,)))
def readyz(request: Request) -> Response:
    """Say that a push would be taken: the database can be written, is this release's, and has room."""
    readiness = request.app.state.readiness
    assert isinstance(readiness, Readiness)  # noqa: S101 - narrows an untyped attribute
    reasons = readiness.reasons()
    if reasons:
        raise ServerRefused(503, reasons[0], errors=dict.fromkeys(reasons, "not_ready"), retry_after_s=RETRY_S)
    return answer(request, Health("ready"))


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Give the figures to who bears the token; where there is none, there are no figures."""
    token: str = request.app.state.metrics_token
    if not token:
        raise ServerRefused(404, "not_found")
    if not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        raise ServerRefused(401, "metrics_token_wrong")
    figures = request.app.state.metrics
    assert isinstance(figures, Metrics)  # noqa: S101 - narrows an untyped attribute
    return Response(figures.text(), media_type=MEDIA_TYPE)
