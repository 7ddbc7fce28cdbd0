"""A person who was erased: gone from the server, from every phone, and not to be brought back by a late edit or an old backup."""

import asyncio
from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import Any

from mobile_app.data.desk import Draft, Label, RecordEdit
from shared.sync.change import Edit
from shared.sync.record import ERASED
from sync_server.services import territories
from sync_server.services.erasure import Eraser
from tests.fakes.dump import drafts
from tests.simulation.link import answer_lost, torn
from tests.simulation.world import Phone, World

CANARY = "Kanarienvogel"


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def erase(world: World, kind: str, id_: str) -> None:
    with world.database.write() as connection:
        Eraser(world.ledger, world.clock).erase(connection, kind, id_)
    world.database.scrub()


def sealed(phone: Phone, table: str, where: str) -> list[bytes]:
    """The sealed bytes of some rows of the vault."""
    rows = phone.device.store._vault._sql.query(f"SELECT sealed FROM {table} WHERE {where}")  # noqa: S608 - the test's own words
    return [bytes(row[0]) for row in rows if isinstance(row[0], bytes)]


def remnants(folder: Path, needles: list[bytes]) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(needle in path.read_bytes() for needle in needles)]


def test_an_erased_person_is_in_no_byte_of_the_server_and_of_no_phone(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        contact = await elodie.create("contact", account_id=perrin, last_name=CANARY, phones=["+33612345678"])
        await elodie.round()
        await camille.round()
        camille.link.offline = True
        await camille.edit("contact", contact, first_name=CANARY)
        await camille.device.store.draft_put(f"contact:{contact}", {"last_name": CANARY})
        here = [*sealed(elodie, "record", f"id = '{contact}'"), *sealed(elodie, "journal", "true")]
        there = [*sealed(camille, "record", f"id = '{contact}'"), *sealed(camille, "outbox", "true"), *sealed(camille, "draft", "true")]
        assert (len(here), len(there)) == (2, 3)

        erase(world, "contact", contact)
        camille.link.offline = False
        for phone in (elodie, camille):
            await phone.round()
            await phone.round()

        assert remnants(world.config.data, [CANARY.encode()]) == []
        assert remnants(elodie.folder, [CANARY.encode(), *here]) == []
        assert remnants(camille.folder, [CANARY.encode(), *there]) == []
        for phone in (elodie, camille):
            assert await phone.all_ids("contact") == []
            assert await phone.device.store.journal() == []
            assert (phone.device.status.now.waiting, phone.device.status.now.attention) == (0, 0)
            assert (await phone.round(verify=True)).phase == "idle"
        assert drafts(camille.device.store) == []

    play(story())


def test_unsent_work_about_somebody_erased_goes_although_its_author_lost_the_territory_meanwhile(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        contact = await elodie.create("contact", account_id=perrin, last_name="Petit")
        await elodie.round()
        elodie.link.offline = True
        await elodie.edit("contact", contact, first_name=CANARY)
        await elodie.create("contact", account_id=perrin, last_name="Durand")
        there = sealed(elodie, "outbox", "true")[:1]
        world.clock.now += 60_000
        erase(world, "contact", contact)
        with world.database.write() as connection:
            territories.unassign(connection, world.author, "Lyon", "elodie", date(2026, 9, 21))

        elodie.link.offline = False
        await elodie.round()
        await elodie.round()

        assert remnants(elodie.folder, [CANARY.encode(), *there]) == []
        assert (elodie.device.status.now.waiting, elodie.device.status.now.attention) == (0, 0)
        assert len(await elodie.device.store.journal()) == 1

    play(story())


def test_a_phone_whose_user_lost_the_territory_forgets_who_was_erased(world: World) -> None:
    async def story() -> None:
        perrin, durand = world.account("Maison Perrin", "Lyon"), world.account("Maison Durand", "Lyon")
        elodie = await world.phone("elodie")
        contact = await elodie.create("contact", account_id=perrin, last_name=CANARY)
        await elodie.create("contact", account_id=durand, last_name="Durand")
        await elodie.round()
        await elodie.device.store.draft_put(f"contact:{contact}", {"last_name": f"{CANARY}-Durand"})
        elodie.link.offline = True
        with world.database.write() as connection:
            territories.unassign(connection, world.author, "Lyon", "elodie", date(2026, 9, 21))
        world.clock.now += 60_000
        late = await elodie.create("contact", account_id=perrin, last_name=CANARY)
        held = await elodie.edit("contact", late, first_name=CANARY)
        await elodie.device.store.draft_put(f"attention:{held}", {"first_name": CANARY})
        elodie.link.offline = False
        await elodie.round(verify=True)
        there = [*sealed(elodie, "journal", "true")[:1], *sealed(elodie, "outbox", "true"), *sealed(elodie, "draft", "true")]
        assert sorted(item.state for item in await elodie.device.store.attention()) == ["copy", "held", "refused"]
        assert (len(there), len(await elodie.device.store.journal())) == (5, 2)

        erase(world, "account", perrin)
        assert (await elodie.round(verify=True)).phase == "idle"

        assert remnants(elodie.folder, [CANARY.encode(), *there]) == []
        assert drafts(elodie.device.store) == []
        assert (elodie.device.status.now.waiting, elodie.device.status.now.attention) == (0, 0)
        assert len(await elodie.device.store.journal()) == 1

    play(story())


def test_work_below_an_erased_customer_goes_with_it_and_work_elsewhere_stays(world: World) -> None:
    async def story() -> None:
        perrin, durand = world.account("Maison Perrin", "Lyon"), world.account("Maison Durand", "Lyon")
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        await elodie.create("contact", account_id=perrin, last_name=CANARY)
        kept = await elodie.create("contact", account_id=durand, last_name="Durand")

        erase(world, "account", perrin)
        elodie.link.offline = False
        await elodie.round()
        await elodie.round(verify=True)

        assert await elodie.all_ids("account") == [durand]
        assert await elodie.all_ids("contact") == [kept]
        assert (elodie.device.status.now.waiting, elodie.device.status.now.attention) == (0, 0)

    play(story())


def test_the_rest_of_what_was_sent_about_somebody_erased_arrives_though_its_answer_was_lost(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        store, seen = elodie.device.store, await elodie.shown("account", perrin)
        contact = store.new_id()
        card = RecordEdit("contact", contact, "create", None, {"account_id": Edit(perrin), "last_name": Edit(CANARY)})
        place = RecordEdit("account", perrin, "update", seen.base, {"city": Edit("Bron", seen.fields["city"])})
        sent = await store.write(Draft((card, place), Label("test")))
        elodie.link.faults = [("/push", answer_lost), ("/push", torn)]
        await elodie.round()
        erase(world, "contact", contact)
        await elodie.round()  # the answer is torn once more, and then a page tells of the erasure
        after = await elodie.edit("account", perrin, website="perrin.example")

        assert [each.id for each in await store.outgoing(9)] == [sent, after]
        assert (await elodie.round()).phase == "idle"
        await camille.round()

        for phone in (elodie, camille):
            shown = await phone.record("account", perrin)
            assert shown is not None
            assert (shown["city"], shown["website"]) == ("Bron", "perrin.example")
            assert (phone.device.status.now.waiting, phone.device.status.now.attention) == (0, 0)
        assert remnants(elodie.folder, [CANARY.encode()]) == []

    play(story())


def test_a_sealed_file_brings_nothing_of_somebody_erased_since_to_the_new_phone(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        old = await world.phone("elodie", name="old")
        contact = await old.create("contact", account_id=perrin, last_name="Petit")
        await old.round()
        store, seen = old.device.store, await old.shown("account", perrin)
        old.link.offline = True
        await old.edit("contact", contact, first_name=CANARY)
        about = RecordEdit("contact", contact, "update", None, {"job_title": Edit(CANARY)})
        place = RecordEdit("account", perrin, "update", seen.base, {"city": Edit("Bron", seen.fields["city"])})
        await store.write(Draft((about, place), Label("test")))
        await store.draft_put(f"contact:{contact}", {"last_name": CANARY})
        await store.draft_put(f"account:{perrin}", {"note": "half a sent"})
        data = await store.hand_over("trois mots")
        erase(world, "contact", contact)
        new = await world.phone("elodie", name="new")

        taken = await new.device.store.take_over(data, "trois mots")

        assert (taken.transactions, taken.drafts) == (1, 1)
        assert len(sealed(new, "outbox", "true")) == len(sealed(new, "draft", "true")) == 1
        assert (await new.round(verify=True)).phase == "idle"
        shown = await new.record("account", perrin)
        assert shown is not None
        assert shown["city"] == "Bron"
        assert (new.device.status.now.waiting, new.device.status.now.attention) == (0, 0)

    play(story())


def test_what_a_form_that_was_open_for_long_kept_of_somebody_erased_goes_with_the_next_comparison(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        contact = await elodie.create("contact", account_id=perrin, last_name="Petit")
        await elodie.round()
        erase(world, "contact", contact)
        await elodie.round()
        await elodie.device.store.draft_put(f"contact:{contact}", {"last_name": CANARY})

        await elodie.round(verify=True)

        assert drafts(elodie.device.store) == []

    play(story())


def test_a_restored_backup_does_not_bring_an_erased_person_back(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        before = await elodie.create("contact", account_id=perrin, last_name=CANARY)
        await elodie.round()
        path = world.backup()
        after = await elodie.create("contact", account_id=perrin, last_name=CANARY)
        await elodie.round()
        await camille.round()
        camille.link.offline = True
        for contact in (before, after):
            erase(world, "contact", contact)

        world.restore(path)
        camille.link.offline = False
        for phone in (camille, elodie):
            await phone.sign_in()
            await phone.round()

        with world.database.read() as connection:
            found = connection.exec_driver_sql("SELECT deleted FROM record_meta WHERE kind = 'contact'").scalars().all()
            names = connection.exec_driver_sql("SELECT last_name FROM contact").scalars().all()
        assert (set(found), set(names)) == ({ERASED}, {None})
        for phone in (camille, elodie):
            assert await phone.all_ids("contact") == []
            assert (await phone.round(verify=True)).phase == "idle"
            assert phone.device.status.now.attention == 0

    play(story())


def test_what_a_restored_server_lost_below_somebody_erased_is_not_taken_back(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        durand = world.account("Ferme Durand", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        anne = await elodie.create("contact", account_id=durand, last_name="Durand")
        await elodie.round()
        await camille.round()
        path = world.backup()
        below = await elodie.create("contact", account_id=perrin, last_name=CANARY)
        await elodie.edit("contact", anne, job_title=CANARY)
        await elodie.round()
        await camille.edit("contact", anne, job_title=f"{CANARY} 2")
        await camille.round()
        assert camille.device.status.now.conflicts == 1
        camille.link.offline = True
        await camille.edit("contact", below, first_name=f"{CANARY} 3")

        world.restore(path)
        erase(world, "account", perrin)
        erase(world, "contact", anne)
        camille.link.offline = False
        for phone in (camille, elodie):
            await phone.sign_in()
            await phone.round()
            await phone.round()

        assert remnants(world.config.data, [CANARY.encode()]) == []
        for phone in (camille, elodie):
            assert (await phone.round(verify=True)).phase == "idle"
            assert await phone.all_ids("contact") == await phone.all_ids("conflict") == []
            assert phone.device.status.now.waiting == phone.device.status.now.attention == 0
        assert remnants(elodie.folder, [CANARY.encode()]) == remnants(camille.folder, [CANARY.encode()]) == []

    play(story())
