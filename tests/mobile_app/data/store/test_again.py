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
from tests.mobile_app.data.store.phone import Phone, account
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
