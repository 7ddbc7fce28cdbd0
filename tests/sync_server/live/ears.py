"""Devices that listen: streams of the real hub over fakes of the two ends of an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec
from starlette.types import Message

from shared.sync import codec
from shared.sync.protocol import News, StreamEnd
from shared.sync.sse import BEAT, EventReader, ServerEvent
from sync_server.api.live import LiveHub, Stream
from tests.sync_server.world import DAY, Phone, World


class Ear:
    """One device that listens, and all that it was sent."""

    def __init__(self, station: Station, phone: Phone, known: News | None, until: int) -> None:
        self.heard: list[ServerEvent] = []
        self.beats = 0
        self.closed = False
        self.deaf: Exception | None = None
        self.takes = asyncio.Event()
        self.takes.set()
        self._reader = EventReader()
        self._gone = asyncio.Event()
        stream = Stream(replace(phone.device, until=until), known, station.world.clock.now)
        self.task = asyncio.create_task(station.hub.serve(stream, self._receive, self._send))

    async def leave(self) -> None:
        """Cut the connection."""
        self._gone.set()
        await self.task

    @property
    def news(self) -> list[int]:
        """The revs that were told."""
        return [codec.decode(event.data, News).rev for event in self.heard if event.name == "changed"]

    @property
    def end(self) -> StreamEnd | None:
        """Why the server ended the stream."""
        return next((codec.decode(event.data, StreamEnd) for event in self.heard if event.name == "end"), None)

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self.takes.wait()
        if self.deaf is not None:
            raise self.deaf
        self.beats += message["body"] == BEAT
        self.heard += self._reader.feed(message["body"])
        if not message["more_body"]:
            self.closed = True
            self._gone.set()


class Station:
    """A world with a hub that looks when a test says so."""

    def __init__(self, most: int = 10) -> None:
        self.world = World()
        self.hub = LiveHub(self.world.database, self.world.clock, most, self._rest)
        self.rests = 0

    def play(self, story: Callable[[Station], Awaitable[None]]) -> None:
        """Run ``story`` on a loop of its own, then stop the hub."""

        async def go() -> None:
            await story(self)
            await self.hub.stop()

        asyncio.run(go())

    async def listen(self, phone: Phone, *, known: News | None = None, until: int | None = None) -> Ear:
        """Open a stream and let the hub's task look until it rests."""
        ear = Ear(self, phone, known, self.world.clock.now + DAY if until is None else until)
        await self.settle()
        return ear

    async def settle(self) -> None:
        """Let the hub look once more."""
        await asyncio.sleep(0)
        await self.hub.look()

    def known(self, phone: Phone) -> News:
        """What ``phone`` has pulled."""
        phone.pull()
        assert phone.last is not None
        return News(phone.last.epoch.id, phone.last.head)

    async def _rest(self, _seconds: float) -> None:
        self.rests += 1
        await asyncio.sleep(0)


def words(event: ServerEvent) -> set[str]:
    """The names of what an event's data says."""
    return set(msgspec.json.decode(event.data, type=dict[str, object]))
