"""Edits that did not see each other: what stands, what is kept beside it, and how it is settled."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from tests.fakes.device import FakeClock
from tests.simulation.world import World

DAY_MS = 86_400_000


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_edits_of_different_fields_both_stand_and_the_same_field_becomes_one_conflict(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon", phone="+33478281906", street="1 rue A")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        elodie.link.offline = True
        world.clock.forward(1_000)
        await elodie.edit("account", perrin, phone="+33478281960")
        world.clock.forward(1_000)
        await camille.edit("account", perrin, phone="+33478281999", street="2 rue B")
        await camille.round()
        elodie.link.offline = False
        await elodie.round()
        await camille.round()

        for phone in (elodie, camille):
            seen = await phone.record("account", perrin)
            assert seen is not None
            assert (seen["phone"], seen["street"]) == ("+33478281999", "2 rue B")
            assert phone.device.status.now.conflicts == 1
        conflicts = await elodie.all_ids("conflict")
        entry = await elodie.record("conflict", conflicts[0])
        assert entry is not None
        assert "+33478281960" in str(entry["entries"])

    play(story())


def test_fault_18_a_clock_ten_years_ahead_wins_no_conflict_against_later_edits(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        ahead = FakeClock(world.clock.now_ms() + 10 * 365 * DAY_MS)
        elodie, camille = await world.phone("elodie", clock=ahead), await world.phone("camille")
        await elodie.edit("account", perrin, name="Elodie")
        world.clock.forward(60_000)
        ahead.forward(60_000)
        await camille.edit("account", perrin, name="Camille")
        await elodie.round()
        await camille.round()
        await elodie.round()

        seen = await elodie.record("account", perrin)
        assert seen is not None
        assert seen["name"] == "Camille"
        assert elodie.device.status.now.clock_offset_ms < -9 * 365 * DAY_MS

    play(story())


def test_fault_19_three_devices_one_field_one_stands_and_the_others_are_kept(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        phones = [await world.phone("elodie"), await world.phone("elodie", name="tablet"), await world.phone("camille")]
        for number, phone in enumerate(phones):
            world.clock.forward(1_000)
            await phone.edit("account", perrin, name=f"name {number}")
        for phone in [*phones, *phones]:
            await phone.round()

        conflicts = await phones[0].all_ids("conflict")
        entry = await phones[0].record("conflict", conflicts[0])
        seen = await phones[0].record("account", perrin)
        assert seen is not None
        assert entry is not None
        assert len(conflicts) == 1
        assert seen["name"] == "name 2"
        assert all(f"name {number}" in str(entry["entries"]) for number in range(3))

    play(story())


def test_fault_41_a_form_that_was_open_conflicts_with_what_it_showed(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        form = await elodie.shown("account", perrin)
        await camille.edit("account", perrin, name="Camille's")
        await camille.round()
        await elodie.round()
        world.clock.forward(1_000)

        await elodie.edit_seen("account", perrin, form, name="Elodie's")
        await elodie.round()

        seen = await elodie.record("account", perrin)
        assert seen is not None
        assert seen["name"] == "Elodie's"
        assert elodie.device.status.now.conflicts == 1

    play(story())


def test_settling_a_conflict_closes_it_for_everybody(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        await elodie.edit("account", perrin, name="one")
        await camille.edit("account", perrin, name="two")
        for phone in (elodie, camille, elodie):
            await phone.round()
        assert elodie.device.status.now.conflicts == 1

        world.clock.forward(1_000)
        await elodie.edit("account", perrin, name="three")
        for phone in (elodie, camille):
            await phone.round()

        for phone in (elodie, camille):
            seen = await phone.record("account", perrin)
            assert seen is not None
            assert seen["name"] == "three"
            assert phone.device.status.now.conflicts == 0

    play(story())


def test_a_line_that_is_removed_leaves_no_question_about_it_on_any_phone(world: World) -> None:
    async def story() -> None:
        perrin, oven = world.account("Maison Perrin", "Lyon"), world.product()
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        quote = (await elodie.device.quotes.create(perrin)).id
        line = (await elodie.device.quotes.add_line(quote, oven)).id
        for phone in (elodie, camille):
            await phone.round()
        await elodie.device.quotes.set_line(quote, line, quantity=2_000)
        await camille.device.quotes.set_line(quote, line, quantity=3_000)
        for phone in (elodie, camille, elodie):
            await phone.round()
        assert elodie.device.status.now.conflicts == 1

        await elodie.device.quotes.remove_line(quote, line)
        assert elodie.device.status.now.conflicts == 0
        for phone in (elodie, camille):
            await phone.round()

        for phone in (elodie, camille):
            assert phone.device.status.now.conflicts == 0
            (conflict,) = await phone.all_ids("conflict")
            seen = await phone.record("conflict", conflict)
            assert seen is not None
            assert seen["state"] == "closed"

    play(story())
