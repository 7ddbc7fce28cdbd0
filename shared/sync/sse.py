"""Server-sent events as bytes: what the server writes and the device reads back, piece by piece as it arrives."""

from dataclasses import dataclass, field
from typing import Final

BEAT: Final = b":\n\n"
"""A comment: it says that both ends and all between them are still there."""
MEDIA_TYPE: Final = "text/event-stream"
LONGEST_EVENT: Final = 8 * 1024


class TornEventError(ValueError):
    """Bytes that are no stream of events, or an event longer than any of ours."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event. ``id`` is what a device that comes back says it has heard."""

    name: str
    data: bytes = b""
    id: str = ""


def written(event: ServerEvent) -> bytes:
    """Write an event whose data has no line break."""
    head = f"id: {event.id}\n" if event.id else ""
    return f"{head}event: {event.name}\ndata: ".encode() + event.data + b"\n\n"


@dataclass(slots=True)
class EventReader:
    """Puts events together from pieces of any length."""

    _rest: bytes = field(default=b"")

    def feed(self, piece: bytes) -> list[ServerEvent]:
        """Give the events that are complete now; comments are none.

        Raises:
            TornEventError: this is no stream of ours.
        """
        *whole, self._rest = (self._rest + piece).replace(b"\r\n", b"\n").split(b"\n\n")
        if len(self._rest) > LONGEST_EVENT:
            raise TornEventError
        return [event for block in whole if (event := _read(block)) is not None]


def _read(block: bytes) -> ServerEvent | None:
    fields = {name: value.removeprefix(b" ") for name, _, value in (line.partition(b":") for line in block.split(b"\n")) if name}
    if b"event" not in fields:
        return None
    try:
        return ServerEvent(fields[b"event"].decode(), fields.get(b"data", b""), fields.get(b"id", b"").decode())
    except UnicodeDecodeError as error:
        raise TornEventError from error
