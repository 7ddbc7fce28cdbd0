"""What an outcome makes of a transaction: shown until it is pulled, refused with a reason, held with what it needs."""

import asyncio

import pytest
from sqlmodel import Session, select

from shared.errors import RecordNotFound
from shared.models.customer import Account, Contact
from shared.sync.protocol import FieldError, Outcome
from tests.fakes.dump import dump
from tests.mobile_app.data.store.phone import Phone, account


def names(session: Session) -> list[str | None]:
    return list(session.exec(select(Account.name).order_by(Account.id)))


async def opened() -> Phone:
    phone = Phone()
    await phone.start()
    await phone.pull(account("a1"))
    return phone


async def refused_with_dependents() -> tuple[Phone, str]:
    """A new customer, a contact of hers and an edit of the contact; the server refuses the customer."""
    phone = await opened()
    first = await phone.create("account", "n1", name="Neuf", territory_id="nantes")
    await phone.create("contact", "c1", account_id="n1", last_name="Mercier")
    await phone.edit("contact", "c1", {"last_name": "Mercier"}, 0, last_name="Mercier-Roux")
    errors = [FieldError("territory_id", "out_of_scope", "account", "n1")]
    await phone.push("refused", "held", "held", errors=errors)
    return phone, first


def test_an_acknowledged_change_stays_shown_until_it_has_been_pulled() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Boulangerie")
        await phone.push()
        after_push = await phone.store.read(names)

        await phone.pull(account("a1", phone.head - 1, name="Bureau"), more=True)
        in_the_middle = await phone.store.read(names)
        await phone.pull(account("a1", phone.head, name="Boulangerie"))

        assert after_push == in_the_middle == ["Boulangerie"]
        assert await phone.store.read(names) == ["Boulangerie"]
        assert dump(phone.store._working_set)["pending"] == []

    asyncio.run(scenario())


def test_fault_06_an_answer_that_comes_twice_changes_nothing() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Boulangerie")
        (sent,) = await phone.store.outgoing(500)
        answer = phone.answer(Outcome(sent.id, "duplicate", 9, first="applied"))

        await phone.store.acknowledge(answer)
        once = dump(phone.store._working_set)
        await phone.store.acknowledge(answer)

        assert dump(phone.store._working_set) == once
        assert [rev for rev, _ in await phone.store.journal()] == [9]
        assert await phone.store.outgoing(500) == ()

    asyncio.run(scenario())


def test_fault_03_what_was_sent_and_not_answered_is_sent_again_with_the_same_seq() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Un")
        first = await phone.store.outgoing(500)
        store = await phone.kill()
        await phone.edit("account", "a1", {"name": "Un"}, 1, name="Deux")

        again = await store.outgoing(500)

        assert again[0] == first[0]
        assert [transaction.seq for transaction in again] == [1, 2]

    asyncio.run(scenario())


def test_a_refused_change_leaves_the_screen_and_waits_with_its_reason() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Boulangerie")

        await phone.push("refused", errors=[FieldError("name", "too_bold")])

        (item,) = await phone.store.attention()
        assert (item.code, item.errors[0].code, item.action) == ("out_of_scope", "too_bold", "account.edit")
        assert await phone.store.read(names) == ["Maison Lefèvre"]
        assert (phone.store.status.now.waiting, phone.store.status.now.attention) == (0, 1)

    asyncio.run(scenario())


def test_fault_42_dependents_of_a_refused_transaction_are_held_and_go_in_order_after_the_retry() -> None:
    async def scenario() -> None:
        phone, first = await refused_with_dependents()
        held = await phone.store.dependents(first)
        before = await phone.store.outgoing(500)

        await phone.store.retry(first, {"n1": {"territory_id": "lyon"}})
        sent = await phone.store.outgoing(500)

        assert [item.action for item in held] == ["contact.create", "contact.edit"]
        assert before == ()
        assert [[change.id for change in transaction.changes] for transaction in sent] == [["n1"], ["c1"], ["c1"]]
        assert sent[0].changes[0].fields["territory_id"].to == "lyon"
        assert sent[1].needs == (sent[0].id,)
        assert set(sent[2].needs) == {sent[1].id}
        assert first not in [transaction.id for transaction in sent]
        assert await phone.store.attention() == []

    asyncio.run(scenario())


def test_fault_42_dependents_of_a_refused_transaction_are_discarded_together_after_being_listed() -> None:
    async def scenario() -> None:
        phone, first = await refused_with_dependents()
        (refused, *_) = await phone.store.attention()

        await phone.store.discard(first)

        assert len(refused.dependents) == 2
        assert await phone.store.attention() == []
        assert await phone.store.waiting() == []
        assert await phone.store.read(lambda session: session.exec(select(Contact)).all()) == []

    asyncio.run(scenario())


