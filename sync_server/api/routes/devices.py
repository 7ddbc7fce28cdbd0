"""Devices: joining, and opening a vault whose PIN was forgotten."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from shared.sync.protocol import EnrolRequest, OrganisationAnswer, RecoverAnswer, RecoverRequest, RetireAnswer, SessionAnswer
from sync_server.api.body import answer, body_of
from sync_server.api.deps import CallerAddress, CurrentDevice, CurrentSessions, require_spoken, spoken_protocol
from sync_server.api.openapi import described

router = APIRouter(prefix="/v1/devices", tags=["devices"], dependencies=[Depends(spoken_protocol)])
_ENROL: Final = {"login": "elodie", "password": "three honest words", "device_name": "Élodie's phone", "platform": "android", "protocol": 2}
_RECOVER: Final = {"sealed_key": "AQ=="}


@router.post("/enrol", openapi_extra=described(SessionAnswer, EnrolRequest, _ENROL, problems=(400, 401, 403, 422, 426, 429, 503)))
def enrol(
    request: Request, body: Annotated[EnrolRequest, Depends(body_of(EnrolRequest))], sessions: CurrentSessions, address: CallerAddress
) -> Response:
    """Make a new device of the user who knows the password, and begin its first session."""
    require_spoken(body.protocol)
    return answer(request, sessions.enrol(body, address))


@router.post("/recover", openapi_extra=described(RecoverAnswer, RecoverRequest, _RECOVER, problems=(400, 401, 403, 422, 426, 503)))
def recover(
    request: Request, device: CurrentDevice, body: Annotated[RecoverRequest, Depends(body_of(RecoverRequest))], sessions: CurrentSessions
) -> Response:
    """Open the device's recovery seal, within ten minutes of its sign-in."""
    return answer(request, sessions.recover(device, body))


@router.post("/again", openapi_extra=described(SessionAnswer, problems=(401, 403, 426, 503)))
def again(request: Request, device: CurrentDevice, sessions: CurrentSessions) -> Response:
    """Enrol a device under a new id and code: its seqs were used before, because its operating system restored it from a copy.

    Asked once more within a day it gives the same id, until that one is heard of. The session ends with the one before.
    """
    return answer(request, sessions.again(device))


@router.post("/retire", openapi_extra=described(RetireAnswer, problems=(401, 403, 426, 503)))
def retire(request: Request, device: CurrentDevice, sessions: CurrentSessions) -> Response:
    """Sign the device that asks off for good: its work has gone to another one."""
    return answer(request, sessions.retire(device))


@router.get("/organisation", openapi_extra=described(OrganisationAnswer, problems=(426, 503)))
def organisation(request: Request, sessions: CurrentSessions) -> Response:
    """Say whose server this is, to a device that was told another address. Nothing else is said without a token."""
    return answer(request, sessions.organisation())
