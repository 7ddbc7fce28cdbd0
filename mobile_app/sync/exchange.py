"""Sync as screens know it: rounds, and the live stream beside them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from mobile_app.sync.authorised import Authorised
from mobile_app.sync.http_api import HttpApi
from mobile_app.sync.listener import Listener, Open
from mobile_app.sync.offline import OfflineSwitch
from mobile_app.sync.scheduler import Scheduler
from shared.sync.sse import ServerEvent


@dataclass(frozen=True, slots=True)
class Exchange:
    """Implements ``SyncActions``. ``hurry`` is told of whoever wants a round now: there may be none before all is here."""

    scheduler: Scheduler
    listener: Listener
    offline: OfflineSwitch
    hurry: Callable[[], None]

    def sync_now(self) -> None:
        """Run a round now."""
        self.hurry()
        self.scheduler.sync_now()

    def edited(self) -> None:
        """Run a round shortly."""
        self.scheduler.edited()

    def connected(self) -> None:
        """The network is back."""
        self.scheduler.connected()

    def watched(self, watcher: object, *, on: bool) -> None:
        """A screen is looked at, or no more."""
        self.listener.watched(watcher, on=on)

    def set_work_offline(self, *, on: bool) -> None:
        """Stop using the network, or use it again."""
        self.offline.turn(on=on)


def stream_of(api: HttpApi, authorised: Authorised) -> Open:
    """Give what opens a live stream with a token that is good."""

    async def opened(known: str) -> AsyncGenerator[ServerEvent, None]:
        async with aclosing(api.events(await authorised.access(), known)) as events:
            async for event in events:
                yield event

    return opened
