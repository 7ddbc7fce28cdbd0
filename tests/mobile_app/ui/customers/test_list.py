"""The list of customers: pages, search in two scripts, and what an empty search offers."""

import flet as ft

from tests.mobile_app.data.store.phone import account
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import Rep, rep

MANY = [account(f"m{n:04}", name=f"Boulangerie {n:04}", city="Lyon") for n in range(250)]
BOTTOM = {"pixels": 7_000.0, "min_scroll_extent": 0.0, "max_scroll_extent": 7_200.0, "viewport_dimension": 600.0}


def rows(r: Rep) -> list[str]:
    """The names shown, in order."""
    return [(s.label or "").split(",")[0] for s in r.h.find(ft.Semantics) if (s.identifier or "").startswith("customer-")]


async def scroll_to_the_end(r: Rep) -> None:
    listing = next(found for found in r.h.find(ft.ListView) if found.on_scroll is not None)
    await r.h.fire(listing, "scroll", {"event_type": "update", **BOTTOM})


def test_a_long_list_comes_a_page_at_a_time() -> None:
    async def go() -> list[int]:
        async with rep(*MANY, route="/customers") as r:
            await r.sees("253 on this device")
            await r.h.until(lambda: len(rows(r)) == 30)
            seen = [len(rows(r))]
            for many in (130, 230, 253):
                await scroll_to_the_end(r)
                await r.h.until(lambda many=many: len(rows(r)) == many)  # type: ignore[misc]
                seen.append(len(rows(r)))
            return seen

    assert run(go()) == [30, 130, 230, 253]


def test_customers_are_found_as_one_types_in_greek_and_in_latin() -> None:
    async def go() -> list[list[str]]:
        async with rep(route="/customers") as r:
            found = []
            for typed, name in (("αρτοπ", "Αρτοποιείο Άννα"), ("oeuvre", "Œuvre de Pain"), ("0472001122", "Maison Lefèvre")):
                await r.type("search-customers", typed)
                await r.h.until(lambda name=name: rows(r) == [name])  # type: ignore[misc]
                found.append(rows(r))
            return found

    assert run(go()) == [["Αρτοποιείο Άννα"], ["Œuvre de Pain"], ["Maison Lefèvre"]]


def test_a_search_that_finds_nobody_offers_to_make_a_customer() -> None:
    async def go() -> str:
        async with rep(route="/customers") as r:
            await r.type("search-customers", "zzz")
            await r.sees("Nobody found for “zzz”")
            await r.tap("create-customer")
            await r.h.until(lambda: r.h.find(ft.TextField, label="Name of the customer") != [])
            return r.route

    assert run(go()) == "/customers/new"


def test_the_search_is_cleared_by_its_cross() -> None:
    async def go() -> int:
        async with rep(route="/customers") as r:
            await r.type("search-customers", "lef")
            await r.h.until(lambda: len(rows(r)) == 1)
            await r.h.press("Clear the search")
            await r.h.until(lambda: len(rows(r)) == 3)
            return len(rows(r))

    assert run(go()) == 3


def test_a_change_elsewhere_does_not_throw_one_back_to_the_top() -> None:
    async def go() -> int:
        async with rep(*MANY, route="/customers") as r:
            await r.sees("253 on this device")
            await scroll_to_the_end(r)
            await r.h.until(lambda: len(rows(r)) == 130)
            await r.phone.pull(account("new", 7, name="Zeste"))
            await r.sees("254 on this device")
            return len(rows(r))

    assert run(go()) == 130


def test_a_tablet_shows_the_chosen_customer_beside_the_list() -> None:
    async def go() -> None:
        async with rep(route="/customers", width=1024) as r:
            await r.sees("Their page is shown here.")
            await r.tap("customer-a1")
            await r.sees("Details")
            assert len(rows(r)) == 3

    run(go())
