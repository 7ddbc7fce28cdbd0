"""A held send goes once nothing about its quote is kept back: no form, no change that was written before it goes, not even by a kill."""

import pytest
from msgspec.structs import replace

from mobile_app.data.repositories import Repositories, repositories
from mobile_app.data.repositories.quotes import Quotes
from shared.sync.change import Transaction
from shared.sync.protocol import Outcome, OutcomeStatus
from tests.mobile_app.data.store.phone import Phone
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.todo.test_held_quotes import behind_a_line, states
from tests.mobile_app.ui.todo.test_refused_quotes import line

FORMS = ["quote_line:line1", "quote:q1"]


def said(sent: tuple[Transaction, ...]) -> list[list[str]]:
    """The fields that each transaction writes, of a send only that it is one."""
    fields = [[name for change in each.changes for name in change.fields] for each in sent]
    return [["state"] if "state" in names else names for names in fields]


async def outgoing(phone: Phone) -> list[list[str]]:
    return said(await phone.store.outgoing(500))


async def again(phone: Phone, txn: str, *, kill: bool = False) -> None:
    """Send the refused line again; the send waits for it, under whatever name."""
    await phone.store.retry(txn, {})
    if kill:
        await phone.kill()
    assert (await states(phone))["quote.send"] == "held"


def quotes(phone: Phone) -> Quotes:
    return Repositories(**repositories(phone.store)).quotes


@pytest.mark.parametrize("kill", [False, True], ids=["", "killed"])
def test_it_does_not_overtake_the_line_that_it_came_behind(kill: bool) -> None:
    async def go() -> None:
        phone, txn = await behind_a_line()
        await again(phone, txn, kill=kill)

        assert said(await phone.push()) == [["unit_price"]]
        assert said(await phone.push()) == [["state"]]
        assert await phone.store.attention() == []

    run(go())


@pytest.mark.parametrize("form", FORMS, ids=["on a line", "on its terms"])
@pytest.mark.parametrize("kill", [False, True], ids=["", "killed"])
def test_what_is_typed_between_the_line_and_its_answer_holds_it_until_it_is_decided(form: str, kill: bool) -> None:
    async def go() -> None:
        phone, txn = await behind_a_line()
        await again(phone, txn, kill=kill)
        await phone.store.draft_put(form, {"quantity": "7"})
        await phone.push()
        at_once = await outgoing(phone)
        if kill:
            await phone.kill()
        kept = await outgoing(phone), await states(phone)
        await phone.store.draft_delete(form)

        assert at_once == []
        assert kept == ([], {"quote.send": "held"})
        assert await outgoing(phone) == [["state"]]
        assert await states(phone) == {}
        assert (await quotes(phone).get("q1")).state == "sent"

    run(go())


@pytest.mark.parametrize("answer", ["applied", "refused"])
def test_what_is_saved_between_the_line_and_its_answer_goes_before_it(answer: OutcomeStatus) -> None:
    async def go() -> None:
        phone, txn = await behind_a_line()
        await again(phone, txn)
        (mended,) = await phone.store.outgoing(500)
        saved = (await quotes(phone).set_line("q1", "line1", discount=500)).txn
        await phone.store.acknowledge(phone.answer(Outcome(mended.id, "applied", 5)))
        before = said(await phone.push(answer))
        rest = await outgoing(phone)
        if answer == "refused":
            await phone.store.discard(saved)

        assert before == [["discount"]]
        assert rest == ([] if answer == "refused" else [["state"]])
        assert await outgoing(phone) == [["state"]]

    run(go())


def test_where_nothing_is_left_of_the_line_it_goes_after_what_was_written_instead() -> None:
    async def go() -> None:
        phone, txn = await behind_a_line()
        await quotes(phone).set_line("q1", "line1", unit_price=800)
        await again(phone, txn)

        assert said(await phone.push()) == [["unit_price"]]
        assert await outgoing(phone) == [["state"]]

    run(go())


@pytest.mark.parametrize("form", ["quote_line:line1", "quote_line:other", "quote:q2"], ids=["taken off", "elsewhere", "other terms"])
def test_what_is_typed_where_it_cannot_be_meant_does_not_hold_it(form: str) -> None:
    async def go() -> None:
        phone, txn = await behind_a_line()
        await again(phone, txn)
        await phone.store.draft_put(form, {"quantity": "7"})
        await phone.push()
        if form == "quote_line:line1":
            await phone.pull(replace(line("line1", 9), deleted=1))

        assert await outgoing(phone) == [["state"]]

    run(go())
