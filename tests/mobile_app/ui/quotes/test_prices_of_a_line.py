"""A line whose price came from the list and is not the list's: said on the line, and the list's is taken without another quantity."""

import msgspec
import pytest

from mobile_app.data.repositories.quote_detail import LineRow
from shared.sync.policy import Value
from shared.sync.record import Record
from tests.fakes.dump import drafts
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone, server_record
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import Rep, rep

OTHER = "This line still has €10.00"


def records() -> tuple[Record, Record]:
    """A draft of two bags at the price of ten."""
    head: dict[str, Value] = {"account_id": "a1", "user_id": "u1", "number": "Q26-K7-0001", "state": "draft", "revision": 1}
    head |= {"currency": "EUR", "rounding": "rate", "price_list_id": "l1", "price_list_version": 3, "quoted_on": "2026-09-21"}
    line: dict[str, Value] = {"quote_id": "q1", "account_id": "a1", "product_id": "p1", "description": "Flour T55", "unit": "sac"}
    line |= {"quantity": 2_000, "list_price": 1_000, "unit_price": 1_000, "price_origin": "list", "discount": 0, "tax_rate": 2_000}
    quote, one = server_record("quote", "q1", 7, root="a1"), server_record("quote_line", "line1", 7, root="a1")
    return msgspec.structs.replace(quote, fields=head), msgspec.structs.replace(one, fields=line)


async def begun() -> Phone:
    phone, _ = await shop(*records())
    return phone


async def opened(r: Rep) -> None:
    await r.tap("quantity-line1")
    await r.sees("This line, net")


async def line_of(r: Rep) -> LineRow:
    return (await r.device.quotes.get("q1")).lines[0]


def prices(line: LineRow) -> tuple[Value, Value, Value, Value]:
    return line.shown["quantity"], line.shown["list_price"], line.shown["unit_price"], line.shown["price_origin"]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", OTHER), ("fr", "Cette ligne est encore à 10,00\u00a0€"), ("el", "Αυτή η γραμμή έχει ακόμη 10,00\u00a0€")],
)
def test_a_line_says_that_its_price_is_not_the_lists_and_what_it_comes_to_at_its_own(language: str, said: str) -> None:
    async def go() -> list[str]:
        async with rep(phone=await begun(), route="/quotes/q1", language=language) as r:
            await r.tap("quantity-line1")
            await r.sees(said)
            return r.shown()

    assert any(text.startswith(("€20.00", "20,00")) for text in run(go()))


def test_the_lists_price_is_taken_without_another_quantity() -> None:
    async def go() -> tuple[list[str], LineRow, list[str]]:
        async with rep(phone=await begun(), route="/quotes/q1") as r:
            await opened(r)
            await r.sees(OTHER)
            await r.tap("use-list-price")
            await r.sees("€25.00")
            shown = r.shown()
            await r.tap("save-line")
            await r.sees("Mark as sent")
            return shown, await line_of(r), drafts(r.device.store)

    shown, line, left = run(go())

    assert not any(OTHER in text for text in shown)
    assert prices(line) == (2_000, 1_250, 1_250, "list")
    assert left == []


async def asked_and_killed() -> Phone:
    """A phone whose app was killed once the list's price had been asked for, and not saved."""
    phone = await begun()
    async with rep(phone=phone, route="/quotes/q1") as r:
        await opened(r)
        await r.sees(OTHER)
        await r.tap("use-list-price")
        await r.h.settle(20)
    await phone.kill()
    return phone


def test_that_the_lists_price_was_asked_for_outlives_a_kill_and_keeps_the_quote_from_going_out_without_it() -> None:
    async def go() -> tuple[LineRow, LineRow]:
        async with rep(phone=await asked_and_killed(), route="/quotes/q1") as r:
            await r.tap("send-quote")
            await r.sees("What you typed on a line of this quote is not saved yet.")
            before = await line_of(r)
            await r.tap("save-line")
            await r.sees("Mark as sent")
            return before, await line_of(r)

    before, after = run(go())

    assert prices(before) == (2_000, 1_000, 1_000, "list")
    assert prices(after) == (2_000, 1_250, 1_250, "list")


async def asked_then_typed_elsewhere() -> Phone:
    """A phone where the list's price was asked for and not saved, and somebody's own price of nine has come since."""
    phone = await asked_and_killed()
    _, one = records()
    await phone.pull(msgspec.structs.replace(one, rev=9, fields={**one.fields, "unit_price": 900, "price_origin": "manual"}))
    return phone


def test_a_list_that_was_asked_for_before_a_price_came_from_elsewhere_is_what_the_form_shows_and_writes() -> None:
    async def go() -> tuple[str, LineRow, dict[str, Value]]:
        phone = await asked_then_typed_elsewhere()
        async with rep(phone=phone, route="/quotes/q1") as r:
            await opened(r)
            await r.sees("€25.00")
            shown = r.value("field-unit_price")
            await r.tap("save-line")
            await r.sees("Mark as sent")
            (item,) = await phone.store.waiting()
            return shown, await line_of(r), {name: edit.to for change in item.changes for name, edit in change.fields.items()}

    shown, line, wrote = run(go())

    assert shown == ""
    assert prices(line) == (2_000, 1_250, 1_250, "list")
    assert wrote == {"list_price": 1_250, "unit_price": 1_250, "price_origin": "list"}


def test_another_quantity_takes_nothing_back_of_a_list_that_was_asked_for_before_a_price_came_from_elsewhere() -> None:
    async def go() -> LineRow:
        phone = await asked_then_typed_elsewhere()
        async with rep(phone=phone, route="/quotes/q1") as r:
            await opened(r)
            await r.type("field-quantity", "3")
            await r.h.settle(20)
        await phone.kill()
        async with rep(phone=phone, route="/quotes/q1") as r:
            await opened(r)
            await r.sees("€37.50")
            await r.tap("save-line")
            await r.sees("Mark as sent")
            return await line_of(r)

    assert prices(run(go())) == (3_000, 1_250, 1_250, "list")


def test_a_price_typed_after_the_lists_was_asked_for_is_the_one_that_is_kept() -> None:
    async def go() -> LineRow:
        async with rep(phone=await begun(), route="/quotes/q1") as r:
            await opened(r)
            await r.sees(OTHER)
            await r.tap("use-list-price")
            await r.type("field-unit_price", "11")
            await r.tap("save-line")
            await r.sees("Price typed by you, never overwritten")
            return await line_of(r)

    assert prices(run(go())) == (2_000, 1_000, 1_100, "manual")


def test_where_the_list_came_to_say_the_same_meanwhile_nothing_is_written_and_no_draft_is_left() -> None:
    async def go() -> tuple[int, list[str]]:
        phone = await begun()
        async with rep(phone=phone, route="/quotes/q1") as r:
            await opened(r)
            await r.sees(OTHER)
            await r.tap("use-list-price")
            await phone.pull(server_record("price_rule", "r1", 9, price_list_id="l1", product_id="p1", min_quantity=0, price=1_000))
            await r.tap("save-line")
            await r.sees("Mark as sent")
            return len(await phone.store.waiting()), drafts(r.device.store)

    assert run(go()) == (0, [])
