"""What was typed over a refused change goes with the answer to it, and with whoever it is about."""

import asyncio

import pytest
from msgspec.structs import replace

from mobile_app.data.drafts import TYPED_IN, Fields
from shared.sync.protocol import FieldError
from shared.sync.record import ERASED, Record
from tests.fakes.dump import drafts
from tests.mobile_app.data.store.phone import Phone, account, server_record

PERRIN, DURAND = "01a0c450-6c00-7b62-b6b8-357e44cd903a", "01a0c450-6c00-7b62-b6b8-357e44cd903b"
"""Two contacts: a device finds whom it names by what an id looks like."""
DECISIONS = ("retry", "discard")


async def refused() -> tuple[Phone, Record, str]:
    """A phone whose note on a contact was refused: the contact, and the form in which the note is mended."""
    phone = Phone()
    await phone.start()
    contact = server_record("contact", PERRIN, 7, account_id="a1", last_name="Perrin")
    await phone.pull(account("a1", 1), contact, replace(contact, id=DURAND))
    txn = await phone.edit("contact", PERRIN, {"note": None}, 7, note="x")
    await phone.push("refused", errors=(FieldError("note", "text_too_long", "contact", PERRIN),))
    await phone.store.draft_put(f"attention:{txn}", typed(PERRIN))
    return phone, contact, txn


def typed(contact: str) -> Fields:
    return {f"{contact}.note": "Mme Perrin is ill", TYPED_IN: "en"}


async def decided(phone: Phone, decision: str, txn: str, form: str = "") -> None:
    await (phone.store.retry(txn, {}, form=form) if decision == "retry" else phone.store.discard(txn, form=form))


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_kill_right_after_an_answer_leaves_nothing_of_the_form_that_gave_it(decision: str) -> None:
    async def go() -> None:
        phone, _, txn = await refused()
        await decided(phone, decision, txn, form=f"attention:{txn}")
        await phone.kill()

        assert drafts(phone.store) == []

    asyncio.run(go())


@pytest.mark.parametrize("decision", DECISIONS)
def test_what_was_typed_about_somebody_goes_with_them_after_its_change_is_gone_too(decision: str) -> None:
    async def go() -> None:
        phone, contact, txn = await refused()
        await decided(phone, decision, txn)
        await phone.store.draft_put("attention:other", typed(DURAND))
        await phone.pull(replace(contact, rev=9, deleted=ERASED, fields={}))

        assert drafts(phone.store) == ["attention:other"]

    asyncio.run(go())


def test_whoever_such_a_form_names_is_asked_for_when_they_are_not_here() -> None:
    async def go() -> None:
        phone, _, txn = await refused()
        await phone.store.discard(txn)
        await phone.pull(left=["a1"])
        asked = await phone.store.mentions.absent()
        await phone.store.mentions.purge([PERRIN])

        assert PERRIN in asked
        assert drafts(phone.store) == []

    asyncio.run(go())


def test_such_a_form_of_another_phone_is_not_taken_over_once_they_are_erased_here() -> None:
    async def go() -> None:
        phone, contact, txn = await refused()
        await phone.store.discard(txn)
        await phone.store.draft_put("attention:other", typed(DURAND))
        sealed = await phone.store.hand_over("three words here")
        another = Phone(device="K8")
        await another.start()
        await another.pull(replace(contact, rev=9, deleted=ERASED, fields={}))
        await another.store.take_over(sealed, "three words here")

        assert drafts(another.store) == ["attention:other"]

    asyncio.run(go())
