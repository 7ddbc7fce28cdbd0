"""The list of customers, a page at a time: what is searched, what was found, and more when the list is scrolled."""

import asyncio
from collections.abc import Iterable

from mobile_app.data.notifier import Notifier
from mobile_app.data.repositories.accounts import AccountRow, Accounts
from mobile_app.ui.features.live import Live

PAGE = 100
PAUSE_SECONDS = 0.06
"""So long a person must pause in typing before the search runs."""
_SHOWN: Iterable[str] = ("account", "contact", "visit", "quote")


class CustomersModel(Live):
    """Pages of ``PAGE`` rows in the order of names, or of the search's answers. ``query`` is what is typed."""

    def __init__(self, accounts: Accounts, notifier: Notifier) -> None:
        super().__init__(notifier, _SHOWN)
        self.query = ""
        self.rows: tuple[AccountRow, ...] = ()
        self.more = False
        self.count = 0
        self.found_for = ""
        self._accounts = accounts
        self._pages = 1
        self._timer: asyncio.TimerHandle | None = None

    async def load(self) -> None:
        """Read as many pages as are shown already: a change elsewhere does not throw one back to the top."""
        query, more = self.query, True
        rows: list[AccountRow] = []
        while more and len(rows) < self._pages * PAGE:
            page = await self._accounts.page(query, rows[-1].after if rows else None, PAGE)
            rows += page
            more = len(page) == PAGE
        self.count = await self._accounts.count()
        self.found_for, self.rows, self.more = query, tuple(rows), more

    def search(self, query: str) -> None:
        """Look for ``query`` once the person pauses."""
        self.query, self._pages = query, 1
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self.reload)

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
