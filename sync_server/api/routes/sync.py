"""Sync: push a device's transactions, pull what changed for it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from shared.sync.cursor import LONGEST
from shared.sync.protocol import HealAnswer, HealRequest, PullAnswer, PushAnswer, PushRequest
from sync_server.api.body import PushBody, answer, body_of
from sync_server.api.deps import CurrentContext, CurrentDevice, require_spoken, spoken_protocol
from sync_server.api.openapi import described
from sync_server.services.healing import HealService
from sync_server.services.pull import DEFAULT_LIMIT, MAX_LIMIT, PullRequest, PullService
from sync_server.services.push import PushService

router = APIRouter(prefix="/v1/sync", tags=["sync"], dependencies=[Depends(spoken_protocol)])

PUSH_PROBLEMS: Final = (400, 401, 403, 409, 413, 422, 426, 503, 507)
_ACCOUNT: Final = "01890a5d-ac96-774b-bcce-b302099a8057"
_TRANSACTION: Final = {
    "id": "01890a5d-ac96-774b-bcce-b302099a8058",
    "seq": 12,
    "changes": [
        {
            "kind": "account",
            "id": _ACCOUNT,
            "op": "update",
            "stamp": 117657619660800000,
            "base": ["6f1d2c3b4a59687788", 41],
            "fields": {"phone": {"to": "+33472000001", "was": "+33472000000"}, "tags": {"add": ["fair"]}},
        }
    ],
}
PUSH_EXAMPLE: Final = {"clock": 1795312800000, "transactions": [_TRANSACTION]}
HEAL_EXAMPLE: Final = {"clock": 1795312800000, "epoch": "6f1d2c3b4a59687788", "entries": [[41, _TRANSACTION]]}


async def asked(
    cursor: Annotated[str, Query(max_length=LONGEST, description="Where the device is; empty for the beginning")] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Records in one page")] = DEFAULT_LIMIT,
    digest: Annotated[bool, Query(description="With the last page, each scope's digest")] = False,  # noqa: FBT002 - named by its caller
) -> PullRequest:
    """Read what a device asks for."""
    return PullRequest(cursor, limit, digest)


@router.post("/push", openapi_extra=described(PushAnswer, PushRequest, PUSH_EXAMPLE, problems=PUSH_PROBLEMS))
def push(request: Request, device: CurrentDevice, batch: PushBody, parts: CurrentContext) -> Response:
    """Merge a device's transactions. Sending the same batch again changes nothing."""
    require_spoken(batch.protocol)
    return answer(request, PushService(parts.database, parts.clock, parts.lease_days).push(device, batch))


@router.post("/heal", openapi_extra=described(HealAnswer, HealRequest, HEAL_EXAMPLE, problems=PUSH_PROBLEMS))
def heal(
    request: Request, device: CurrentDevice, body: Annotated[HealRequest, Depends(body_of(HealRequest))], parts: CurrentContext
) -> Response:
    """Take back what a device has of an epoch that was lost: its journal, then records. Sending the same again changes nothing."""
    require_spoken(body.protocol)
    return answer(request, HealService(parts.database, parts.clock).heal(device, body))


@router.get("/pull", openapi_extra=described(PullAnswer, problems=(401, 403, 422, 426, 503)))
def pull(request: Request, device: CurrentDevice, parts: CurrentContext, wanted: Annotated[PullRequest, Depends(asked)]) -> Response:
    """Give the next page of what changed in the device's scopes; the last one with their digests where asked."""
    return answer(request, PullService(parts.database, parts.clock).pull(device, wanted))
