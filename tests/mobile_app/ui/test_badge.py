"""How sync stands is on every page that one works on, on a phone and on a tablet once."""

import flet as ft
import pytest

from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.quotes.test_quote_list import quote
from tests.mobile_app.ui.records import visit
from tests.mobile_app.ui.rep import Rep, rep

PAGES = ["/today", "/customers", "/customers/a1", "/quotes", "/quotes/q0001", "/visits/v1", "/todo", "/settings"]


@pytest.mark.parametrize("width", [390, 1024])
@pytest.mark.parametrize("route", PAGES)
def test_every_page_says_how_sync_stands(route: str, width: float) -> None:
    async def go() -> tuple[int, int]:
        async with rep(quote(1), visit("v1", "a1"), route=route, width=width) as r:
            await r.h.settle()
            return len(r.h.find(ft.Semantics, identifier="sync-badge")), len(r.h.find(ft.View))

    badges, views = run(go())  # under a phone's page lies its list, with one of its own

    assert badges == views


@pytest.mark.parametrize("width", [390, 1024])
def test_the_sheet_goes_with_its_screen_and_opens_on_the_next_one(width: float) -> None:
    async def go() -> tuple[list[str], list[int]]:
        async with rep(route="/today", width=width) as r:
            opened = []
            for place in ("/customers", "/todo"):
                await r.tap("sync-badge")
                opened.append(len(sheets(r)))
                r.session.go(place)
                await r.h.settle()
                opened.append(len(sheets(r)))
            return r.h.connection.crashes, opened

    assert run(go()) == ([], [1, 0, 1, 0])


def sheets(r: Rep) -> list[ft.BottomSheet]:
    return r.h.find(ft.BottomSheet, open=True)
