"""Lists of records a page at a time: what is searched, more when one scrolls, and what stands while there is nothing."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import flet as ft

from mobile_app.data.notifier import Notifier
from mobile_app.ui.design import Skeleton, card
from mobile_app.ui.features.live import Live, Phase
from mobile_app.ui.features.states import failed
from mobile_app.ui.i18n import Words

FIRST: Final = 18
"""So many rows stand at first, what a tall window shows: each row is seven controls, which Flet compares on coming and on leaving."""
FILLED: Final = 30
"""So many stand a moment later, so that there is something to scroll in the tallest window."""
FILL_SECONDS: Final = 0.3
PAGE: Final = 100
"""So many more are read when one scrolls."""
PAUSE_SECONDS: Final = 0.06
"""So long a person must pause in typing before the search runs."""
NEAR_THE_END: Final = 800
"""More rows are read when fewer than so many px of list are left."""


class Searched(Live):
    """A list that is searched as one types. ``query`` is what is typed."""

    def __init__(self, notifier: Notifier, kinds: Iterable[str]) -> None:
        super().__init__(notifier, kinds)
        self.query = ""
        self._timer: asyncio.TimerHandle | None = None

    def search(self, query: str) -> None:
        """Look for ``query`` once the person pauses."""
        self.query = query
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self.reload)

    def stop(self) -> None:
        """Follow nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        super().stop()


class Paged(Searched):
    """A list of which so many rows are shown; ``more`` says that there are others behind them."""

    def __init__(self, notifier: Notifier, kinds: Iterable[str]) -> None:
        super().__init__(notifier, kinds)
        self.more = False
        self._pages = 0
        self._filling: asyncio.TimerHandle | None = None

    @property
    def limit(self) -> int:
        """So many rows are to be shown: a change elsewhere does not throw one back to the top."""
        return FILLED + (self._pages - 1) * PAGE if self._pages else FIRST

    def search(self, query: str) -> None:
        """Look for ``query`` once the person pauses, from its first rows on."""
        self._pages = 0
        super().search(query)

    def stop(self) -> None:
        """Follow nothing any more."""
        self._fill_later(None)
        super().stop()

    def load_more(self) -> None:
        """Add a page, unless all are there or one is under way."""
        self._show_pages(max(self._pages, 1) + 1)

    def _show_pages(self, pages: int) -> None:
        if self.more and self.phase == "ready" and not self.loading:
            self._pages = pages
            self.reload()

    async def _round(self) -> None:
        await super()._round()
        if self.more and not self._pages:
            loop = asyncio.get_running_loop()
            self._fill_later(loop.call_later(FILL_SECONDS, self._fill, context=self._own_context()))

    def _fill(self) -> None:
        if not self._pages:
            self._show_pages(1)

    def _fill_later(self, timer: asyncio.TimerHandle | None) -> None:
        if self._filling is not None:
            self._filling.cancel()
        self._filling = timer


class Loading(Protocol):
    """What a list's model tells of itself."""

    phase: Phase

    def reload(self) -> None:
        """Load again."""
        ...


def until_ready(t: Words, model: Loading, rows: int = 6) -> list[ft.Control] | None:
    """The body of a list that is not there to be shown; None once it is."""
    if model.phase == "failed":
        return [failed(t, model.reload)]
    if model.phase == "slow":
        return [card(Skeleton(rows, t("Loading")))]
    return [] if model.phase == "loading" else None


def page_list(
    model: Paged, rows: Sequence[ft.Control], padding: ft.Padding, *, spacing: float = 0, item_extent: float | None = None
) -> ft.ListView:
    """The rows that are here; scrolling towards their end reads more."""

    def scrolled(event: ft.OnScrollEvent) -> None:
        if event.pixels > event.max_scroll_extent - NEAR_THE_END:
            model.load_more()

    return ft.ListView(
        list(rows), expand=True, spacing=spacing, item_extent=item_extent, on_scroll=scrolled, scroll_interval=100, padding=padding
    )
