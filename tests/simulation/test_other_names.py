"""Phones that have to become another device: one that its operating system restored from a copy, one that a restored server never met."""

import asyncio
import shutil
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from tests.simulation.link import answer_lost
from tests.simulation.world import Phone, World


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


async def copied(phone: Phone) -> Path:
    """Lock the phone, and let its operating system copy what it has."""
    await phone.host.lock()
    return Path(shutil.copytree(phone.folder, phone.folder.with_name("copy")))


async def brought_back(phone: Phone, copy: Path) -> None:
    """Lose the phone; the operating system of another one brings the copy back, and the app is started there."""
    await phone.host.lock()
    shutil.rmtree(phone.folder)
    shutil.copytree(copy, phone.folder)
    phone.boot()


def test_fault_44_a_phone_restored_from_a_copy_enrols_anew_keeps_its_outbox_and_sends_nothing_twice(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        unsent = await elodie.create("contact", account_id=perrin, last_name="Unsent when the copy was made")
        copy = await copied(elodie)
        elodie.link.offline = False
        await elodie.unlock()
        later = await elodie.create("contact", account_id=perrin, last_name="Sent after the copy")
        await elodie.round()
        old = elodie.device.store.identity.device

        await brought_back(elodie, copy)
        elodie.link.offline = True
        await elodie.unlock()
        fresh = await elodie.create("contact", account_id=perrin, last_name="Written on the restored phone")
        newest = await elodie.create("contact", account_id=perrin, last_name="And another one")
        elodie.link.offline = False
        assert (await elodie.round()).code == "device_restored"
        await elodie.enrolled_anew()
        await elodie.round()

        assert elodie.device.store.identity.device != old
        assert set(await elodie.all_ids("contact")) == {unsent, later, fresh, newest}
        assert (elodie.device.status.now.waiting, elodie.device.status.now.attention) == (0, 0)
        assert (await elodie.round(verify=True)).phase == "idle"
        with world.database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM contact").scalar_one() == 4
            assert connection.exec_driver_sql("SELECT count(*) FROM txn_log").scalar_one() == 4
            assert connection.exec_driver_sql("SELECT count(*) FROM conflict").scalar_one() == 0
        await elodie.restart()
        assert (await elodie.round()).phase == "idle"

    play(story())


def test_fault_44_a_phone_that_did_not_hear_what_it_became_or_died_of_it_becomes_the_same_device(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        copy = await copied(elodie)
        await elodie.unlock()
        sent = await elodie.create("contact", account_id=perrin, last_name="Sent after the copy")
        await elodie.round()
        await brought_back(elodie, copy)
        await elodie.unlock()
        fresh = await elodie.create("contact", account_id=perrin, last_name="Written on the restored phone")

        elodie.link.faults = [("/v1/devices/again", answer_lost)]
        await elodie.round()
        await elodie.enrolled_anew()
        world.clock.forward(20 * 60_000)
        await elodie.restart()
        await elodie.enrolled_anew()

        assert elodie.link.requests.count("/v1/devices/again") == 1
        assert (await elodie.round(verify=True)).phase == "idle"
        assert set(await elodie.all_ids("contact")) == {sent, fresh}
        with world.database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM device").scalar_one() == 2
        await elodie.restart()
        assert (await elodie.round()).phase == "idle"

    play(story())


async def with_a_quote(phone: Phone, account: str, product: str) -> str:
    """Write a quote of one line; give its id."""
    quote = (await phone.device.quotes.create(account)).id
    await phone.device.quotes.add_line(quote, product)
    return quote


def test_a_phone_restored_from_a_copy_gives_no_quote_a_number_that_it_gave_before(world: World) -> None:
    async def story() -> None:
        perrin, oven = world.account("Maison Perrin", "Lyon"), world.product()
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        early = await with_a_quote(elodie, perrin, oven)
        copy = await copied(elodie)
        elodie.link.offline = False
        await elodie.unlock()
        later = await with_a_quote(elodie, perrin, oven)
        await elodie.round()
        given = {quote: (await elodie.device.quotes.get(quote)).number for quote in (early, later)}

        await brought_back(elodie, copy)
        elodie.link.offline = True
        await elodie.unlock()
        fresh = await with_a_quote(elodie, perrin, oven)
        twice = (await elodie.device.quotes.get(fresh)).number
        await elodie.device.quotes.send(fresh)
        revision = (await elodie.device.quotes.revise(fresh)).id
        elodie.link.offline = False
        await elodie.round()
        await elodie.enrolled_anew()
        newest = await with_a_quote(elodie, perrin, oven)
        await elodie.round()

        numbers = {quote: (await elodie.device.quotes.get(quote)).number for quote in (early, later, fresh, revision, newest)}
        assert twice == given[later]
        assert {quote: numbers[quote] for quote in given} == given
        assert numbers[fresh] == numbers[revision]
        assert len(set(numbers.values())) == 4
        assert all(f"-{elodie.device.store.identity.device}-" in numbers[quote] for quote in (fresh, newest))
        assert twice not in [entry.params["number"] for _, entry in await elodie.device.store.journal()]
        assert (elodie.device.status.now.waiting, elodie.device.status.now.attention) == (0, 0)
        assert (await elodie.round(verify=True)).phase == "idle"
        with world.database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM quote").scalar_one() == 5

    play(story())


def test_a_quote_that_was_handed_over_before_its_phone_numbered_it_anew_takes_effect_once(world: World) -> None:
    async def story() -> None:
        perrin, oven = world.account("Maison Perrin", "Lyon"), world.product()
        old, new = await world.phone("elodie", name="old"), await world.phone("elodie", name="new")
        copy = await copied(old)
        await old.unlock()
        await old.create("contact", account_id=perrin, last_name="Sent after the copy")
        await old.round()
        await brought_back(old, copy)
        old.link.offline = True
        await old.unlock()
        quote = await with_a_quote(old, perrin, oven)
        file = await old.device.store.hand_over("seven words")
        old.link.offline = False
        await old.round()
        await old.enrolled_anew()
        await old.round()

        await new.device.store.take_over(file, "seven words")
        later = await new.create("contact", account_id=perrin, last_name="Later work")
        assert (await new.round()).phase == "idle"
        await old.round()

        for phone in (old, new):
            assert (phone.device.status.now.waiting, phone.device.status.now.attention) == (0, 0)
            assert (await phone.device.quotes.get(quote)).number.split("-")[1] == old.device.store.identity.device
            assert later in await phone.all_ids("contact")
            assert (await phone.round(verify=True)).phase == "idle"
        with world.database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM quote").scalar_one() == 1

    play(story())


def test_a_phone_that_enrolled_after_the_backup_gets_in_again_with_all_that_it_holds(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        path = world.backup()
        elodie = await world.phone("elodie")
        sent = await elodie.create("contact", account_id=perrin, last_name="Sent before the loss")
        await elodie.round()
        elodie.link.offline = True
        unsent = await elodie.create("contact", account_id=perrin, last_name="Not sent yet")
        old = elodie.device.store.identity.device

        world.restore(path)
        elodie.link.offline = False
        assert (await elodie.round()).phase == "signed_out"
        await elodie.sign_in()
        await elodie.round()

        assert elodie.device.store.identity.device != old
        assert set(await elodie.all_ids("contact")) == {sent, unsent}
        assert (elodie.device.status.now.waiting, elodie.device.status.now.attention) == (0, 0)
        assert (await elodie.round(verify=True)).phase == "idle"
        await elodie.restart()
        assert elodie.device.store.identity.device != old

    play(story())
