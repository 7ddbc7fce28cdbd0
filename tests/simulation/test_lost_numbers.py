"""A vault whose counter of quotes is damaged: it is salvaged, and no number is given twice."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing

import pytest

from mobile_app.data.gate import Opened
from shared.errors import RecordRefused
from tests.simulation.test_bad_days import play
from tests.simulation.world import Phone, World


async def number_of(phone: Phone, quote: str) -> str:
    return (await phone.device.quotes.get(quote)).number


async def damaged(phone: Phone) -> None:
    """Lock the phone, harm the counter, and open it again."""
    await phone.host.lock()
    with closing(sqlite3.connect(next(phone.folder.glob("*.vault")))) as vault, vault:
        vault.execute("UPDATE meta SET value = zeroblob(40) WHERE key = 'counter:quote'")
    await phone.unlock()


async def left_alone(_phone: Phone, _quote: str) -> None:
    """Nothing becomes of it."""


async def deleted(phone: Phone, quote: str) -> None:
    """It is deleted, and the office knows."""
    await phone.delete("quote", quote)
    await phone.round()


@pytest.mark.parametrize("becomes", [left_alone, deleted])
def test_a_phone_whose_counter_was_damaged_gives_no_number_that_the_office_has(
    world: World, becomes: Callable[[Phone, str], Awaitable[None]]
) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        quotes = [(await elodie.device.quotes.create(perrin)).id for _ in range(3)]
        given = [await number_of(elodie, quote) for quote in quotes]
        await elodie.round()
        await becomes(elodie, quotes[-1])

        await damaged(elodie)
        assert isinstance(elodie.host.state, Opened)
        assert elodie.host.state.salvaged
        await elodie.round()
        another = await number_of(elodie, (await elodie.device.quotes.create(perrin)).id)
        one_more = await number_of(elodie, (await elodie.device.quotes.create(perrin)).id)

        assert len({*given, another, one_more}) == 5
        assert (another[-4:], one_more[-4:]) == ("0004", "0005")

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
        elodie.link.offline = False
        await elodie.round()

        assert (await number_of(elodie, (await elodie.device.quotes.create(perrin)).id)).endswith("0002")

    play(story())
