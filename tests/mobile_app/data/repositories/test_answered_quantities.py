"""A question about how many: the list's price of the chosen quantity goes along with it, a price of somebody's own stays."""

import asyncio

import msgspec
import pytest

from mobile_app.data.repositories import Repositories
from shared.sync.policy import Value
from shared.sync.record import Record
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.repositories.test_conflicts import conflict
from tests.mobile_app.data.store.phone import Phone, server_record

TWO, TEN = 2_000, 10_000
LIST = {TWO: 1_250, TEN: 1_000}
"""What the list says of these quantities."""


def line(quantity: int, price: int, origin: str = "list") -> Record:
    amounts: dict[str, Value] = {"quantity": quantity, "list_price": price, "unit_price": price, "discount": 0, "tax_rate": 2_000}
    of: dict[str, Value] = {"quote_id": "q1", "product_id": "p1", "price_origin": origin}
    return msgspec.structs.replace(server_record("quote_line", "q1l", 7, root="a1"), fields=of | amounts)


async def asked(price: int, *, origin: str = "list", state: str = "draft", mine: int = TEN) -> tuple[Phone, Repositories]:
    """A phone where somebody's quantity and two of somebody else's met: two stands."""
    phone, repositories = await shop()
    about = line(TWO, price, origin)
    quote = server_record("quote", "q1", 7, account_id="a1", state=state, price_list_id="l1", price_list_version=3)
    await phone.pull(quote, about, conflict(about=about, field="quantity", mine=mine, theirs=TWO))
    return phone, repositories


async def written(phone: Phone) -> dict[str, Value]:
    """What the one transaction that waits writes into the one record that it is about."""
    (item,) = await phone.store.waiting()
    (change,) = item.changes
    return {name: edit.to for name, edit in change.fields.items()}


@pytest.mark.parametrize(("index", "quantity", "before"), [(0, TEN, LIST[TWO]), (1, TWO, LIST[TEN])], ids=["the other", "what stands"])
def test_the_quantity_that_is_kept_takes_its_price_in_the_list_along(index: int, quantity: int, before: int) -> None:
    async def scenario() -> None:
        phone, repositories = await asked(before)

        await repositories.conflicts.keep(await repositories.conflicts.get("x1"), index)

        assert await written(phone) == {"quantity": quantity, "list_price": LIST[quantity], "unit_price": LIST[quantity]}

    asyncio.run(scenario())


def test_another_quantity_that_is_written_takes_its_price_along_too() -> None:
    async def scenario() -> None:
        phone, repositories = await asked(LIST[TWO])

        await repositories.conflicts.write(await repositories.conflicts.get("x1"), 12_000)

        assert await written(phone) == {"quantity": 12_000, "list_price": LIST[TEN], "unit_price": LIST[TEN]}

    asyncio.run(scenario())


def test_what_was_kept_is_taken_back_with_its_price() -> None:
    async def scenario() -> None:
        phone, repositories = await asked(LIST[TWO])
        await repositories.conflicts.keep(await repositories.conflicts.get("x1"), 0)

        await repositories.conflicts.undo((await repositories.conflicts.recent())[0])

        (_, undone) = await phone.store.waiting()
        written = {name: edit.to for name, edit in undone.changes[0].fields.items()}
        assert written == {"quantity": TWO, "list_price": LIST[TWO], "unit_price": LIST[TWO]}

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("price", "origin", "state", "mine"),
    [(1_100, "manual", "draft", TEN), (LIST[TEN], "list", "sent", TEN), (LIST[TWO], "list", "draft", 3_000)],
    ids=["a price of one's own", "a quote that was sent", "the same price"],
)
def test_a_price_stays_that_is_not_the_lists_or_has_gone_out_or_is_the_same(price: int, origin: str, state: str, mine: int) -> None:
    async def scenario() -> None:
        phone, repositories = await asked(price, origin=origin, state=state, mine=mine)

        await repositories.conflicts.keep(await repositories.conflicts.get("x1"), 1 if state == "sent" else 0)

        assert (await written(phone)).keys() == {"quantity"}

    asyncio.run(scenario())


def test_a_quantity_that_the_list_has_no_price_for_can_be_chosen_all_the_same() -> None:
    async def scenario() -> None:
        phone, repositories = await asked(LIST[TWO])
        await phone.pull(server_record("price_rule", "r1", 8, price_list_id="l1", product_id="p1", min_quantity=5_000, price=1_250))

        await repositories.conflicts.keep(await repositories.conflicts.get("x1"), 1)

        assert await written(phone) == {"quantity": TWO}

    asyncio.run(scenario())
