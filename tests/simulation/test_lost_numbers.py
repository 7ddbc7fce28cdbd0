"""A vault whose counter of quotes is damaged: it is salvaged, the phone becomes another device, and no number is given twice."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing

import pytest
from sqlalchemy import select

from mobile_app.data.gate import Opened
from shared.errors import RecordRefused
from shared.models.registry import raw_table
from tests.simulation.link import answer_lost
from tests.simulation.test_bad_days import play
from tests.simulation.world import Phone, World


async def number_of(phone: Phone, quote: str) -> str:
    return (await phone.device.quotes.get(quote)).number


def numbers_at(world: World) -> list[str]:
    """What the office has."""
    with world.database.read() as connection:
        return list(connection.scalars(select(raw_table("quote").c.number)))


async def damaged(phone: Phone, harm: str = "UPDATE meta SET value = zeroblob(40) WHERE key = 'counter:quote'") -> None:
    """Lock the phone, do it harm (to the counter), and open it again where there is no network."""
    await phone.host.lock()
    with closing(sqlite3.connect(next(phone.folder.glob("*.vault")))) as vault, vault:
        vault.executescript(harm)
    phone.link.offline = True
    await phone.unlock()
    assert isinstance(phone.host.state, Opened)
    assert phone.host.state.salvaged
    phone.link.offline = False


async def left_alone(_phone: Phone, _quote: str) -> None:
    """Nothing becomes of it."""


async def deleted(phone: Phone, quote: str) -> None:
    """It is deleted, and the office knows."""
    await phone.delete("quote", quote)
    await phone.round()


async def given_away(phone: Phone, quote: str) -> None:
    """Its customer goes to a colleague, and a backup holds all that was written: nothing on the phone tells of it any more."""
    quoted = await phone.record("quote", quote)
    assert quoted is not None
    phone.world.person("sophie", "rep", "Annecy")
    phone.world.office("account", str(quoted["account_id"]), territory_id=phone.world.ids["Annecy"])
    phone.world.backup()
    await phone.round()
    assert await phone.record("quote", quote) is None
    assert not await phone.device.store.journal()


@pytest.mark.parametrize("becomes", [left_alone, deleted, given_away])
def test_a_phone_whose_counter_was_damaged_gives_no_number_that_the_office_has(
    world: World, becomes: Callable[[Phone, str], Awaitable[None]]
) -> None:
    async def story() -> None:
        perrin, mure = world.account("Maison Perrin", "Lyon"), world.account("La Mure", "Lyon")
        elodie = await world.phone("elodie")
        quotes = [(await elodie.device.quotes.create(customer)).id for customer in (perrin, perrin, mure)]
        given = [await number_of(elodie, quote) for quote in quotes]
        await elodie.round()
        await becomes(elodie, quotes[-1])

        await damaged(elodie)
        assert (await elodie.round()).phase == "idle"
        await elodie.enrolled_anew()
        another = await number_of(elodie, (await elodie.device.quotes.create(perrin)).id)
        one_more = await number_of(elodie, (await elodie.device.quotes.create(perrin)).id)

        assert len({*given, another, one_more}) == 5
        assert (another[-4:], one_more[-4:]) == ("0001", "0002")
        assert (await elodie.round(verify=True)).phase == "idle"
        assert sorted(numbers_at(world)) == sorted([*given, another, one_more])

    play(story())


def test_a_phone_whose_counter_was_damaged_gives_no_number_that_waits_in_its_outbox_nor_any_before_it_has_synced(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        site = await elodie.create("account", name="Fournil Neuf", territory_id=world.ids["Lyon"], country="FR")
        waits = await number_of(elodie, (await elodie.device.quotes.create(site)).id)
        assert waits.endswith("0001")

        await damaged(elodie)
        with pytest.raises(RecordRefused, match="numbers_unknown"):
            await elodie.device.quotes.create(site)
        elodie.link.faults = [("/v1/devices/again", answer_lost)]
        await elodie.round()
        await elodie.enrolled_anew()
        with pytest.raises(RecordRefused, match="numbers_unknown"):
            await elodie.device.quotes.create(perrin)
        await elodie.enrolled_anew()
        another = await number_of(elodie, (await elodie.device.quotes.create(perrin)).id)
        await elodie.round()

        assert another.endswith("0001")
        assert sorted(numbers_at(world)) == sorted([waits, another])

    play(story())


def test_a_phone_of_which_damage_took_records_only_numbers_its_first_quote_as_the_device_that_it_was(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        before = elodie.device.store.identity.device

        await damaged(elodie, "UPDATE record SET sealed = zeroblob(64)")
        await elodie.round()
        await elodie.enrolled_anew()
        first = await number_of(elodie, (await elodie.device.quotes.create(perrin)).id)

        assert elodie.device.store.identity.device == before
        assert first.endswith(f"-{before}-0001")

    play(story())


def test_a_phone_whose_counter_was_damaged_gives_no_number_that_a_restored_server_has_lost(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        path = world.backup()
        given = [await number_of(elodie, (await elodie.device.quotes.create(perrin)).id) for _ in range(2)]
        await elodie.round()
        world.restore(path)

        await damaged(elodie)
        await elodie.sign_in()
        await elodie.enrolled_anew()
        another = await number_of(elodie, (await elodie.device.quotes.create(perrin)).id)

        assert (await elodie.round(verify=True)).phase == "idle"
        assert another.endswith("0001")
        assert sorted(numbers_at(world)) == sorted([*given, another])

    play(story())


_COUNTER = "UPDATE meta SET value = zeroblob(40) WHERE key = 'counter:quote'"
_RECORDS = "UPDATE record SET sealed = zeroblob(64)"
_NOTE = "UPDATE meta SET key = 'lost:counter:quotf' WHERE key = 'lost:counter:quote'"
_NAME = "UPDATE meta SET key = 'counter:quotf' WHERE key = 'counter:quote'"
_VERSION = "UPDATE meta SET key_version = 0 WHERE key IN ('counter:quote', 'counter:quotf')"


@pytest.mark.parametrize(
    "harms",
    [
        [[_COUNTER], [_RECORDS]],
        [[_COUNTER], [_RECORDS], [_RECORDS]],
        [[_COUNTER], [_RECORDS, _NOTE]],
        [[_RECORDS, _NAME]],
        [[_RECORDS, _VERSION]],
        [[_RECORDS, _NAME, _VERSION]],
    ],
    ids=["damaged again", "and again", "and in the note of it", "hit in its name", "in its version", "in both"],
)
def test_a_phone_whose_counter_is_lost_knows_it_until_it_is_another_device_whatever_is_damaged(
    world: World, harms: list[list[str]]
) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        given = [await number_of(elodie, (await elodie.device.quotes.create(perrin)).id) for _ in range(2)]
        await elodie.round()
        for harm in harms:
            await damaged(elodie, "; ".join(harm))
            assert await elodie.device.store.numbers_lost()
            elodie.link.faults = [("/v1/devices/again", answer_lost)]  # the records come again, and it stays the device that it was
            await elodie.round()
            await elodie.enrolled_anew()

        await elodie.round()
        await elodie.enrolled_anew()
        another = await number_of(elodie, (await elodie.device.quotes.create(perrin)).id)
        await elodie.round()

        assert sorted(numbers_at(world)) == sorted({*given, another})
        assert len({*given, another}) == 3

    play(story())
