"""Refused work that is sent once more: what its author wrote anew since stays as it was written last."""

import asyncio

import msgspec
import pytest

from mobile_app.data.desk import Draft, Label, RecordEdit
from shared.sync.change import Base, Edit
from shared.sync.clock import pack
from shared.sync.policy import Value
from shared.sync.protocol import Outcome
from shared.sync.record import Mark
from tests.mobile_app.data.store.phone import Phone, account, server_record
from tests.mobile_app.data.store.test_answers import names, opened


async def refused_and_written_anew(**fields: Value) -> tuple[Phone, str]:
    """A form was refused; then its author wrote another name."""
    phone = await opened()
    refused = await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Vieux", **fields)
    await phone.push("refused")
    await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Neuf")
    return phone, refused


@pytest.mark.parametrize("when", ["waits", "is taken", "is pulled", "is in a backup"])
def test_what_is_sent_again_does_not_take_back_what_its_author_wrote_since(when: str) -> None:
    async def scenario() -> None:
        phone, refused = await refused_and_written_anew(territory_id="nantes")
        if when != "waits":
            await phone.push()
        if when in ("is pulled", "is in a backup"):
            new = account("a1", phone.head, name="Neuf")
            await phone.pull(msgspec.structs.replace(new, marks={"name": Mark(pack(9), "K7", phone.head, 2)}))
        if when == "is in a backup":
            phone.vault.journal.delete(phone.vault.journal.txns())

        await phone.store.retry(refused, {"a1": {"territory_id": "lyon"}})

        (*_, again) = await phone.store.waiting()
        assert again.changes[0].fields == {"territory_id": Edit(to="lyon")}
        assert await phone.store.read(names) == ["Neuf"]

    asyncio.run(scenario())


def test_what_is_mended_and_what_adds_to_what_is_there_goes_again_though_it_was_written_since() -> None:
    async def scenario() -> None:
        phone, refused = await refused_and_written_anew(note="Ferme le lundi.")
        await phone.edit("account", "a1", {}, 1, note="Sonner deux fois.")

        await phone.store.retry(refused, {"a1": {"name": "Mieux"}})

        (*_, again) = await phone.store.waiting()
        assert {name: edit.to for name, edit in again.changes[0].fields.items()} == {"name": "Mieux", "note": "Ferme le lundi."}

    asyncio.run(scenario())


def test_of_what_was_written_anew_altogether_nothing_goes_again_and_nothing_waits_for_it() -> None:
    async def scenario() -> None:
        phone, refused = await refused_and_written_anew()

        await phone.store.retry(refused)

        assert await phone.store.attention() == []
        assert [transaction.changes[0].fields["name"].to for transaction in await phone.store.outgoing(500)] == ["Neuf"]

    asyncio.run(scenario())


def test_what_was_held_before_it_was_sent_does_not_take_back_what_was_written_since() -> None:
    async def scenario() -> None:
        phone = await opened()
        made = await phone.create("account", "n1", name="Neuf", territory_id="nantes")
        (sent,) = await phone.store.outgoing(500)
        below = RecordEdit("contact", "c1", "create", None, {"account_id": Edit(to="n1"), "last_name": Edit(to="Mercier")})
        beside = RecordEdit("account", "a1", "update", Base("e1", 1), {"name": Edit(to="Vieux")})
        await phone.store.write(Draft((below, beside), Label("both")))
        await phone.store.acknowledge(phone.answer(Outcome(sent.id, "refused", code="out_of_scope")))
        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Dernier")
        await phone.push()

        await phone.store.retry(made, {"n1": {"territory_id": "lyon"}})

        assert [[change.id for change in transaction.changes] for transaction in await phone.store.outgoing(500)] == [["n1"], ["c1"]]
        assert await phone.store.read(names) == ["Dernier", "Neuf"]

    asyncio.run(scenario())


async def arrived_twice(first: dict[str, Edit]) -> tuple[Phone, str, str]:
    """A check-in was refused and so its check-out is held; then she checked in once more."""
    phone = await opened()
    await phone.pull(server_record("visit", "v1", 5, root="a1", account_id="a1", state="planned", planned_at=1))

    async def step(fields: dict[str, Edit]) -> str:
        edit = RecordEdit("visit", "v1", "update", Base("e1", 5), fields)
        return await phone.store.write(Draft((edit,), Label("step")))

    refused = await step({"state": Edit("checked_in", "planned"), "arrived_at": Edit(900)} | first)
    held = await step({"state": Edit("checked_out", "checked_in"), "note": Edit("Sold two ovens.")})
    await phone.store.outgoing(500)
    await phone.store.acknowledge(phone.answer(Outcome(refused, "refused", code="unknown_record"), Outcome(held, "held", by=(refused,))))
    await step({"state": Edit("checked_in", "planned"), "arrived_at": Edit(960), "place_status": Edit("denied")})
    return phone, refused, held


def test_nothing_waits_for_what_is_left_out_altogether() -> None:
    async def scenario() -> None:
        phone, refused, _ = await arrived_twice({})

        await phone.store.retry(refused)

        going = await phone.store.outgoing(500)
        assert [list(transaction.changes[0].fields) for transaction in going] == [["state", "arrived_at", "place_status"], ["note"]]
        assert {need for transaction in going for need in transaction.needs} <= {transaction.id for transaction in going}

    asyncio.run(scenario())


def test_of_an_arrival_that_was_noted_anew_no_place_goes_again() -> None:
    async def scenario() -> None:
        phone, refused, _ = await arrived_twice({"arrived_lat": Edit(45.7), "arrived_mocked": Edit(to=True), "purpose": Edit("Order")})

        await phone.store.retry(refused)

        again = [dict(transaction.changes[0].fields) for transaction in await phone.store.outgoing(500)]
        assert {"purpose": Edit("Order")} in again
        assert not any("arrived_lat" in fields or "arrived_mocked" in fields for fields in again)

    asyncio.run(scenario())


def test_what_waits_for_a_transaction_that_is_nowhere_any_more_is_sent_without_it() -> None:
    async def scenario() -> None:
        phone, refused, held = await arrived_twice({})
        phone.vault.outbox.delete([refused])  # as after somebody in it was erased
        await phone.kill()

        going = {transaction.id: transaction for transaction in await phone.store.outgoing(500)}
        await phone.store.acknowledge(phone.answer(Outcome(held, "held", by=(refused,))))

        assert going[held].needs == ()
        assert await phone.store.attention() == []
        assert held in {transaction.id for transaction in await phone.store.outgoing(500)}

    asyncio.run(scenario())
