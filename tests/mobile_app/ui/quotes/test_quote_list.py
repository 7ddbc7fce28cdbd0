"""The list of quotes: searched by customer or number, by state, a page at a time."""

import flet as ft

from shared.sync.record import Record
from tests.mobile_app.data.store.phone import server_record
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import Rep, rep


def quote(n: int, account_id: str = "a1", state: str = "draft") -> Record:
    return server_record(
        "quote",
        f"q{n:04}",
        5,
        account_id=account_id,
        user_id="u1",
        number=f"Q26-K7-{n:04}",
        revision=1,
        currency="EUR",
        rounding="rate",
        quoted_on="2026-09-01",
        valid_until="2027-09-01",
        state=state,
        gross_total=3000,
    )


def listed(r: Rep) -> set[str]:
    return {(s.identifier or "").removeprefix("quote-") for s in r.h.find(ft.Semantics) if (s.identifier or "").startswith("quote-")}


def test_a_quote_is_found_by_its_customer_or_its_number() -> None:
    async def go() -> list[set[str]]:
        async with rep(quote(1), quote(2, "a2"), quote(13, "a3"), route="/quotes") as r:
            await r.sees("Q26-K7-0013")
            found = []
            for typed, wanted in (("αννα", {"q0002"}), ("oeuvre", {"q0013"}), ("k7-0001", {"q0001"}), ("%", set())):
                await r.type("search-quotes", typed)
                await r.h.until(lambda wanted=wanted: listed(r) == wanted)  # type: ignore[misc]
                found.append(listed(r))
            await r.sees("No quote found")
            return found

    assert run(go()) == [{"q0002"}, {"q0013"}, {"q0001"}, set()]


def test_a_state_is_chosen_by_a_tap_and_given_up_by_another() -> None:
    async def go() -> None:
        async with rep(quote(1), quote(2, state="sent"), quote(3, state="accepted"), route="/quotes") as r:
            for shelf, wanted in (
                ("drafts", {"q0001"}),
                ("sent", {"q0002"}),
                ("decided", {"q0003"}),
                ("decided", {"q0001", "q0002", "q0003"}),
            ):
                await r.tap(f"shelf-{shelf}")
                await r.h.until(lambda wanted=wanted: listed(r) == wanted)  # type: ignore[misc]

    run(go())


def test_the_rest_comes_as_one_scrolls() -> None:
    async def go() -> tuple[int, int]:
        async with rep(*(quote(n) for n in range(1, 61)), route="/quotes") as r:
            await r.h.until(lambda: len(listed(r)) == 30)
            first = len(listed(r))
            listing = next(view for view in r.h.find(ft.ListView) if view.on_scroll is not None)
            payload = {
                "event_type": "end",
                "pixels": 5000.0,
                "min_scroll_extent": 0.0,
                "max_scroll_extent": 5200.0,
                "viewport_dimension": 600.0,
            }
            await r.h.session.dispatch_event(listing._i, "scroll", payload)
            await r.h.until(lambda: len(listed(r)) == 60)
            return first, len(listed(r))

    assert run(go()) == (30, 60)


def test_on_a_tablet_the_chosen_quote_stands_beside_the_list() -> None:
    async def go() -> list[str]:
        async with rep(quote(1), quote(2, "a2"), route="/quotes", width=1024) as r:
            await r.sees("Choose a quote")
            await r.tap("quote-q0002")
            await r.sees("Nothing on this quote yet")
            return r.shown()

    shown = run(go())

    assert "Quotes" in shown
    assert "Αρτοποιείο Άννα" in shown


def test_the_first_quote_begins_at_a_customers() -> None:
    async def go() -> str:
        async with rep(route="/quotes") as r:
            await r.sees("No quotes yet")
            await r.tap("choose-customer")
            await r.sees("Maison Lefèvre")
            return r.route

    assert run(go()) == "/customers"
