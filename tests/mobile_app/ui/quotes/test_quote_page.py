"""A quote on the phone: products, quantities, prices, terms, and its way to the customer."""

from collections.abc import Coroutine
from decimal import Decimal
from typing import Any

import flet as ft

from mobile_app.data.repositories.quote_detail import LineRow, QuoteDetail
from tests.mobile_app.data.store.phone import Phone
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import Rep, rep


async def begun(r: Rep, *, lines: int = 1, quantity: int = 2_000) -> str:
    """A draft for Maison Lefèvre, open on the screen, with flour on it."""
    id_ = (await r.device.quotes.create("a1")).id
    for _ in range(lines):
        await r.device.quotes.add_line(id_, "p1", quantity, "en")
    r.h.page.navigate(f"/quotes/{id_}")
    await r.sees("Q26-K7-0001")
    return id_


async def now(r: Rep, id_: str) -> QuoteDetail:
    return await r.device.quotes.get(id_)


async def opened_line(r: Rep) -> tuple[str, str]:
    """A draft with its line open."""
    id_ = await begun(r)
    line = (await now(r, id_)).lines[0].id
    await r.tap(f"quantity-{line}")
    await r.sees("This line, net")
    return id_, line


def the_line(scenario: Coroutine[Any, Any, QuoteDetail]) -> LineRow:
    return run(scenario).lines[0]


def test_products_are_found_without_accents_in_any_script_and_added_by_a_tap() -> None:
    async def go() -> QuoteDetail:
        async with rep(route="/today") as r:
            id_ = await begun(r, lines=0)
            await r.sees("Nothing on this quote yet")
            await r.tap("add-product")
            await r.sees("Flour T55")
            await r.type("search-products", "αλευρι")
            await r.sees("from 10")
            await r.tap("product-FAR-055")
            await r.sees("On the quote: 1")
            await r.tap("product-FAR-055")
            await r.sees("List price")
            await r.tap("close-line")
            await r.tap("search-done")
            await r.sees("Mark as sent")
            return await now(r, id_)

    quote = run(go())

    assert [(line.description, line.quantity, line.unit_price) for line in quote.lines] == [("Flour T55", Decimal(1), Decimal("12.50"))]


def test_each_tap_on_the_stepper_counts_however_fast() -> None:
    async def go() -> QuoteDetail:
        async with rep() as r:
            id_ = await begun(r)
            line = (await now(r, id_)).lines[0].id
            more = r.h.by_id(f"more-{line}").content
            assert isinstance(more, ft.IconButton)
            for _ in range(3):
                await r.h.session.dispatch_event(more._i, "click", None)
            await r.sees("€62.50")
            return await now(r, id_)

    assert the_line(go()).quantity == Decimal(5)


def test_totals_by_vat_rate_follow_every_change() -> None:
    async def go() -> list[str]:
        async with rep() as r:
            await begun(r)
            await r.sees("VAT 20% on €25.00")
            return r.shown()

    assert {"€5.00", "€30.00"} <= set(run(go()))


def test_what_is_typed_is_previewed_and_saved_when_one_is_done() -> None:
    async def go() -> QuoteDetail:
        async with rep() as r:
            id_, _ = await opened_line(r)
            await r.type("field-quantity", "10")
            await r.type("field-discount", "10")
            await r.sees("€90.00")
            await r.tap("save-line")
            await r.sees("discount 10%")
            return await now(r, id_)

    line = the_line(go())

    assert (line.quantity, line.discount, line.unit_price, line.origin) == (Decimal(10), Decimal(10), Decimal(10), "list")


def test_a_number_is_read_as_the_language_writes_it() -> None:
    async def go() -> QuoteDetail:
        async with rep(language="fr") as r:
            id_ = await begun(r)
            line = (await now(r, id_)).lines[0].id
            await r.tap(f"quantity-{line}")
            await r.type("field-quantity", "1 250,5")
            await r.tap("save-line")
            await r.h.until(lambda: not any(s.identifier == "save-line" for s in r.h.find(ft.Semantics)))
            return await now(r, id_)

    assert the_line(go()).quantity == Decimal("1250.5")


def test_a_typed_price_is_marked_and_stays_until_the_lists_is_asked_for() -> None:
    async def go() -> tuple[LineRow, LineRow]:
        async with rep() as r:
            id_, line = await opened_line(r)
            await r.type("field-unit_price", "11.00")
            await r.tap("save-line")
            await r.sees("Price typed by you, never overwritten")
            typed = (await now(r, id_)).lines[0]
            await r.tap(f"more-{line}")
            await r.tap(f"quantity-{line}")
            await r.tap("use-list-price")
            await r.tap("save-line")
            await r.sees("Tarif, version 3")
            return typed, (await now(r, id_)).lines[0]

    typed, listed = run(go())

    assert (typed.unit_price, typed.origin) == (Decimal(11), "manual")
    assert (listed.quantity, listed.unit_price, listed.origin) == (Decimal(3), Decimal("12.50"), "list")


