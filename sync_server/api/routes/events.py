"""Live events: a stream on which a device hears that there is something for it. What it is, it then pulls."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request, Response
from starlette.types import Receive, Scope, Send

from shared.sync.protocol import LAST_EVENT_HEADER, News
from shared.sync.sse import BEAT, MEDIA_TYPE
from sync_server.api.deps import CurrentContext, CurrentDevice, spoken_protocol
from sync_server.api.live import LiveHub, Stream
from sync_server.api.openapi import described

router = APIRouter(prefix="/v1/sync", tags=["sync"], dependencies=[Depends(spoken_protocol)])
_LAST_REV: Final = 1 << 62


async def live(request: Request) -> LiveHub:
    """Give the open streams of this process."""
    found = request.app.state.live
    assert isinstance(found, LiveHub)  # noqa: S101 - narrows an untyped attribute
    return found


class EventStream(Response):
    """An answer that goes on until either side ends it."""

    media_type = MEDIA_TYPE

    def __init__(self, hub: LiveHub, stream: Stream) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._hub = hub
        self._stream = stream

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Begin the answer and leave the rest to the hub."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": BEAT, "more_body": True})
        await self._hub.serve(self._stream, receive, send)


@router.get("/events", openapi_extra=described(News, problems=(401, 403, 426, 503), media_type=MEDIA_TYPE))
async def events(
    device: CurrentDevice,
    parts: CurrentContext,
    hub: Annotated[LiveHub, Depends(live)],
    known: Annotated[str, Header(alias=LAST_EVENT_HEADER, max_length=128)] = "",
) -> Response:
    """Tell, as server-sent events, that there is something after what the device knows; and the order to wipe."""
    hub.require_room(device)
    return EventStream(hub, Stream(device, known_news(known), parts.clock.now_ms()))


def known_news(mark: str) -> News | None:
    """Read the id of the last event that a device has heard; nothing usable means that it knows nothing."""
    epoch, _, rev = mark.rpartition(".")
    return News(epoch, int(rev)) if epoch and rev.isdecimal() and len(rev) < 20 and int(rev) < _LAST_REV else None
