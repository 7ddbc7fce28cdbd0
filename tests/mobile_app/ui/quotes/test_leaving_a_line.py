"""However one leaves an open line, what was typed on it is written, or keeps the quote from going out without it."""

import flet as ft

from mobile_app.data.repositories.quote_detail import QuoteDetail
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.quotes.test_quote_page import now, opened_line
from tests.mobile_app.ui.rep import Rep, rep

NOT_SAVED = "What you typed on a line of this quote is not saved yet."


async def back(app: Rep) -> None:
    """Use the phone's own Back, which asks the view on top where it may not simply go."""
    (view,) = (view for view in app.h.find(ft.View) if not view.can_pop)
    await app.h.fire(view, "confirm_pop")


def test_the_phones_own_back_writes_a_line_as_its_arrow_does_and_the_quote_goes_out_with_it() -> None:
    async def go() -> QuoteDetail:
        async with rep() as r:
            id_, _ = await opened_line(r)
            await r.type("field-quantity", "50")
            await back(r)
            await r.tap("send-quote")
            await r.sees("Accepted")
            return await now(r, id_)

    quote = run(go())

    assert (quote.state, quote.shown["net_total"], quote.lines[0].shown["quantity"]) == ("sent", 50_000, 50_000)


def test_the_phones_own_back_stays_on_a_line_that_must_be_mended() -> None:
    async def go() -> str:
        async with rep() as r:
            await opened_line(r)
            await r.type("field-quantity", "two")
            await back(r)
            await r.sees("This is not a number.")
            return r.value("field-quantity")

    assert run(go()) == "two"


def test_a_line_is_written_by_going_to_another_page_too() -> None:
    async def go() -> QuoteDetail:
        async with rep() as r:
            id_, _ = await opened_line(r)
            await r.type("field-quantity", "50")
            r.session.go("/today")
            await r.h.settle(20)
            return await now(r, id_)

    assert run(go()).lines[0].shown["quantity"] == 50_000


def test_a_quote_does_not_go_out_without_what_a_kill_left_typed_on_a_line_which_is_opened_instead() -> None:
    async def go() -> tuple[QuoteDetail, QuoteDetail]:
        async with rep() as r:
            id_, _ = await opened_line(r)
            await r.type("field-quantity", "50")
            await r.h.settle(20)
            phone = r.phone
        await phone.kill()
        async with rep(phone=phone, route=f"/quotes/{id_}") as r:
            await r.tap("send-quote")
            await r.sees(NOT_SAVED)
            await r.sees("This line, net")
            before = await now(r, id_)
            assert r.value("field-quantity") == "50"
            await r.tap("save-line")
            await r.tap("send-quote")
            await r.sees("Accepted")
            return before, await now(r, id_)

    before, after = run(go())

    assert (before.state, before.lines[0].shown["quantity"]) == ("draft", 2_000)
    assert (after.state, after.lines[0].shown["quantity"]) == ("sent", 50_000)


def test_a_number_that_is_none_keeps_the_quote_from_going_out_wherever_one_went_meanwhile() -> None:
    async def go() -> tuple[QuoteDetail, list[str]]:
        async with rep() as r:
            id_, _ = await opened_line(r)
            await r.type("field-quantity", "two")
            r.session.go("/today")
            await r.h.settle(20)
            r.session.go(f"/quotes/{id_}")
            await r.tap("send-quote")
            await r.sees("This is not a number.")
            return await now(r, id_), r.shown()

    quote, shown = run(go())

    assert quote.state == "draft"
    assert any(NOT_SAVED in words for words in shown)


def test_a_line_taken_back_to_what_it_was_keeps_nothing_from_going_out() -> None:
    async def go() -> QuoteDetail:
        async with rep() as r:
            id_, _ = await opened_line(r)
            await r.type("field-quantity", "50")
            await r.type("field-quantity", "2")
            await back(r)
            await r.tap("send-quote")
            await r.sees("Accepted")
            return await now(r, id_)

    assert run(go()).state == "sent"


def test_who_leaves_a_line_of_a_quote_that_was_sent_meanwhile_is_told_that_it_was_not_written() -> None:
    async def go() -> QuoteDetail:
        async with rep() as r:
            id_, _ = await opened_line(r)
            await r.type("field-quantity", "50")
            await r.device.quotes.send(id_)
            await r.sees("The customer already has this quote.")
            return await now(r, id_)

    assert run(go()).lines[0].shown["quantity"] == 2_000