def test_wrong_numbers_get_a_sentence_at_their_field_and_lose_nothing() -> None:
    wrong = (
        ("field-quantity", "0", "The quantity must be above zero."),
        ("field-quantity", "-1", "The quantity must be above zero."),
        ("field-quantity", "two", "This is not a number."),
        ("field-quantity", "", "Type a number."),
        ("field-discount", "101", "A discount goes up to 100%."),
        ("field-unit_price", "-3", "This is too small."),
    )

    async def go() -> tuple[list[str], QuoteDetail]:
        held = []
        async with rep() as r:
            id_, _ = await opened_line(r)
            for field, typed, sentence in wrong:
                before = r.value(field)
                await r.type(field, typed, leave=True)
                await r.sees(sentence)
                await r.tap("save-line")
                held.append(r.value(field))
                await r.type(field, before, leave=True)
            return held, await now(r, id_)

    held, quote = run(go())

    assert held == [typed for _, typed, _ in wrong]
    assert quote.lines[0].quantity == Decimal(2)


def test_a_price_of_nought_is_worth_a_word_and_is_taken() -> None:
    async def go() -> QuoteDetail:
        async with rep() as r:
            id_, _ = await opened_line(r)
            await r.type("field-unit_price", "0", leave=True)
            await r.sees("This line is free of charge.")
            await r.tap("save-line")
            await r.sees("Price typed by you, never overwritten")
            return await now(r, id_)

    assert the_line(go()).unit_price == Decimal(0)


def test_a_half_typed_number_survives_a_kill() -> None:
    async def go() -> tuple[str, list[str]]:
        async with rep() as r:
            id_, line = await opened_line(r)
            await r.type("field-quantity", "1-")
            phone: Phone = r.phone
        await phone.kill()
        async with rep(phone=phone, route=f"/quotes/{id_}") as r:
            await r.tap(f"quantity-{line}")
            await r.sees("This is not a number.")
            return r.value("field-quantity"), r.shown()

    typed, _ = run(go())

    assert typed == "1-"


def test_a_removed_line_comes_back_by_undo_as_it_was() -> None:
    async def go() -> tuple[int, LineRow, LineRow]:
        async with rep() as r:
            id_ = await begun(r, lines=2)
            line = (await now(r, id_)).lines[0].id
            await r.device.quotes.set_line(id_, line, unit_price=900, discount=500, description="Flour, by the window")
            before = (await now(r, id_)).lines[0]
            await r.tap(f"quantity-{line}")
            await r.tap("remove-line")
            await r.h.until(lambda: bool(r.h.find(ft.SnackBar)))
            without = len((await now(r, id_)).lines)
            bar = r.h.find(ft.SnackBar)[0]
            assert isinstance(bar.action, ft.SnackBarAction)
            await r.h.fire(bar.action, "click")
            await r.sees("Flour, by the window")
            return without, before, (await now(r, id_)).lines[0]

    without, before, after = run(go())

    assert without == 1
    assert (after.id, after.position, after.shown) == (before.id, before.position, before.shown)


def test_the_note_and_the_last_day_are_saved_when_one_leaves_them() -> None:
    async def go() -> QuoteDetail:
        async with rep() as r:
            id_ = await begun(r)
            await r.type("field-note", "Delivered on Tuesday", leave=True)
            await r.type("field-valid-until", "31/12/2026", leave=True)
            await r.sees("Valid until 31 December")
            return await now(r, id_)

    quote = run(go())

    assert (quote.note, quote.shown["valid_until"]) == ("Delivered on Tuesday", "2026-12-31")


def test_a_last_day_before_the_quote_gets_its_sentence_and_stays_typed() -> None:
    async def go() -> tuple[str, QuoteDetail]:
        async with rep() as r:
            id_ = await begun(r)
            await r.type("field-valid-until", "1/1/2020", leave=True)
            await r.sees("The quote would end before its date")
            await r.tap("send-quote")
            await r.sees("A field of this quote must be mended first.")
            return r.value("field-valid-until"), await now(r, id_)

    typed, quote = run(go())

    assert (typed, quote.state) == ("1/1/2020", "draft")
