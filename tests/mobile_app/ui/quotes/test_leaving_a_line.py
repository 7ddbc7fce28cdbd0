"""However one leaves an open line, what was typed on it is written, or keeps the quote from going out without it."""

import flet as ft

from mobile_app.data.repositories.leftovers import Leftover
from mobile_app.data.repositories.quote_detail import QuoteDetail
from tests.mobile_app.data.store.phone import server_record
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


def test_a_line_that_is_taken_off_elsewhere_closes_its_form_and_says_where_what_she_typed_is() -> None:
    async def go() -> tuple[list[str], list[Leftover]]:
        async with rep() as r:
            id_, line = await opened_line(r)
            await r.type("field-quantity", "50")
            await r.device.quotes.remove_line(id_, line)
            await r.sees("What you typed on it is in Needs attention.")
            await r.sees("Mark as sent")
            await r.h.settle(20)
            return r.shown(), await r.device.leftovers.all()

    shown, found = run(go())

    assert "This line, net" not in shown
    assert "This is no longer here" not in shown
    assert [[(typed.field, typed.value) for typed in left.words] for left in found] == [[("quantity", "50")]]


def test_of_a_line_on_which_nothing_was_typed_it_is_only_said_that_it_was_taken_off() -> None:
    async def go() -> list[str]:
        async with rep() as r:
            id_, line = await opened_line(r)
            await r.device.quotes.remove_line(id_, line)
            await r.sees("Mark as sent")
            return r.shown()

    shown = run(go())

    assert "This line was taken off the quote meanwhile." in shown


def test_who_takes_a_line_off_is_told_so_once() -> None:
    async def go() -> list[str]:
        async with rep() as r:
            await opened_line(r)
            await r.tap("remove-line")
            await r.sees("Line removed.")
            await r.h.settle(20)
            return r.shown()

    assert not any("meanwhile" in words for words in run(go()))


def test_a_quote_that_is_deleted_elsewhere_closes_its_lines_form_and_only_its_page_says_so() -> None:
    async def go() -> list[str]:
        async with rep() as r:
            id_, _ = await opened_line(r)
            await r.type("field-quantity", "50")
            await r.phone.pull(server_record("quote", id_, 50, account_id="a1", deleted=1))
            await r.sees("This is no longer here")
            await r.h.settle(20)
            return r.shown()

    shown = run(go())

    assert "This line, net" not in shown
    assert not any("This line was taken off" in words for words in shown)
    assert sum("no longer here" in words for words in shown) == 1


def test_a_full_phone_says_so_and_keeps_nobody_on_a_line_whose_text_stays_a_draft() -> None:
    async def go() -> tuple[QuoteDetail, list[str], str]:
        async with rep() as r:
            id_, line = await opened_line(r)
            await r.type("field-quantity", "50")
            await r.h.settle(20)
            r.phone.disk.full = True
            await back(r)
            await r.sees("This phone is full, so that was not saved.")
            await r.sees("Mark as sent")
            shown = r.shown()
            r.phone.disk.full = False
            await r.tap(f"quantity-{line}")
            await r.sees("This line, net")
            return await now(r, id_), shown, r.value("field-quantity")

    quote, shown, typed = run(go())

    assert quote.lines[0].shown["quantity"] == 2_000
    assert "This line, net" not in shown
    assert typed == "50"


def test_what_is_typed_on_a_line_can_be_discarded_as_long_as_it_is_not_saved_also_on_a_full_phone() -> None:
    async def go() -> tuple[QuoteDetail, list[str]]:
        async with rep() as r:
            id_, _ = await opened_line(r)
            untouched = r.shown()
            await r.type("field-quantity", "50")
            await r.sees("Discard what I typed")
            r.phone.disk.full = True
            await r.tap("discard-line")
            await r.sees("Mark as sent")
            r.phone.disk.full = False
            return await now(r, id_), untouched

    quote, untouched = run(go())

    assert quote.lines[0].shown["quantity"] == 2_000
    assert "Discard what I typed" not in untouched
