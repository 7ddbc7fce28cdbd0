"""A new phone, a new address, two people on one phone: unsent work is never left behind."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from mobile_app.data.gate import NotEnrolled
from mobile_app.data.handover import TakenOver
from mobile_app.data.unsent import Remains
from shared.errors import DeviceRevoked, Offline, RecordRefused, ServerRefused
from sync_server.storage import meta
from tests.simulation.link import answer_lost
from tests.simulation.world import PASSWORD, SERVER, Phone, World

WORDS = "trois mots honnêtes"


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def counted(world: World, table: str) -> int:
    with world.database.read() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608


async def with_unsent_work(world: World) -> tuple[Phone, str]:
    """Élodie's old phone: a customer edited twice and a new contact, all in airplane mode, and a form half filled in."""
    perrin = world.account("Maison Perrin", "Lyon")
    old = await world.phone("elodie", name="old")
    old.link.offline = True
    await old.edit("account", perrin, name="Perrin & Fils")
    await old.create("contact", account_id=perrin, last_name="Petit")
    await old.edit("account", perrin, street="2 rue Neuve")
    await old.device.store.draft_put(f"account:{perrin}", {"note": "half a sent"})
    return old, perrin


def test_the_outbox_of_an_old_phone_goes_out_as_a_sealed_file_and_in_on_the_new_one(world: World) -> None:
    async def story() -> None:
        old, perrin = await with_unsent_work(world)
        data = await old.device.store.hand_over(WORDS)
        new = await world.phone("elodie", name="new")
        new.link.offline = True

        taken = await new.device.store.take_over(data, WORDS)
        shown = await new.record("account", perrin)
        again = await new.device.store.take_over(data, WORDS)
        await new.restart()
        new.link.offline = False
        await new.round()

        assert (taken, again) == (TakenOver(3, 1, 0), TakenOver(0, 0, 3))
        assert shown is not None
        assert (shown["name"], shown["street"]) == ("Perrin & Fils", "2 rue Neuve")
        assert new.device.status.now.waiting == new.device.status.now.conflicts == 0
        assert await new.device.store.draft_get(f"account:{perrin}") == {"note": "half a sent"}
        assert b"Perrin" not in data
        assert (counted(world, "contact"), counted(world, "txn_log")) == (1, 3)

    play(story())


def test_what_the_old_phone_sent_after_all_takes_effect_once(world: World) -> None:
    async def story() -> None:
        old, perrin = await with_unsent_work(world)
        data = await old.device.store.hand_over(WORDS)
        old.link.offline = False
        old.link.faults.append(("/push", answer_lost))
        await old.round()
        new = await world.phone("elodie", name="new")

        await new.device.store.take_over(data, WORDS)
        await new.round()
        await old.round()

        for phone in (old, new):
            assert (await phone.round(verify=True)).phase == "idle"
            assert phone.device.status.now.waiting == phone.device.status.now.conflicts == 0
        assert (counted(world, "contact"), counted(world, "txn_log")) == (1, 3)
        assert (await new.record("account", perrin) or {})["name"] == "Perrin & Fils"

    play(story())


@pytest.mark.parametrize(
    ("login", "words", "spoil", "code"),
    [
        ("camille", WORDS, 0, "handover_of_another"),
        ("elodie", "other words", 0, "wrong_passphrase"),
        ("elodie", WORDS, -1, "wrong_passphrase"),
        ("elodie", WORDS, 1, "not_a_handover"),
    ],
)
def test_a_file_opens_for_its_owner_and_her_passphrase_only(world: World, login: str, words: str, spoil: int, code: str) -> None:
    async def story() -> None:
        old, _ = await with_unsent_work(world)
        data = bytearray(await old.device.store.hand_over(WORDS))
        if spoil:
            data[spoil] ^= 1
        other = await world.phone(login, name="other")

        with pytest.raises(RecordRefused) as refused:
            await other.device.store.take_over(bytes(data), words)

        assert refused.value.code == code
        assert other.device.status.now.waiting == 0

    play(story())


def test_a_short_passphrase_seals_nothing(world: World) -> None:
    async def story() -> None:
        old, _ = await with_unsent_work(world)

        with pytest.raises(RecordRefused):
            await old.device.store.hand_over("short")

    play(story())


