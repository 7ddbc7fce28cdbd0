"""Values of a colleague's that no screen can show: what has one lacks it, and everything else is there."""

import asyncio

import msgspec
import pytest

from shared.models.conflict import ConflictEntry
from shared.sync.policy import Value
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.repositories.test_conflicts import conflict
from tests.mobile_app.data.repositories.test_visits import planned
from tests.mobile_app.data.store.phone import Phone, account, server_record

ODD: tuple[Value, ...] = ("", "odd", 1 << 62, -(1 << 62))
QUOTE: dict[str, Value] = {
    "account_id": "a1",
    "user_id": "u1",
    "number": "Q26-K7-0001",
    "revision": 1,
    "currency": "EUR",
    "rounding": "line",
    "quoted_on": "2026-11-20",
    "state": "draft",
    "net_total": 100,
    "tax_total": 0,
    "gross_total": 100,
}
LINE: dict[str, Value] = {"account_id": "a1", "quote_id": "q1", "quantity": 1_000, "unit_price": 100, "tax_rate": 0, "position": 1}


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("field", ["planned_at", "arrived_at", "left_at", "next_step_on", "reviewed_at"])
def test_a_visit_with_what_is_no_instant_or_day_closes_neither_the_tour_nor_a_list(field: str, value: Value) -> None:
    async def scenario() -> None:
        now = Phone().clock.now_ms()
        odd = planned("v2", "a3", now)
        odd = msgspec.structs.replace(odd, fields=odd.fields | {field: value})
        _, repositories = await shop(planned("v1", "a1", now), odd)

        assert "v1" in [stop.id for stop in await repositories.visits.today()]
        assert getattr(await repositories.visits.get("v2"), field, None) is None
        assert [row.id for row in await repositories.visits.of_account("a3")] == ["v2"]
        assert len(await repositories.accounts.page()) == 3
        assert (await repositories.accounts.get("a3")).id == "a3"

    asyncio.run(scenario())


@pytest.mark.parametrize(("kind", "field"), [("quote", "valid_until"), ("quote", "sent_at"), ("quote_line", "discount")])
def test_a_quote_with_what_is_no_day_or_number_opens_without_it(kind: str, field: str) -> None:
    async def scenario() -> None:
        quote, line = server_record("quote", "q1", 3), server_record("quote_line", "l1", 3)
        records = {
            "quote": msgspec.structs.replace(quote, root="a1", fields=QUOTE),
            "quote_line": msgspec.structs.replace(line, root="a1", fields=LINE),
        }
        records[kind] = msgspec.structs.replace(records[kind], fields=records[kind].fields | {field: ""})
        _, repositories = await shop(*records.values())

        assert [row.id for row in await repositories.quotes.page()] == ["q1"]
        assert [each.id for each in (await repositories.quotes.get("q1")).lines] == ["l1"]

    asyncio.run(scenario())


@pytest.mark.parametrize("at", [1 << 53, -1, 1 << 62])
def test_a_question_about_a_value_of_no_day_closes_no_list(at: int) -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        entries = [ConflictEntry("a", "u1", "K7", at), ConflictEntry("b", "u2", "C3", 1)]
        asked = conflict()
        asked = msgspec.structs.replace(asked, fields=asked.fields | {"entries": msgspec.json.encode(entries).decode()})
        await phone.pull(account("a1", 7), asked)

        (view,) = await repositories.conflicts.open()

        assert [entry.value for entry in view.entries] == ["a", "b"]
        assert len((await repositories.accounts.get("a1")).conflicts) == 1

    asyncio.run(scenario())
