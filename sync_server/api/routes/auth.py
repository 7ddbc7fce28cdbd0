"""Sessions of enrolled devices: signing in again, and going on."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from shared.sync.protocol import RefreshRequest, SessionAnswer, SignInRequest, Tokens
from sync_server.api.body import answer, body_of
from sync_server.api.deps import CallerAddress, CurrentSessions, spoken_protocol
from sync_server.api.openapi import described

router = APIRouter(prefix="/v1/auth", tags=["sessions"], dependencies=[Depends(spoken_protocol)])
_DEVICE: Final = "01890a5d-ac96-774b-bcce-b302099a8059"
_SIGN_IN: Final = {"device_id": _DEVICE, "login": "elodie", "password": "three honest words"}
_REFRESH: Final = {"device_id": _DEVICE, "refresh": "q3Zb0c3o0m0Yx1b8mC7n1s2v5k8w0z4A6d9g2j5l8o1"}


@router.post("/sign-in", openapi_extra=described(SessionAnswer, SignInRequest, _SIGN_IN, problems=(400, 401, 403, 422, 426, 429, 503)))
def sign_in(
    request: Request, body: Annotated[SignInRequest, Depends(body_of(SignInRequest))], sessions: CurrentSessions, address: CallerAddress
) -> Response:
    """Begin a new session on an enrolled device, whose tokens ran out or whose PIN was forgotten."""
    return answer(request, sessions.sign_in(body, address))


@router.post("/refresh", openapi_extra=described(Tokens, RefreshRequest, _REFRESH, problems=(400, 401, 403, 422, 426, 503)))
def refresh(request: Request, body: Annotated[RefreshRequest, Depends(body_of(RefreshRequest))], sessions: CurrentSessions) -> Response:
    """Rotate the refresh token. Sent again it gives the same successor until that was used; sent again later, it ends the session."""
    return answer(request, sessions.refresh(body))
