"""Sync: push a device's transactions, pull what changed for it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from shared.sync.protocol import ErasedAnswer, ErasedRequest, HealAnswer, HealRequest, PullAnswer, PushAnswer, PushRequest
from sync_server.api.body import answer, body_of, push_body, query_of
from sync_server.api.deps import CurrentContext, CurrentDevice, access_token, context, current_device, require_spoken, spoken_protocol
from sync_server.api.openapi import described
from sync_server.services.erasure import erased_among
from sync_server.services.healing import HealService
from sync_server.services.pull import PullRequest, PullService
from sync_server.services.push import PushService

lean = APIRouter(prefix="/v1/sync", tags=["sync"])
"""What phones ask all day: without FastAPI's dependencies, which cost a fifth of what these take."""
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
ERASED_EXAMPLE: Final = {"ids": [_ACCOUNT]}
HEAL_EXAMPLE: Final = {"clock": 1795312800000, "epoch": "6f1d2c3b4a59687788", "entries": [[41, _TRANSACTION]]}


@lean.post("/push", openapi_extra=described(PushAnswer, PushRequest, PUSH_EXAMPLE, problems=PUSH_PROBLEMS))
async def push(request: Request) -> Response:
    """Merge a device's transactions. Sending the same batch again changes nothing."""
    await spoken_protocol(request)
    device, parts = await current_device(request), await context(request)
    batch = await push_body(request)
    require_spoken(batch.protocol)
    service = PushService(parts.database, parts.clock, parts.leases.days)

    def merged() -> Response:
        done = service.push(device, batch)
        request.app.state.metrics.pushed(batch, done)
        return answer(request, done)

    return await run_in_threadpool(merged)


@router.post("/heal", openapi_extra=described(HealAnswer, HealRequest, HEAL_EXAMPLE, problems=PUSH_PROBLEMS))
def heal(
    request: Request, device: CurrentDevice, body: Annotated[HealRequest, Depends(body_of(HealRequest))], parts: CurrentContext
) -> Response:
    """Take back what a device has of an epoch that was lost: its journal, then records. Sending the same again changes nothing."""
    require_spoken(body.protocol)
    return answer(request, HealService(parts.database, parts.clock, parts.leases.days).heal(device, body))


@router.post("/erased", openapi_extra=described(ErasedAnswer, ErasedRequest, ERASED_EXAMPLE, problems=(400, 401, 403, 413, 422, 426, 503)))
def erased(
    request: Request, _device: CurrentDevice, body: Annotated[ErasedRequest, Depends(body_of(ErasedRequest))], parts: CurrentContext
) -> Response:
    """Say which of these records were erased: who wrote about one, and no longer receives it, hears of it nowhere else."""
    require_spoken(body.protocol)
    return answer(request, ErasedAnswer(parts.database.run(lambda connection: erased_among(connection, body.ids), reading=True)))


@lean.get("/pull", openapi_extra=described(PullAnswer, query=PullRequest, problems=(401, 403, 422, 426, 503)))
async def pull(request: Request) -> Response:
    """Give the next page of what changed in the device's scopes; the last one with their digests where asked.

    Phones ask this all day and mostly get nothing: so it takes one transaction and no dependencies, and little is given without a thread.
    """
    spoken = await spoken_protocol(request)
    token, wanted, parts = access_token(request), query_of(request, PullRequest), await context(request)
    service = PullService(parts.database, parts.clock, parts.leases)
    page = service.brief(token, wanted, spoken)
    if page is not None:
        return _counted(request, page)
    return await run_in_threadpool(lambda: _counted(request, service.pull_as(token, wanted, spoken)))


def _counted(request: Request, page: PullAnswer) -> Response:
    request.app.state.metrics.pulled(page)
    return answer(request, page)
