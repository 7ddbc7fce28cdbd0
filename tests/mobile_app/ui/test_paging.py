"""Lists come in parts: at once what a window shows, a moment later what the tallest one shows, the rest as one scrolls."""

import asyncio

import pytest

from mobile_app.data.notifier import Notifier
from mobile_app.ui.features import paging
from tests.mobile_app.ui.harness import run


class Numbers(paging.Paged):
    """So many numbers; notes how many were shown after each load."""

    def __init__(self, notifier: Notifier, total: int) -> None:
        super().__init__(notifier, ("account",))
        self.shown: tuple[int, ...] = ()
        self._total = total

    async def load(self) -> None:
        self.shown = (*self.shown, min(self.limit, self._total))
        self.more = self.limit < self._total


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment later is now."""
    monkeypatch.setattr(paging, "FILL_SECONDS", 0)


async def settled(model: Numbers) -> tuple[int, ...]:
    """Let it do all that it does by itself."""
    for _ in range(50):
        await asyncio.sleep(0)
    return model.shown


@pytest.mark.usefixtures("at_once")
def test_a_few_rows_stand_at_once_and_the_tallest_window_is_filled_by_itself() -> None:
    async def go() -> tuple[int, ...]:
        model = Numbers(Notifier(), 500)
        model.start()
        return await settled(model)

    assert run(go()) == (paging.FIRST, paging.FILLED)


def test_whoever_scrolls_before_that_gets_a_whole_page() -> None:
    async def go() -> tuple[int, ...]:
        model = Numbers(Notifier(), 500)
        model.start()
        await model.loaded()
        model.load_more()
        return await settled(model)

    assert run(go()) == (paging.FIRST, paging.FILLED + paging.PAGE)


@pytest.mark.usefixtures("at_once")
def test_a_short_list_is_read_once() -> None:
    async def go() -> tuple[int, ...]:
        model = Numbers(Notifier(), 5)
        model.start()
        return await settled(model)

    assert run(go()) == (5,)
