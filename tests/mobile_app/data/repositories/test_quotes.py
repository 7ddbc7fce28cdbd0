"""Quotes: prices from the list, typed prices that stay, totals with every change, numbers, sending, revisions."""

import asyncio
from decimal import Decimal

import pytest

from mobile_app.data.repositories import Repositories
from mobile_app.data.repositories.catalogue import Terms
from shared.errors import RecordRefused
from tests.fakes.device import Killed
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone


async def drafted() -> tuple[Phone, Repositories, str, str]:
    """A draft for a1 with two sacks of flour."""
    phone, repositories = await shop()
    quote = (await repositories.quotes.create("a1")).id
    line = (await repositories.quotes.add_line(quote, "p1", 2_000, "fr")).id
    return phone, repositories, quote, line


def test_a_line_takes_the_lists_price_and_the_totals_follow() -> None:
    async def scenario() -> None:
        phone, repositories, id_, _ = await drafted()

        quote = await repositories.quotes.get(id_)

        assert [(line.description, line.unit_price, line.origin) for line in quote.lines] == [("Farine T55", Decimal("12.50"), "list")]
        assert (quote.net, quote.tax, quote.gross) == (Decimal("25.00"), Decimal("5.00"), Decimal("30.00"))
        assert (quote.shown["net_total"], quote.shown["gross_total"]) == (2500, 3000)
        assert [len(item.changes) for item in await phone.store.waiting()] == [1, 1]

    asyncio.run(scenario())


def test_the_price_follows_the_quantity_until_one_is_typed_which_is_never_reset() -> None:
    async def scenario() -> None:
        _, repositories, id_, line = await drafted()

        await repositories.quotes.set_line(id_, line, quantity=10_000)
        ten = (await repositories.quotes.get(id_)).lines[0]
        await repositories.quotes.set_line(id_, line, unit_price=1100)
        await repositories.quotes.set_line(id_, line, quantity=1_000)
        typed = (await repositories.quotes.get(id_)).lines[0]
        await repositories.quotes.set_line(id_, line, list_price=True)
        asked = (await repositories.quotes.get(id_)).lines[0]

        assert (ten.unit_price, ten.origin) == (Decimal("10.00"), "list")
        assert (typed.unit_price, typed.origin) == (Decimal("11.00"), "manual")
        assert (asked.unit_price, asked.origin) == (Decimal("12.50"), "list")

    asyncio.run(scenario())


def test_a_chain_pays_its_own_price() -> None:
    async def scenario() -> None:
        _, repositories = await shop()
        id_ = (await repositories.quotes.create("a3")).id

        await repositories.quotes.add_line(id_, "p1")

        assert (await repositories.quotes.get(id_)).lines[0].unit_price == Decimal("9.00")

    asyncio.run(scenario())


def test_numbers_come_from_the_devices_counter_and_are_not_used_twice() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        first = await repositories.quotes.get((await repositories.quotes.create("a1")).id)
        phone.disk.dies_before_commit = True
        with pytest.raises(Killed):
            await repositories.quotes.create("a1")
        phone.disk.dies_before_commit = False

        second = await repositories.quotes.get((await repositories.quotes.create("a1")).id)

        assert (first.number, second.number) == ("Q26-K7-0001", "Q26-K7-0002")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("quantity", 0, "not_positive"), ("quantity", -1, "not_positive"), ("discount", 10_001, "discount_over_100")],
)
def test_a_line_that_makes_no_sense_is_refused(field: str, value: int, code: str) -> None:
    async def scenario() -> None:
        _, repositories, id_, line = await drafted()

        with pytest.raises(RecordRefused) as refused:
            await repositories.quotes.set_line(id_, line, **{field: value})  # type: ignore[arg-type]

        assert refused.value.errors[field] == code

    asyncio.run(scenario())


def test_a_price_of_nought_is_worth_a_word() -> None:
    async def scenario() -> None:
        _, repositories, id_, line = await drafted()

        written = await repositories.quotes.set_line(id_, line, unit_price=0)

        assert [warning.code for warning in written.warnings] == ["price_zero"]

    asyncio.run(scenario())


def test_a_product_without_a_price_needs_a_typed_one() -> None:
    async def scenario() -> None:
        _, repositories, id_, _ = await drafted()

        with pytest.raises(RecordRefused) as refused:
            await repositories.quotes.add_line(id_, "p2")
        await repositories.quotes.add_line(id_, "p2", unit_price=99_900)

        assert refused.value.code == "no_price"
        assert (await repositories.quotes.get(id_)).net == Decimal("1024.00")

    asyncio.run(scenario())


def test_an_empty_quote_is_not_sent() -> None:
    async def scenario() -> None:
        _, repositories = await shop()
        id_ = (await repositories.quotes.create("a1")).id

        with pytest.raises(RecordRefused) as refused:
            await repositories.quotes.send(id_)

        assert refused.value.code == "quote_is_empty"

    asyncio.run(scenario())


def test_what_was_sent_stands_and_an_edit_makes_a_revision() -> None:
    async def scenario() -> None:
        _, repositories, id_, line = await drafted()
        await repositories.quotes.send(id_)
        with pytest.raises(RecordRefused) as refused:
            await repositories.quotes.set_line(id_, line, quantity=3_000)

        new = (await repositories.quotes.revise(id_)).id
        await repositories.quotes.set_line(new, (await repositories.quotes.get(new)).lines[0].id, quantity=3_000)

        before, after = await repositories.quotes.get(id_), await repositories.quotes.get(new)
        assert refused.value.code == "quote_is_sent"
        assert (before.state, before.gross, before.superseded_by) == ("superseded", Decimal("30.00"), new)
        assert (after.state, after.number, after.revision, after.gross) == ("draft", before.number, 2, Decimal("45.00"))
        assert after.supersedes == id_

    asyncio.run(scenario())


def test_an_accepted_quote_has_no_revision() -> None:
    async def scenario() -> None:
        _, repositories, id_, _ = await drafted()
        await repositories.quotes.send(id_)
        await repositories.quotes.accept(id_)

        with pytest.raises(RecordRefused) as refused:
            await repositories.quotes.revise(id_)

        assert refused.value.code == "quote_is_accepted"
        assert (await repositories.quotes.page(("accepted",)))[0].id == id_

    asyncio.run(scenario())


def test_a_removed_line_leaves_the_totals() -> None:
    async def scenario() -> None:
        _, repositories, id_, line = await drafted()

        await repositories.quotes.remove_line(id_, line)

        quote = await repositories.quotes.get(id_)
        assert (quote.lines, quote.gross) == ((), Decimal("0.00"))

    asyncio.run(scenario())


def test_the_catalogue_is_searched_in_every_language_and_says_the_next_break() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()

        (row,) = await repositories.catalogue.search("αλευρι", "el", Terms(phone.store.today()))

        assert (row.name, row.price, row.break_from, row.break_price) == ("Αλεύρι Τ55", Decimal("12.50"), Decimal(10), Decimal("10.00"))

    asyncio.run(scenario())