def test_an_old_phone_sends_all_and_is_signed_off_and_empty(world: World) -> None:
    async def story() -> None:
        old, perrin = await with_unsent_work(world)
        with pytest.raises(Offline):
            await old.host.retire(Remains(drafts=1))
        assert old.device.status.now.waiting == 3

        old.link.offline = False
        await old.host.retire(Remains(drafts=1))

        assert old.host.state == NotEnrolled(SERVER, "device_retired")
        assert not list(old.folder.rglob("*.vault"))
        new = await world.phone("elodie", name="new")
        assert (await new.record("account", perrin) or {})["name"] == "Perrin & Fils"
        with world.database.read() as connection:
            revoked = connection.exec_driver_sql("SELECT count(*) FROM device WHERE revoked_at IS NOT NULL").scalar_one()
        assert revoked == 1

    play(story())


def test_no_phone_is_retired_with_more_than_its_owner_was_told_of(world: World) -> None:
    async def story() -> None:
        old, perrin = await with_unsent_work(world)
        old.link.offline = False
        with pytest.raises(RecordRefused, match="more_remains"):
            await old.host.retire(Remains())
        assert await old.device.store.draft_get(f"account:{perrin}") == {"note": "half a sent"}

        await old.edit("account", perrin, territory_id=world.ids["Thessaloniki"])
        with pytest.raises(RecordRefused, match="more_remains"):
            await old.host.retire(Remains(drafts=1))
        assert await old.device.store.unsent.remains() == Remains(attention=1, drafts=1)

        await old.host.retire(Remains(attention=1, drafts=1))
        assert old.host.state == NotEnrolled(SERVER, "device_retired")

    play(story())


def test_a_retired_device_cannot_come_back(world: World) -> None:
    async def story() -> None:
        elodie = await world.phone("elodie")
        opened = elodie.host._open
        assert opened is not None
        held = await opened.tokens.tokens()
        assert held is not None
        await opened.api.retire(held[1].access)

        with pytest.raises((DeviceRevoked, ServerRefused)):
            await elodie.host.sign_in("elodie", PASSWORD)

    play(story())


def test_a_changed_address_is_taken_where_the_same_organisation_answers(world: World) -> None:
    async def story() -> None:
        old, perrin = await with_unsent_work(world)
        with pytest.raises(Offline):
            await old.host.change_server("http://127.0.0.1:9")
        assert old.device.server == SERVER

        old.link.offline = False
        await old.host.change_server("http://127.0.0.1:9")
        await old.restart()

        assert old.device.server == "http://127.0.0.1:9"
        assert old.device.status.now.waiting == 0
        assert (await old.record("account", perrin) or {})["name"] == "Perrin & Fils"

    play(story())


def test_another_organisation_at_the_new_address_gets_nothing(world: World) -> None:
    async def story() -> None:
        elodie, _ = await with_unsent_work(world)
        elodie.link.offline = False
        with world.database.write() as connection:
            meta.put(connection, "organisation", "another")

        with pytest.raises(RecordRefused) as refused:
            await elodie.host.change_server("http://127.0.0.1:9")

        assert refused.value.code == "another_organisation"
        assert elodie.device.server == SERVER
        assert elodie.device.status.now.waiting == 3

    play(story())


def test_two_people_on_one_phone_sync_each_their_own_and_see_nothing_of_each_other(world: World) -> None:
    async def story() -> None:
        perrin, bakery = world.account("Maison Perrin", "Lyon"), world.account("Φούρνος Νίκη", "Thessaloniki")
        phone = await world.phone("elodie")
        first = phone.device.profile.id
        await phone.edit("account", perrin, note="elodie was here")
        await phone.host.lock()
        await phone.host.add_user()
        await phone.host.enrol(SERVER, "nikos", PASSWORD, "864209", "phone")
        await phone.quiet()
        assert await phone.all_ids("account") == [bakery]
        assert phone.device.status.now.waiting == 0
        await phone.edit("account", bakery, note="nikos was here")
        await phone.round()
        await phone.host.lock()
        await phone.host.choose(first)
        await phone.unlock()

        assert await phone.all_ids("account") == [perrin]
        assert phone.device.status.now.waiting == 0
        assert len(list(phone.folder.glob("*.vault"))) == 2
        camille = await world.phone("camille")
        notes = [(await camille.record("account", id_) or {})["note"] for id_ in (perrin, bakery)]
        assert notes == ["elodie was here", "nikos was here"]

    play(story())
