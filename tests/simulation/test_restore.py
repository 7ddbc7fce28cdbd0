"""A server that came back from a backup, and the phones that give it back what it lost."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.sync.record import RECOVERED, Record
from sync_server.storage import records
from tests.simulation.link import Fault, Send, answer_lost, request_lost, torn
from tests.simulation.world import Phone, World


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


async def settled(*phones: Phone) -> None:
    """Let all phones go through their rounds, then hold every digest to the server's."""
    for _ in range(2):
        for phone in phones:
            await phone.round()
    for phone in phones:
        assert (await phone.round(verify=True)).phase == "idle"
        assert phone.device.status.now.waiting == 0


async def given_back(world: World, path: Path, *phones: Phone) -> None:
    """Restore the backup at ``path``; then the phones sign in and give back what it lost, in this order."""
    world.restore(path)
    for phone in phones:
        await phone.sign_in()
    await settled(*phones)


def on_server(world: World, id_: str) -> Record:
    with world.database.read() as connection:
        return records.load(connection, records.places(connection, [id_]), [id_])[id_]


def test_fault_23_a_restored_server_gets_back_all_that_a_journal_or_a_record_still_holds(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon", phone="+33478281906", note="Ferme le lundi")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        await elodie.edit("account", perrin, phone="+33478281960")
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin", phones=["+33612345678"])
        await elodie.round()
        await camille.round()
        await camille.edit("contact", contact, last_name="Perrin-Martin", first_name="Anne")
        await camille.round()
        await elodie.round()
        elodie.link.offline = True
        await elodie.edit("contact", contact, job_title="Gérante")

        world.restore(path)
        elodie.link.offline = False
        for phone in (camille, elodie):
            assert (await phone.round()).phase == "signed_out"
            await phone.sign_in()
        await settled(elodie, camille)

        for phone in (elodie, camille):
            shown = await phone.record("contact", contact)
            assert shown is not None
            assert (shown["last_name"], shown["first_name"], shown["job_title"]) == ("Perrin-Martin", "Anne", "Gérante")
            assert shown["phones"] == ["+33612345678"]
            account = await phone.record("account", perrin)
            assert account is not None
            assert account["phone"] == "+33478281960"
            assert phone.device.status.now.conflicts == phone.device.status.now.attention == 0

    play(story())


def test_fault_23_a_record_whose_author_never_comes_back_is_taken_from_whoever_holds_it(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        lost = await elodie.create("account", name="Nouveau client", territory_id=world.ids["Lyon"], country="FR")
        below = await elodie.create("contact", account_id=lost, last_name="Dupont")
        await elodie.round()
        await camille.round()

        world.restore(path)
        await camille.sign_in()
        await settled(camille)

        assert set(await camille.all_ids("contact")) == {contact, below}
        assert lost in await camille.all_ids("account")
        by = on_server(world, contact).marks[RECOVERED]
        assert by.device == camille.device.store.identity.device
        await elodie.sign_in()  # and then the author comes after all
        await settled(elodie, camille)
        assert set(await camille.all_ids("contact")) == {contact, below}
        assert elodie.device.status.now.attention == elodie.device.status.now.conflicts == 0

    play(story())


def test_a_journal_waits_for_a_backup_however_old_it_is(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        path = world.backup()
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.edit("contact", contact, job_title="Gérante")
        elodie.clock.forward(91 * 86_400_000)
        await elodie.sign_in()
        await elodie.delete("contact", contact)
        await settled(elodie)
        kept = len(await elodie.device.store.journal())

        world.restore(path)
        await elodie.sign_in()
        await settled(elodie)

        assert kept == 3
        assert on_server(world, contact).deleted
        assert on_server(world, contact).value("job_title") == "Gérante"

    play(story())


def test_a_deletion_is_given_back_and_a_late_journal_does_not_undo_it(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        await camille.round()
        await camille.delete("contact", contact)
        await camille.round()

        world.restore(path)
        await camille.sign_in()
        await elodie.sign_in()
        await settled(camille, elodie)

        assert await camille.all_ids("contact") == await elodie.all_ids("contact") == []
        assert on_server(world, contact).deleted
        assert elodie.device.status.now.attention == elodie.device.status.now.conflicts == 0

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_between_two_lost_changes_of_a_field_the_later_one_stands_whoever_comes_first(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon", city="Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        await elodie.edit("account", perrin, city="Villeurbanne", phone="+33478281960")
        await elodie.round()
        await camille.round()
        await camille.edit("account", perrin, city="Bron")
        await camille.round()

        world.restore(path)
        order = [elodie, camille] if first == "elodie" else [camille, elodie]
        for phone in order:
            await phone.sign_in()
        await settled(*order)

        shown = await elodie.record("account", perrin)
        assert shown is not None
        assert (shown["city"], shown["phone"]) == ("Bron", "+33478281960")
        assert await camille.all_ids("conflict") == []

    play(story())


def test_an_edit_made_after_the_restore_and_a_lost_one_both_survive_as_a_conflict(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon", city="Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        await elodie.edit("account", perrin, city="Villeurbanne")
        await elodie.round()

        world.restore(path)
        await camille.sign_in()
        await camille.edit("account", perrin, city="Bron")
        await camille.round()
        await elodie.sign_in()
        await settled(elodie, camille)

        shown = await camille.record("account", perrin)
        assert shown is not None
        assert shown["city"] == "Bron"
        assert camille.device.status.now.conflicts == 1

    play(story())


@pytest.mark.parametrize(("fault", "step"), [(request_lost, 1), (answer_lost, 1), (answer_lost, 2), (torn, 2), (answer_lost, 3)])
def test_healing_goes_on_where_it_was_cut_off(world: World, fault: Fault, step: int) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        contact = await camille.create("contact", account_id=perrin, last_name="Perrin")
        await camille.round()
        await elodie.round()
        await elodie.edit("contact", contact, first_name="Anne")
        await elodie.round()

        world.restore(path)
        elodie.link.offline = True
        await elodie.host.lock()
        elodie.link.offline = False
        elodie.boot()
        await elodie.unlock()
        elodie.link.faults = [("heal", _pass)] * (step - 1) + [("heal", fault)]
        await elodie.host.sign_in("elodie", "correct horse battery")
        await elodie.quiet()
        await elodie.restart()
        await settled(elodie)

        shown = await elodie.record("contact", contact)
        assert shown is not None
        assert (shown["last_name"], shown["first_name"]) == ("Perrin", "Anne")
        assert elodie.device.status.now.attention == 0

    play(story())


async def _pass(request: httpx.Request, send: Send) -> httpx.Response:
    return await send(request)


def test_a_second_restore_of_an_older_backup_is_healed_as_well(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon", city="Lyon")
        elodie = await world.phone("elodie")
        oldest = world.backup()
        await elodie.edit("account", perrin, city="Bron")
        await elodie.round()
        newer = world.backup()
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        world.restore(newer)
        await elodie.sign_in()
        later = await elodie.create("contact", account_id=perrin, last_name="Martin")
        await elodie.round()

        world.restore(oldest)
        await elodie.sign_in()
        await settled(elodie)

        shown = await elodie.record("account", perrin)
        assert shown is not None
        assert shown["city"] == "Bron"
        assert set(await elodie.all_ids("contact")) == {contact, later}

    play(story())


def test_what_only_the_server_writes_is_not_taken_from_a_phone(world: World) -> None:
    async def story() -> None:
        world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        path = world.backup()
        world.office("territory", world.ids["Lyon"], name="Lyon et environs")
        await elodie.round()

        world.restore(path)
        await elodie.sign_in()
        await settled(elodie)

        territory = await elodie.record("territory", world.ids["Lyon"])
        assert territory is not None
        assert territory["name"] == "Lyon"

    play(story())
