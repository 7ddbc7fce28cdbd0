"""The list of customers, a page at a time."""

from collections.abc import Iterable

from mobile_app.data.notifier import Notifier
from mobile_app.data.repositories.accounts import AccountRow, Accounts
from mobile_app.ui.features.paging import PAGE, Paged

_SHOWN: Iterable[str] = ("account", "contact", "visit", "quote")


class CustomersModel(Paged):
    """As many rows as are to be shown, in the order of names or of the search's answers."""

    def __init__(self, accounts: Accounts, notifier: Notifier) -> None:
        super().__init__(notifier, _SHOWN)
        self.rows: tuple[AccountRow, ...] = ()
        self.count = 0
        self.found_for = ""
        self._accounts = accounts

    async def load(self) -> None:
        """Read as many pages as are shown already."""
        query, more = self.query, True
        rows: list[AccountRow] = []
        while more and len(rows) < self.limit:
            wanted = min(PAGE, self.limit - len(rows))
            page = await self._accounts.page(query, rows[-1].after if rows else None, wanted)
            rows += page
            more = len(page) == wanted
        self.count = await self._accounts.count()
        self.found_for, self.rows, self.more = query, tuple(rows), more
