"""Bad days of a phone: a damaged file, a lost session, a lease that ran out, a second user, a customer who moved."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from mobile_app.data.gate import Opened, Shut
from mobile_app.data.key_states import LeaseOver, Locked, WrongPin
from shared.errors import AlreadyEnrolled, Offline, ServerRefused
from shared.sync.change import Edit
from tests.simulation.world import PASSWORD, PIN, SERVER, World

DAY_MS = 86_400_000


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_fault_16_a_damaged_vault_is_set_aside_its_outbox_sent_and_a_snapshot_pulled(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        for number in range(200):
            world.account(f"Boulangerie {number}", "Lyon", note="pain\n" * 20)
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        await elodie.edit("account", perrin, name="unsent")
        await elodie.host.lock()
        vault = next(elodie.folder.glob("*.vault"))
        content = bytearray(vault.read_bytes())
        middle = len(content) // 2
        content[middle : middle + 40_000] = b"\xff" * 40_000
        vault.write_bytes(content)

        elodie.link.offline = False
        elodie.boot()
        await elodie.unlock()
        told = elodie.host.state
        assert isinstance(told, Opened)
        assert told.salvaged
        await elodie.round()

        seen = await elodie.record("account", perrin)
        assert seen is not None
        assert seen["name"] == "unsent"
        assert len(await elodie.all_ids("account")) == 201
        assert elodie.device.status.now.waiting == 0
        assert list(elodie.folder.glob("*.damaged-*"))
        assert (await elodie.round(verify=True)).phase == "idle"

    play(story())


def test_wrong_addresses_and_passwords_leave_nothing_behind(world: World) -> None:
    async def story() -> None:
        elodie = await world.phone("elodie")
        other = await world.phone("nikos")
        other.link.offline = True

        with pytest.raises(ServerRefused) as wrong:
            await elodie.host.sign_in("elodie", "not the password")
        with pytest.raises(Offline):
            await other.host.sign_in("nikos", PASSWORD)

        assert wrong.value.status == 401
        assert (await elodie.round()).phase == "idle"

    play(story())


def test_a_session_that_ran_out_is_renewed_while_the_work_stays_open(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        world.clock.forward(91 * DAY_MS)
        await elodie.edit("account", perrin, name="after three months")
        assert (await elodie.round()).phase == "signed_out"
        assert elodie.device.status.now.waiting == 1

        await elodie.host.sign_in("elodie", PASSWORD)
        await elodie.round()

        assert elodie.device.status.now.waiting == 0

    play(story())


def test_a_phone_that_did_not_meet_its_server_for_a_fortnight_is_locked_until_a_sign_in(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        await elodie.edit("account", perrin, name="unsent")
        await elodie.host.lock()
        world.clock.forward(15 * DAY_MS)
        assert isinstance(await elodie.host.unlock(PIN), LeaseOver)

        elodie.link.offline = False
        await elodie.host.renew("elodie", PASSWORD)
        await elodie.unlock()

        assert elodie.device.status.now.waiting == 0

    play(story())


def test_a_locked_phone_names_counts_and_never_contents(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        await elodie.edit("account", perrin, name="secret name")
        await elodie.device.store.draft_put("account:x", {"name": "secret draft"})
        await elodie.host.lock()

        state = elodie.host.state

        assert isinstance(state, Shut)
        assert isinstance(state.keys, Locked)
        assert (sum(state.counts.outbox.values()), state.counts.drafts) == (1, 1)
        assert "secret" not in repr(state)
        assert isinstance(await elodie.host.unlock("975310"), WrongPin)

    play(story())


def test_two_people_share_a_phone_each_with_a_vault_of_their_own(world: World) -> None:
    async def story() -> None:
        world.account("Maison Perrin", "Lyon")
        world.account("Φούρνος Νίκη", "Thessaloniki")
        phone = await world.phone("elodie")
        elodie_id = phone.device.profile.id
        await phone.host.lock()
        await phone.host.add_user()

        await phone.host.enrol(SERVER, "nikos", PASSWORD, "864209", "phone")
        await phone.quiet()
        nikos_accounts = await phone.all_ids("account")
        assert len(nikos_accounts) == 1
        await phone.host.lock()
        await phone.host.choose(elodie_id)
        await phone.unlock()

        assert set(nikos_accounts).isdisjoint(await phone.all_ids("account"))
        with pytest.raises(AlreadyEnrolled):
            await phone.host.enrol(SERVER, "nikos", PASSWORD, "864209", "phone")

    play(story())


def test_a_customer_who_moved_to_another_territory_leaves_the_phone_and_comes_to_the_other(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, nikos, camille = await world.phone("elodie"), await world.phone("nikos"), await world.phone("camille")
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        await camille.round()

        await camille.edit("account", perrin, territory_id=world.ids["Thessaloniki"])
        await camille.round()
        await elodie.round()
        await nikos.round()

        assert await elodie.all_ids("account") == []
        assert await elodie.all_ids("contact") == []
        assert await nikos.all_ids("account") == [perrin]
        assert await nikos.all_ids("contact") == [contact]
        for phone in (elodie, nikos, camille):
            assert (await phone.round(verify=True)).phase == "idle"

    play(story())


def test_fault_42_what_a_refused_change_holds_goes_with_it_after_a_retry(world: World) -> None:
    async def story() -> None:
        elodie = await world.phone("elodie")
        await elodie.round()
        account = await elodie.create("account", name="Nouveau client", territory_id=world.ids["Thessaloniki"], country="FR")
        contact = await elodie.create("contact", account_id=account, last_name="Premier")
        await elodie.round()
        items = await elodie.device.store.attention()
        refused = next(item for item in items if item.state == "refused")
        assert {item.state for item in items} == {"refused", "held"}
        assert [item.txn for item in await elodie.device.store.dependents(refused.txn)] == [
            item.txn for item in items if item.state == "held"
        ]

        await elodie.device.store.retry(refused.txn, {account: {"territory_id": world.ids["Lyon"]}})
        await elodie.round()

        assert elodie.device.status.now.attention == 0
        assert await elodie.record("contact", contact) is not None
        with world.database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM contact").scalar_one() == 1

    play(story())


def test_notes_of_rep_and_manager_are_merged(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon", note="Ferme le lundi")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        elodie.link.offline = True
        await elodie.edit("account", perrin, note=Edit("Ferme le lundi\nVeut un four", "Ferme le lundi"))
        await camille.edit("account", perrin, note=Edit("Paie à 30 jours\nFerme le lundi", "Ferme le lundi"))
        await camille.round()
        elodie.link.offline = False
        await elodie.round()

        seen = await elodie.record("account", perrin)
        assert seen is not None
        assert seen["note"] == "Paie à 30 jours\nFerme le lundi\nVeut un four"
        assert elodie.device.status.now.conflicts == 0

    play(story())
