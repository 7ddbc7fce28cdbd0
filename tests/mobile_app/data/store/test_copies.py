"""What stays of a record that has left the device: its author's own words, and nothing else."""

import asyncio
import json

import msgspec
import pytest

from shared.errors import RecordNotFound
from shared.sync.change import Edit
from shared.sync.policy import Value
from tests.fakes.dump import drafts, dump
from tests.mobile_app.data.store.phone import LYON, Phone, account, server_record

CANARY = "canari"


async def opened() -> Phone:
    """Two customers and a contact of the first one's, all of them with a word that is easy to find."""
    phone = Phone()
    await phone.start()
    contact = server_record("contact", "c1", 1, account_id="a1", last_name=CANARY)
    await phone.pull(account("a1", name=f"{CANARY} un"), account("a2", name="Deux"), contact)
    return phone


async def lose(phone: Phone, *roots: str) -> None:
    if roots:
        await phone.pull(left=roots)
    else:
        await phone.store.apply(msgspec.structs.replace(phone.page(), lost_scopes=[LYON]))


@pytest.mark.parametrize("roots", [("a1",), ()])
def test_nothing_of_a_record_that_left_is_on_the_device(roots: tuple[str, ...]) -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.store.draft_put("contact:c1", {"note": "typed"})
        await phone.edit("account", "a1", {"name": f"{CANARY} un"}, 1, note="mine")
        await phone.push()

        await lose(phone, *roots)
        await phone.kill()

        opened_rows = [payload for batch in phone.vault.records.batches() for _, _, payload in batch]
        assert [row for row in opened_rows if CANARY.encode() in row] == []
        assert CANARY not in json.dumps(dump(phone.store._working_set), default=str)
        assert phone.store._working_set.lists.accounts.search(CANARY, None, 10) == []
        assert [row for row in dump(phone.store._working_set)["entry"] if "a1" in row] == []
        assert drafts(phone.store) == []
        assert len(await phone.store.journal()) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("key", ["account:a1", "account.x1:a1", "contact:c1", "contact:new@a1", "plan:a1"])
def test_what_was_typed_about_a_record_that_left_becomes_a_copy(key: str) -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.store.draft_put(key, {"note": "rappelle mardi", "tags": ["foire"], "phone": ""})
        await phone.store.draft_put("account:a2", {"note": "stays"})

        await lose(phone, "a1")
        await phone.kill()

        (copy,) = await phone.store.attention()
        assert (copy.state, copy.code, copy.params) == ("copy", "record_left", {"name": f"{CANARY} un"})
        assert copy.changes[0].fields == {"note": Edit("rappelle mardi"), "tags": Edit(add=("foire",))}
        assert drafts(phone.store) == ["account:a2"]
        assert phone.store.status.now.attention == 1
        assert await phone.store.outgoing(10) == ()

    asyncio.run(scenario())


SHOWN: dict[str, Value] = {
    "shown.name": f"{CANARY} un",
    "shown.note": "porte bleue\n",
    "shown.phone": "+33478281906",
    "shown.phones": ["+33472001122", "+3242210011"],
    "shown.tags": ["salon"],
    "shown.email": None,
    "base.epoch": "e1",
    "base.rev": 1,
}
UNTOUCHED: dict[str, Value] = {
    "name": f"{CANARY} un",
    "note": "porte bleue\n",
    "phone": "04 78 28 19 06",
    "phones": ["04 72 00 11 22", "+32 4 221 00 11", ""],
    "tags": ["salon"],
    "email": "",
}


@pytest.mark.parametrize(
    ("typed", "copied"),
    [
        ({"note": " rappelle mardi "}, {"note": Edit("rappelle mardi")}),
        ({"phone": "04 72 10 30 30"}, {"phone": Edit("+33472103030")}),
        ({"phones": ["+32 4 221 00 11", "04 72 10 30 30"]}, {"phones": Edit(add=("+33472103030",))}),
        ({"tags": ["foire", "salon"], "email": "a@b.fr"}, {"tags": Edit(add=("foire",)), "email": Edit("a@b.fr")}),
    ],
)
def test_a_copy_has_what_was_typed_and_neither_what_was_shown_nor_what_was_left_as_it_was(
    typed: dict[str, Value], copied: dict[str, Edit]
) -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.store.draft_put("account:a1", {**UNTOUCHED, **typed, **SHOWN})

        await lose(phone, "a1")

        (copy,) = await phone.store.attention()
        assert copy.changes[0].fields == copied

    asyncio.run(scenario())


def test_a_form_that_was_left_as_it_was_makes_no_copy_and_leaves_no_draft() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.store.draft_put("account:a1", {**UNTOUCHED, **SHOWN, "name": ""})

        await lose(phone, "a1")

        assert await phone.store.attention() == []
        assert drafts(phone.store) == []

    asyncio.run(scenario())


def test_of_a_form_that_notes_nothing_shown_what_the_record_says_was_not_typed() -> None:
    async def scenario() -> None:
        phone = await opened()
        line = server_record("quote_line", "l1", 1, account_id="a1", quote_id="q1", quantity=2_500, unit_price=1_055, discount=0)
        await phone.pull(server_record("quote", "q1", 1, account_id="a1", state="draft"), line)
        await phone.store.draft_put("quote_line:l1", {"quantity": "2,5", "unit_price": "10.55", "discount": "5,5"})

        await lose(phone, "a1")

        (copy,) = await phone.store.attention()
        assert copy.changes[0].fields == {"discount": Edit("5,5")}

    asyncio.run(scenario())


def test_whether_a_number_is_the_one_that_was_shown_is_asked_in_the_language_it_was_typed_in() -> None:
    async def scenario() -> None:
        phone = await opened()
        line = server_record("quote_line", "l1", 1, account_id="a1", quote_id="q1", quantity=2_500, unit_price=1_055, discount=0)
        await phone.pull(server_record("quote", "q1", 1, account_id="a1", state="draft"), line)
        await phone.store.draft_put("quote_line:l1", {"quantity": "2.500", "typed.in": "el"})

        await lose(phone, "a1")

        (copy,) = await phone.store.attention()
        assert copy.changes[0].fields == {"quantity": Edit("2.500")}

    asyncio.run(scenario())


@pytest.mark.parametrize("leaves_first", [True, False])
def test_whoever_is_out_of_reach_of_a_conflict_keeps_her_own_value(leaves_first: bool) -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.edit("account", "a1", {"name": f"{CANARY} un"}, 1, name="à moi")
        if leaves_first:
            await lose(phone, "a1")
        await phone.push("conflict")
        await lose(phone, "a1")
        await phone.kill()

        (copy,) = await phone.store.attention()
        assert (copy.state, copy.code) == ("copy", "conflict_elsewhere")
        assert copy.changes[0].fields["name"].to == "à moi"
        await lose(phone)
        assert len(await phone.store.attention()) == 1

    asyncio.run(scenario())


def test_a_conflict_that_its_author_can_see_makes_no_copy() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.edit("account", "a1", {"name": f"{CANARY} un"}, 1, name="à moi")
        await phone.push("conflict")
        await phone.pull(account("a1", phone.head, name="the other's"))

        assert await phone.store.attention() == []

    asyncio.run(scenario())


def test_a_copy_is_never_sent_and_goes_when_its_author_says_so() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.store.draft_put("account:a1", {"note": "typed"})
        await lose(phone, "a1")
        (copy,) = await phone.store.attention()

        with pytest.raises(RecordNotFound):
            await phone.store.retry(copy.txn)
        await phone.store.discard(copy.txn)

        assert await phone.store.attention() == []

    asyncio.run(scenario())
