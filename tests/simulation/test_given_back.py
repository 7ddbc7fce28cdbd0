"""What phones give back to a restored server that has deleted meanwhile what it belongs to: whoever comes first, the same stands."""

from pathlib import Path

import pytest

from mobile_app.data.repositories import Repositories, repositories
from shared.sync.policy import Value
from sync_server.services.closed_records import archive_closed
from tests.simulation.test_restore import on_server, play, settled
from tests.simulation.world import Phone, World

DAY = 86_400_000


async def deleted_since(world: World, path: Path, kind: str, id_: str, *givers: Phone) -> Phone:
    """Restore a backup, let a new tablet delete a record, and others give back what they have, one after the other; give the tablet."""
    world.restore(path)
    tablet = await world.phone("camille", name="tablet")
    await tablet.delete(kind, id_)
    await settled(tablet)
    for phone in givers:
        await phone.sign_in()
        await settled(phone)
    await settled(*givers, tablet)
    return tablet


def test_what_a_phone_gives_back_below_a_customer_deleted_meanwhile_brings_the_customer_back(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        await camille.round()

        tablet = await deleted_since(world, path, "account", perrin, camille)

        for phone in (camille, tablet):
            assert (await phone.all_ids("account"), await phone.all_ids("contact")) == ([perrin], [contact])
            assert phone.device.status.now.conflicts == 1

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_what_was_written_before_the_restore_brings_back_what_was_deleted_since_whoever_comes_first(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await settled(elodie, camille)
        path = world.backup()
        await elodie.edit("contact", contact, job_title="Gérante")
        await settled(elodie, camille)

        order = [elodie, camille] if first == "elodie" else [camille, elodie]
        tablet = await deleted_since(world, path, "contact", contact, *order)

        for phone in (*order, tablet):
            shown = await phone.record("contact", contact)
            assert shown is not None
            assert shown["job_title"] == "Gérante"
            assert phone.device.status.now.conflicts == 1

    play(story())


def test_a_line_that_is_given_back_brings_its_quote_back_too(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        product = world.product()
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        quote = (await elodie.device.quotes.create(perrin)).id
        await elodie.device.quotes.add_line(quote, product, 1_000)
        await settled(elodie, camille)
        path = world.backup()
        [line] = await elodie.all_ids("quote_line")
        await elodie.device.quotes.set_line(quote, line, description="By the window")  # the quote itself stays as it was
        await settled(elodie, camille)

        tablet = await deleted_since(world, path, "quote", quote, camille)

        for phone in (camille, tablet):
            assert await phone.all_ids("quote") == [quote]
            assert await phone.all_ids("quote_line") == [line]
            assert phone.device.status.now.conflicts == 1

    play(story())


def test_what_was_deleted_itself_brings_no_customer_back(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await settled(elodie, camille)
        await elodie.delete("contact", contact)
        await settled(elodie, camille)

        await deleted_since(world, path, "account", perrin, camille)

        assert on_server(world, perrin).deleted
        assert camille.device.status.now.conflicts == 0

    play(story())


def test_what_was_below_a_customer_that_the_lost_epoch_deleted_does_not_bring_it_back(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await settled(elodie, camille)
        await camille.delete("account", perrin)
        await settled(camille)

        world.restore(path)
        for phone in (camille, elodie):
            await phone.sign_in()
            await settled(phone)
        await settled(camille, elodie)

        assert on_server(world, perrin).deleted
        for phone in (camille, elodie):
            assert await phone.all_ids("contact") == []
            assert phone.device.status.now.conflicts == 0

    play(story())


def test_what_the_server_itself_wrote_brings_no_customer_back_that_was_deleted_before(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        contact = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        await elodie.delete("account", perrin)
        await settled(elodie)
        path = world.backup()
        world.office("contact", contact, job_title="Gérante")
        await settled(elodie)

        world.restore(path)
        await elodie.sign_in()
        await settled(elodie)

        assert on_server(world, contact).value("job_title") == "Gérante"
        assert on_server(world, perrin).deleted

    play(story())


@pytest.mark.parametrize("what", ["note", "photo"])
def test_what_came_back_from_the_archive_and_was_lost_is_taken_from_whoever_holds_it(world: World, what: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        me, then = elodie.device.store.identity.user_id, world.clock.now - 27 * 30 * DAY
        with world.database.write() as connection:
            fields: dict[str, Value] = {"state": "reviewed", "zone": "UTC", "arrived_at": then, "left_at": then}
            visit = world.author.create(connection, "visit", {"account_id": perrin, "user_id": me, **fields})
        world.clock.now += 16 * DAY
        await settled(elodie, camille)
        elodie.link.offline = True
        if what == "note":
            await elodie.edit("visit", visit, note="Kept.")
        else:
            photo: dict[str, Value] = {"sha256": "a" * 64, "size": 10, "media_type": "image/jpeg"}
            await elodie.create("attachment", account_id=perrin, visit_id=visit, user_id=me, **photo)
        with world.database.write() as connection:
            assert archive_closed(connection, world.clock.now, kept_days=14) == 1
        await camille.round()
        path = world.backup()
        elodie.link.offline = False
        await settled(elodie, camille)

        world.restore(path)  # and her phone never comes back
        await camille.sign_in()
        await settled(camille)

        shown = await camille.record("visit", visit)
        assert shown is not None
        assert on_server(world, visit).scope == on_server(world, perrin).scope
        assert shown["note"] == on_server(world, visit).value("note") == ("Kept." if what == "note" else None)
        assert len(await camille.all_ids("attachment")) == (what == "photo")

    play(story())


def test_two_facts_that_the_lost_epoch_had_taken_both_come_back_and_nobody_is_refused(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        me = elodie.device.store.identity.user_id
        visit = await elodie.create("visit", account_id=perrin, user_id=me, zone="UTC", state="planned", planned_at=world.clock.now)
        await settled(elodie, camille)
        path = world.backup()
        for phone in (elodie, camille):
            world.clock.forward(60_000)
            await phone.edit("visit", visit, state="checked_in", arrived_at=world.clock.now)
        arrived = [world.clock.now - 60_000, world.clock.now]
        await elodie.round()
        await camille.round()

        world.restore(path)
        for phone in (elodie, camille):
            await phone.sign_in()
        await settled(elodie, camille)

        for phone in (elodie, camille):
            assert phone.device.status.now.attention == 0
            [question] = [await phone.record("conflict", id_) for id_ in await phone.all_ids("conflict")]
            assert question is not None
            assert all(str(at) in str(question["entries"]) for at in arrived)

    play(story())


@pytest.mark.parametrize("asked_before", [False, True])
def test_a_question_that_the_restore_lost_is_asked_again_though_the_backup_knew_an_older_one(world: World, asked_before: bool) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon", city="A")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        do = Repositories(**repositories(camille.device.store))

        async def meet(stands: str, beside: str) -> None:
            for phone, city in ((elodie, beside), (camille, stands)):
                world.clock.forward(1_000)
                await phone.edit("account", perrin, city=city)
            await camille.round()
            await settled(elodie, camille)

        if asked_before:
            await meet("B", "C")
            [question] = await do.conflicts.open()
            await do.conflicts.keep(question, question.standing)
            await settled(camille, elodie)
        path = world.backup()
        await settled(elodie, camille)
        await meet("Stood", "Beside")

        world.restore(path)
        for phone in (camille, elodie):
            await phone.sign_in()
        await settled(camille, elodie)

        [question] = await do.conflicts.open()
        assert {entry.value for entry in question.entries} == {"Stood", "Beside"}
        assert question.entries[question.standing].value == on_server(world, perrin).value("city")

    play(story())
