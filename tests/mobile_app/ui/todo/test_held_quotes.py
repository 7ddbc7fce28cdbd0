"""A quote's step out of the house that waits behind something that was refused: it goes with that, or when that is given up."""

from collections.abc import Awaitable, Callable

import pytest

from shared.sync.protocol import Outcome
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import Rep, rep
from tests.mobile_app.ui.todo.test_refused_quotes import records

UNSAVED = "What you typed on this quote is not saved yet."


async def behind_a_step() -> tuple[Phone, str]:
    """A phone that took the step before the send too, which was refused."""
    quote, line = records()
    quote.fields["state"] = "pending_approval"
    phone, repositories = await shop(quote, line)
    txn = await phone.edit("quote", "q1", {"state": "pending_approval"}, 1, state="approved")
    await repositories.quotes.send("q1")
    await phone.push("refused", "held")
    return phone, txn


async def behind_a_line() -> tuple[Phone, str]:
    """A phone whose server keeps the order of what was written about a quote: its send comes behind a line that was refused."""
    phone, repositories = await shop(*records())
    txn = (await repositories.quotes.set_line("q1", "line1", unit_price=900)).txn
    await repositories.quotes.send("q1")
    refused, held = await phone.store.outgoing(500)
    outcomes = Outcome(refused.id, "refused", code="invalid"), Outcome(held.id, "held", by=(refused.id,))
    await phone.store.acknowledge(phone.answer(*outcomes))
    return phone, txn


async def states(phone: Phone) -> dict[str, str]:
    return {item.action: item.state for item in await phone.store.attention()}


async def again(app: Rep) -> None:
    await app.tap("send-again")


async def given_up(app: Rep) -> None:
    await app.tap("discard")
    await app.tap("discard-now")


@pytest.mark.parametrize("form", ["quote_line:line1", "quote:q1"], ids=["on a line", "on its terms"])
@pytest.mark.parametrize(
    ("behind", "decide", "then"),
    [(behind_a_step, again, "waiting"), (behind_a_line, again, "held"), (behind_a_line, given_up, "sent")],
    ids=["step", "line", "given up"],
)
def test_a_quote_that_waits_behind_what_was_refused_does_not_go_without_what_was_typed_on_it(
    behind: Callable[[], Awaitable[tuple[Phone, str]]], decide: Callable[[Rep], Awaitable[None]], then: str, form: str
) -> None:
    async def go() -> None:
        phone, txn = await behind()
        before = await states(phone)
        assert before["quote.send"] == "held"
        await phone.store.draft_put(form, {"quantity": "7"} if ":line" in form else {"note": "By lorry"})
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await decide(app)
            await app.sees(UNSAVED)
            kept = await states(phone)
            await app.sees("Open the quote")
            await phone.store.draft_delete(form)
            await decide(app)
            await app.sees("Discarded." if decide is given_up else "It is sent again.")

            after = [*await phone.store.waiting(), *await phone.store.attention()]
            assert kept == before
            assert [item.state for item in after if item.action == "quote.send"] == [then]

    run(go())


def test_what_waits_behind_a_refused_step_is_discarded_with_it_whatever_is_typed() -> None:
    async def go() -> None:
        phone, txn = await behind_a_step()
        await phone.store.draft_put("quote_line:line1", {"quantity": "7"})
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await given_up(app)
            await app.sees("Discarded.")

            assert await states(phone) == {}

    run(go())
