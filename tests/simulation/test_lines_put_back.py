"""A quote's line that was taken off and is put back: the same line, on every phone, whatever became of its product."""

import asyncio

import pytest

from tests.simulation.world import World


@pytest.mark.parametrize("between", ["", "removed", "both"], ids=["nothing sent", "the line sent", "the removal sent too"])
def test_a_line_is_put_back_as_it_was_though_its_product_and_its_price_have_gone_meanwhile(world: World, between: str) -> None:
    async def story() -> None:
        perrin, oven = world.account("Maison Perrin", "Lyon"), world.product()
        phone, tablet = await world.phone("elodie"), await world.phone("elodie", name="tablet")
        quotes = phone.device.quotes
        quote = (await quotes.create(perrin)).id
        line = (await quotes.add_line(quote, oven, 5_000)).id
        await quotes.set_line(quote, line, description="Oven, by the window", discount=500)
        before = (await quotes.get(quote)).lines[0].shown
        if between:
            await phone.round()
        await quotes.remove_line(quote, line)
        (rule,) = await phone.all_ids("price_rule")
        with world.database.write() as connection:
            world.author.delete(connection, "price_rule", rule)
            world.author.delete(connection, "product", oven)
        if between == "both":
            await phone.round()
            await tablet.round()
            assert (await tablet.device.quotes.get(quote)).lines == ()

        await quotes.restore_line(quote, line)

        for each in (phone, tablet):
            await each.round()
        for each in (phone, tablet):
            (shown,) = (await each.device.quotes.get(quote)).lines
            assert (shown.id, shown.shown) == (line, before)
            assert each.device.status.now.conflicts == 0

    asyncio.run(story())


def test_a_line_that_somebody_put_back_is_not_lost_to_a_removal_that_had_not_seen_it(world: World) -> None:
    async def story() -> None:
        perrin, oven = world.account("Maison Perrin", "Lyon"), world.product()
        phone, tablet = await world.phone("elodie"), await world.phone("elodie", name="tablet")
        quote = (await phone.device.quotes.create(perrin)).id
        line = (await phone.device.quotes.add_line(quote, oven)).id
        for each in (phone, tablet):
            await each.round()
        tablet.link.offline = True
        await tablet.device.quotes.remove_line(quote, line)
        await phone.device.quotes.remove_line(quote, line)
        await phone.device.quotes.restore_line(quote, line)
        tablet.link.offline = False
        for each in (phone, tablet, phone):
            await each.round()

        for each in (phone, tablet):
            assert [shown.id for shown in (await each.device.quotes.get(quote)).lines] == [line]

    asyncio.run(story())
