"""The list of quotes, a page at a time: which states are shown."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from mobile_app.data.device import Device
from mobile_app.data.repositories.rows import QuoteRow
from mobile_app.ui.features.paging import Paged

Shelf = Literal["all", "drafts", "sent", "decided"]
STATES: Mapping[Shelf, tuple[str, ...]] = {
    "all": (),
    "drafts": ("draft", "pending_approval", "approved"),
    "sent": ("sent",),
    "decided": ("accepted", "declined", "expired", "superseded"),
}


class QuotesModel(Paged):
    """Pages of quotes, the newest first. ``shelf`` says which states are shown."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.notifier, ("quote", "quote_line", "account"))
        self.shelf: Shelf = "all"
        self.rows: tuple[QuoteRow, ...] = ()
        self.today: date = device.store.today()
        self._device = device

    @property
    def narrowed(self) -> bool:
        """Whether only some of the quotes are asked for."""
        return bool(self.query.strip()) or self.shelf != "all"

    async def load(self) -> None:
        """Read as many pages as are shown already."""
        rows = await self._device.quotes.page(STATES[self.shelf], query=self.query, limit=self.limit)
        self.today, self.more, self.rows = self._device.store.today(), len(rows) == self.limit, tuple(rows)

    def choose(self, shelf: Shelf) -> None:
        """Show these states only; the same again shows all."""
        self.shelf, self._pages = ("all" if shelf == self.shelf else shelf), 1
        self.reload()
