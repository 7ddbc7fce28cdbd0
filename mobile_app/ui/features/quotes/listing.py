"""The list of quotes, a page at a time: which states are shown, what is searched, and more when the list is scrolled."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Literal

from mobile_app.data.device import Device
from mobile_app.data.repositories.rows import QuoteRow
from mobile_app.ui.features.live import Live

PAGE = 100
PAUSE_SECONDS = 0.06
"""So long a person must pause in typing before the search runs."""

Shelf = Literal["all", "drafts", "sent", "decided"]
STATES: Mapping[Shelf, tuple[str, ...]] = {
    "all": (),
    "drafts": ("draft", "pending_approval", "approved"),
    "sent": ("sent",),
    "decided": ("accepted", "declined", "expired", "superseded"),
}


class QuotesModel(Live):
    """Pages of ``PAGE`` quotes, the newest first. ``query`` is what is typed, ``shelf`` which states are shown."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.notifier, ("quote", "quote_line", "account"))
        self.query = ""
        self.shelf: Shelf = "all"
        self.rows: tuple[QuoteRow, ...] = ()
        self.more = False
        self.today: date = device.store.today()
        self._device = device
        self._pages = 1
        self._timer: asyncio.TimerHandle | None = None

    @property
    def narrowed(self) -> bool:
        """Whether only some of the quotes are asked for."""
        return bool(self.query.strip()) or self.shelf != "all"

    async def load(self) -> None:
        """Read as many pages as are shown already: a change elsewhere does not throw one back to the top."""
        limit = self._pages * PAGE
        rows = await self._device.quotes.page(STATES[self.shelf], query=self.query, limit=limit)
        self.today, self.more, self.rows = self._device.store.today(), len(rows) == limit, tuple(rows)

    def search(self, query: str) -> None:
        """Look for ``query`` once the person pauses."""
        self.query, self._pages = query, 1
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self.reload)

    def choose(self, shelf: Shelf) -> None:
        """Show these states only; the same again shows all."""
        self.shelf, self._pages = ("all" if shelf == self.shelf else shelf), 1
        self.reload()

    def load_more(self) -> None:
        """Add a page, unless all are there or one is under way."""
        if self.more and self.phase == "ready" and len(self.rows) >= self._pages * PAGE:
            self._pages += 1
            self.reload()

    def stop(self) -> None:
        """Follow nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        super().stop()
