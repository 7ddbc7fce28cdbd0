"""Customers, territories and people that move while phones hold unsent work."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, date, datetime
from typing import Any

from sync_server.services import moves, territories, users
from tests.simulation.world import Phone, World

HOUR = 3_600_000


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def today(world: World) -> date:
    return datetime.fromtimestamp(world.clock.now / 1000, UTC).date()


async def at_work(world: World, login: str, *accounts: str) -> Phone:
    """A phone in airplane mode on which each of these customers was given a number and a new contact."""
    phone = await world.phone(login)
    phone.link.offline = True
    for account in accounts:
        await phone.edit("account", account, phone="+33472000001")
        await phone.create("contact", account_id=account, last_name="Petit")
    return phone


async def agree(*phones: Phone) -> None:
    """Every phone equals the server in each of its scopes."""
    for phone in phones:
        assert (await phone.round(verify=True)).phase == "idle"


def test_fault_36_of_unsent_work_in_a_territory_that_moved_each_change_is_judged_on_its_own(world: World) -> None:
    async def story() -> None:
        moved, stayed = world.account("Maison Perrin", "Lyon"), world.account("Fournil Bellevue", "Lyon")
        elodie, nikos = await at_work(world, "elodie", moved, stayed), await world.phone("nikos")
        world.clock.forward(HOUR)
        with world.database.write() as connection:
            moves.move_accounts(connection, world.author, "Thessaloniki", [moved])
        world.clock.forward(HOUR)
        await elodie.edit("account", moved, street="2 rue Neuve")
        elodie.link.offline = False

        await elodie.round()
        await nikos.round()

        refused = await elodie.device.store.attention()
        assert [(item.code, item.changes[0].fields["street"].to) for item in refused] == [("unknown_record", "2 rue Neuve")]
        assert await elodie.all_ids("account") == [stayed]
        taken = await nikos.record("account", moved)
        assert taken is not None
        assert (taken["phone"], taken["street"]) == ("+33472000001", None)
        assert len(await nikos.all_ids("contact")) == 1
        await agree(elodie, nikos)

    play(story())


def test_fault_43_a_mornings_creates_in_a_territory_that_moved_at_noon_are_taken_and_flagged(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await at_work(world, "elodie", perrin), await world.phone("camille")
        new = await elodie.create("account", name="Nouveau client", territory_id=world.ids["Lyon"], country="FR")
        await elodie.create("contact", account_id=new, last_name="Premier")
        world.clock.forward(HOUR)
        with world.database.write() as connection:
            territories.unassign(connection, world.author, "Lyon", "elodie", today(world))
        world.clock.forward(HOUR)
        elodie.link.offline = False

        await elodie.round()
        await camille.round()

        assert (elodie.device.status.now.waiting, elodie.device.status.now.attention) == (0, 0)
        assert await elodie.all_ids("account") == []
        assert sorted(await camille.all_ids("account")) == sorted([perrin, new])
        assert len(await camille.all_ids("contact")) == 2
        with world.database.read() as connection:
            flags = connection.exec_driver_sql("SELECT DISTINCT flags FROM txn_log").scalars().all()
        assert flags == ['["past_assignment"]']
        await agree(elodie, camille)

    play(story())


def test_a_deputy_works_a_lent_territory_offline_and_sends_it_after_the_loan_has_ended(world: World) -> None:
    async def story() -> None:
        bakery = world.account("Φούρνος Νίκη", "Thessaloniki")
        with world.database.write() as connection:
            moves.deputise(connection, world.author, "elodie", "nikos", (today(world), today(world)))
        elodie, nikos = await at_work(world, "elodie", bakery), await world.phone("nikos")
        world.clock.forward(24 * HOUR)
        elodie.link.offline = False

        await elodie.round()
        await nikos.round()

        assert elodie.device.status.now.attention == 0
        assert await elodie.all_ids("account") == []
        assert len(await nikos.all_ids("contact")) == 1
        await agree(elodie, nikos)

    play(story())


def test_whoever_becomes_an_admin_gives_up_her_customers_and_what_she_did_before_still_counts(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await at_work(world, "elodie", perrin), await world.phone("camille")
        world.clock.forward(HOUR)
        with world.database.write() as connection:
            users.set_role(connection, world.author, "elodie", "admin", world.clock.now)
        world.clock.forward(HOUR)
        elodie.link.offline = False

        await elodie.round()
        await camille.round()

        assert elodie.device.status.now.attention == 0
        assert await elodie.all_ids("account") == []
        assert len(await camille.all_ids("contact")) == 1
        await agree(elodie, camille)

    play(story())