async def held_by_name() -> tuple[Phone, str, str]:
    """Two edits of one customer that need nothing of each other; the server refuses the first and holds the second by it."""
    phone = await opened()
    first = await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Boulangerie")
    second = await phone.edit("account", "a1", {"city": None}, 1, city="Lyon")
    await phone.store.outgoing(500)
    await phone.store.acknowledge(phone.answer(Outcome(first, "refused", code="invalid"), Outcome(second, "held", by=(first,))))
    return phone, first, second


def test_what_was_held_by_a_discarded_transaction_goes_after_it_also_after_a_kill() -> None:
    async def scenario() -> None:
        phone, first, second = await held_by_name()
        before = await phone.store.outgoing(500)

        await phone.store.discard(first)
        attention, sent = await phone.store.attention(), await phone.store.outgoing(500)
        store = await phone.kill()

        assert before == ()
        assert attention == []
        assert [transaction.id for transaction in sent] == [second]
        assert sent == await store.outgoing(500)

    asyncio.run(scenario())


def test_what_is_held_by_nothing_that_is_here_goes_after_a_start() -> None:
    """So an earlier version of the app left it."""

    async def scenario() -> None:
        phone, first, second = await held_by_name()
        phone.vault.outbox.delete([first])
        store = await phone.kill()

        assert await store.attention() == []
        assert [transaction.id for transaction in await store.outgoing(500)] == [second]

    asyncio.run(scenario())


def test_fault_42_what_is_written_before_the_refusal_is_heard_is_held_too() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.create("account", "n1", name="Neuf", territory_id="nantes")
        (sent,) = await phone.store.outgoing(500)
        await phone.create("contact", "c1", account_id="n1", last_name="Mercier")

        await phone.store.acknowledge(phone.answer(Outcome(sent.id, "refused", code="out_of_scope")))

        assert [item.state for item in await phone.store.attention()] == ["refused", "held"]
        assert await phone.store.outgoing(500) == ()

    asyncio.run(scenario())


@pytest.mark.parametrize("batch", [500, 1], ids=["in one push", "each alone"])
def test_what_waits_for_a_change_that_is_asked_for_whole_stays_shown_and_goes_behind_it(batch: int) -> None:
    async def scenario() -> None:
        phone = await opened()
        made = await phone.create("contact", "c1", account_id="a1", last_name="Mercier")
        gone = await phone.delete("contact", "c1", 0)
        await phone.store.outgoing(500)
        asked = [Outcome(made, "need_full", by=("a1",)), Outcome(gone, "held", by=(made,))]
        for answer in [asked] if batch > 1 else [[asked[1]], [asked[0]]]:
            await phone.store.acknowledge(phone.answer(*answer))

        shown = await phone.store.read(lambda session: session.exec(select(Contact)).all())
        again = await phone.store.outgoing(500)
        await phone.push()

        assert shown == []  # she deleted it, and may not write in it meanwhile
        assert [(transaction.id, transaction.seq, len(transaction.whole or ())) for transaction in again] == [(made, 1, 1), (gone, 2, 0)]
        assert await phone.store.attention() == []
        assert await phone.store.waiting() == []

    asyncio.run(scenario())


def test_fault_39_one_bad_transaction_among_many_does_not_stop_the_others() -> None:
    async def scenario() -> None:
        phone = await opened()
        for number in range(5):
            await phone.create("account", f"n{number}", name=f"Neuf {number}", territory_id="lyon")

        await phone.push("applied", "applied", "refused")

        assert len(await phone.store.attention()) == 1
        assert await phone.store.waiting() == []
        assert len(await phone.store.journal()) == 4

    asyncio.run(scenario())


def test_only_what_needs_attention_can_be_retried_or_discarded() -> None:
    async def scenario() -> None:
        phone = await opened()
        waiting = await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Boulangerie")

        with pytest.raises(RecordNotFound):
            await phone.store.discard(waiting)
        with pytest.raises(RecordNotFound):
            await phone.store.retry("nobody")

    asyncio.run(scenario())


def test_a_transaction_whose_state_cannot_be_read_waits_for_a_person_and_keeps_nothing_shut() -> None:
    async def scenario() -> None:
        phone = await opened()
        odd = await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Boulangerie")
        phone.vault.outbox.set_state([odd], "wAiting")

        await phone.kill()
        found = await phone.store.attention()
        await phone.store.retry(odd)

        assert [(item.txn, item.state) for item in found] == [(odd, "refused")]
        assert len(await phone.store.waiting()) == 1
        assert await phone.store.read(names) == ["Boulangerie"]

    asyncio.run(scenario())
