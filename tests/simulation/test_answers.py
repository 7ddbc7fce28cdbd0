"""Questions and what can be answered: one question for what belongs together, no answer offered that would be refused."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from mobile_app.data.ports import Fix
from mobile_app.data.repositories.conflicts import ConflictView
from tests.simulation.world import Phone, World


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


async def both_offline_then_sent(
    world: World, first: Phone, second: Phone, one: Coroutine[Any, Any, Any], two: Coroutine[Any, Any, Any]
) -> None:
    """Two persons act unseen of each other; then both exchange, the first one's phone first."""
    for phone, act in ((first, one), (second, two)):
        phone.link.offline = True
        world.clock.forward(60_000)
        await act
    for phone in (first, second, first):
        phone.link.offline = False
        await phone.round()


async def asked(phone: Phone) -> list[tuple[str, list[bool]]]:
    """What is asked here, and which of its values can be kept."""
    return [(view.field, [entry.possible for entry in view.entries]) for view in await phone.device.conflicts.open()]


async def answered(phone: Phone, other: Phone, view: ConflictView, index: int) -> None:
    await phone.device.conflicts.keep(view, index)
    for each in (phone, other, phone):
        await each.round()


def test_two_who_arrived_at_one_visit_are_one_question_of_which_only_what_stands_can_be_noted(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        visit = (await elodie.device.visits.plan(perrin, world.clock.now_ms())).id
        await elodie.round()
        await camille.round()
        one = elodie.device.visits.check_in(visit, None, "denied")
        two = camille.device.visits.check_in(visit, Fix(45.7, 4.8, 5.0, mocked=False), "given")
        await both_offline_then_sent(world, elodie, camille, one, two)

        questions = await asked(elodie)
        (view,) = await elodie.device.conflicts.open()
        await answered(elodie, camille, view, view.standing)

        assert questions == [("arrived_at", [True, False])]
        assert (await elodie.record("visit", visit) or {})["arrived_lat"] is None
        assert (await elodie.device.conflicts.open(), await elodie.device.store.attention()) == ([], [])
        (settled,) = await elodie.device.conflicts.recent()
        assert (settled.field, settled.other) == ("arrived_at", None)

    play(story())


def test_two_managers_who_review_one_visit_are_asked_nothing(world: World) -> None:
    async def story() -> None:
        world.person("nora", "manager", "Lyon")
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille, nora = await world.phone("elodie"), await world.phone("camille"), await world.phone("nora")
        visit = (await elodie.device.visits.start(perrin, None, "off")).id
        await elodie.device.visits.check_out(visit, None, {}, {})
        for phone in (elodie, camille, nora):
            await phone.round()
        reviews = camille.device.visits.review(visit, "Well done."), nora.device.visits.review(visit, "Well done.")
        await both_offline_then_sent(world, camille, nora, *reviews)

        seen = await nora.record("visit", visit)
        assert seen is not None
        assert (seen["state"], seen["reviewed_by"]) == ("reviewed", camille.device.profile.id)
        assert await asked(nora) == []

    play(story())


def test_a_price_that_is_chosen_says_where_it_came_from_and_the_quote_can_be_sent(world: World) -> None:
    async def story() -> None:
        perrin, product = world.account("Maison Perrin", "Lyon"), world.product()
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        quote = (await elodie.device.quotes.create(perrin)).id
        line = (await elodie.device.quotes.add_line(quote, product, 1_000, unit_price=9_000)).id
        await elodie.round()
        await camille.round()
        lists = elodie.device.quotes.set_line(quote, line, list_price=True), camille.device.quotes.set_line(quote, line, unit_price=8_500)
        await both_offline_then_sent(world, elodie, camille, *lists)
        (view,) = [view for view in await elodie.device.conflicts.open() if view.field == "unit_price"]

        await answered(elodie, camille, view, next(place for place, entry in enumerate(view.entries) if entry.value == 8_500))
        kept = await elodie.record("quote_line", line)
        await elodie.device.quotes.send(quote)
        await elodie.round()

        assert kept is not None
        assert (kept["unit_price"], kept["price_origin"]) == (85, "manual")
        assert await elodie.device.store.attention() == []

    play(story())


def test_a_quantity_that_is_chosen_takes_its_price_along_and_the_quote_can_be_sent(world: World) -> None:
    async def story() -> None:
        perrin, product = world.account("Maison Perrin", "Lyon"), world.product((10_000, 900), (100_000, 800))
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        quote = (await elodie.device.quotes.create(perrin)).id
        line = (await elodie.device.quotes.add_line(quote, product, 1_000)).id
        await elodie.round()
        await camille.round()
        quantities = (phone.device.quotes.set_line(quote, line, quantity=n) for phone, n in ((elodie, 10_000), (camille, 100_000)))
        await both_offline_then_sent(world, elodie, camille, *quantities)
        (view,) = [view for view in await elodie.device.conflicts.open() if view.field == "quantity"]

        await answered(elodie, camille, view, next(place for place, entry in enumerate(view.entries) if entry.value == 100_000))
        kept, left = await elodie.record("quote_line", line), await elodie.device.conflicts.open()
        await elodie.device.quotes.send(quote)
        await elodie.round()

        assert kept is not None
        assert (kept["quantity"], kept["list_price"], kept["unit_price"], kept["price_origin"]) == (100, 8, 8, "list")
        assert left == []
        assert await elodie.device.store.attention() == []

    play(story())


def test_a_price_of_ones_own_that_met_the_lists_is_still_asked_about_when_the_quantity_is_chosen(world: World) -> None:
    async def story() -> None:
        perrin, product = world.account("Maison Perrin", "Lyon"), world.product((10_000, 900))
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        quote = (await elodie.device.quotes.create(perrin)).id
        line = (await elodie.device.quotes.add_line(quote, product, 1_000)).id
        await elodie.round()
        await camille.round()
        listed = elodie.device.quotes.set_line(quote, line, quantity=10_000)
        typed = camille.device.quotes.set_line(quote, line, quantity=20_000, unit_price=950)
        await both_offline_then_sent(world, elodie, camille, listed, typed)
        (view,) = [view for view in await elodie.device.conflicts.open() if view.field == "quantity"]

        await answered(elodie, camille, view, next(place for place, entry in enumerate(view.entries) if entry.value == 10_000))

        asked = [(each.field, sorted(str(entry.value) for entry in each.entries)) for each in await elodie.device.conflicts.open()]
        assert asked == [("unit_price", ["900", "950"])]

    play(story())


def test_a_position_is_one_question_and_its_answer_takes_both_numbers(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        one, two = elodie.edit("account", perrin, lat=45.1, lon=4.1), camille.edit("account", perrin, lat=46.2, lon=5.2)
        await both_offline_then_sent(world, elodie, camille, one, two)
        questions = await asked(camille)
        (view,) = await camille.device.conflicts.open()

        await answered(camille, elodie, view, 1 - view.standing)

        seen = await elodie.record("account", perrin)
        assert seen is not None
        assert questions == [("lat", [True, True])]
        assert (seen["lat"], seen["lon"]) == (45.1, 4.1)

    play(story())
