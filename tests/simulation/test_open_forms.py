"""What comes to a phone while a form is open on it: the form saves what was typed, and takes nothing back that it never showed."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from mobile_app.ui.features.quotes.page_model import QuoteModel
from mobile_app.ui.features.team.review_model import ReviewModel
from tests.simulation.world import Phone, World

LATER = "2099-12-31"


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


@dataclass
class Desk:
    """Élodie's phone and her tablet, with a draft of hers on both."""

    phone: Phone
    tablet: Phone
    quote: str
    line: str

    async def exchange(self, *phones: Phone) -> None:
        for phone in phones:
            await phone.round()

    async def extend(self) -> None:
        """Put the quote's last day off, on the tablet, and have the phone hear of it."""
        seen = await self.tablet.device.quotes.get(self.quote)
        await self.tablet.device.quotes.edit(self.quote, seen.base, seen.shown, {"valid_until": LATER})
        await self.exchange(self.tablet, self.phone)


async def desk(world: World) -> Desk:
    perrin, oven = world.account("Maison Perrin", "Lyon"), world.product()
    phone, tablet = await world.phone("elodie"), await world.phone("elodie", name="tablet")
    quote = (await phone.device.quotes.create(perrin)).id
    line = (await phone.device.quotes.add_line(quote, oven, 5_000)).id
    found = Desk(phone, tablet, quote, line)
    await found.exchange(phone, tablet)
    return found


def test_a_comment_that_came_while_one_wrote_ones_own_stays_beside_it_however_often_the_form_is_saved(world: World) -> None:
    async def story() -> None:
        world.person("nora", "manager", "Lyon")
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille, nora = await world.phone("elodie"), await world.phone("camille"), await world.phone("nora")
        visit = (await elodie.device.visits.start(perrin, None, "denied")).id
        await elodie.device.visits.check_out(visit)
        for phone in (elodie, camille, nora):
            await phone.round()
        model = ReviewModel(camille.device, visit)
        await model.load()
        model.form.put("comment", "Good work, call them on Monday")
        seen = await nora.device.visits.get(visit)
        await nora.device.visits.comment(visit, seen.base, seen.shown, "The discount is not approved")
        for phone in (nora, camille):
            await phone.round()

        await model.keep()
        await model.review()

        for phone in (camille, nora):
            await phone.round()
        read = (await nora.device.visits.get(visit)).comment
        assert set(read.splitlines()) == {"Good work, call them on Monday", "The discount is not approved"}
        assert model.form.text("comment") == read

    play(story())


def test_a_field_of_a_quote_that_nobody_touched_is_not_put_back_by_a_second_save(world: World) -> None:
    async def story() -> None:
        at = await desk(world)
        model = QuoteModel(at.phone.device, at.quote)
        await model.load()
        model.form.put("note", "Delivery on Monday")
        await at.extend()

        await model.form.keep()
        await model.send()

        await at.exchange(at.phone, at.tablet)
        there = await at.tablet.device.quotes.get(at.quote)
        assert (there.shown["valid_until"], there.note, there.state) == (LATER, "Delivery on Monday", "sent")
        assert there.conflicts == ()

    play(story())


def test_a_word_that_was_taken_back_holds_nothing_at_what_was_there_and_asks_nobody_anything(world: World) -> None:
    async def story() -> None:
        at = await desk(world)
        model = QuoteModel(at.phone.device, at.quote)
        await model.load()
        model.form.put("note", "x")
        model.form.put("note", "")
        await model.form.flush()
        await at.extend()
        await model.load()
        shown = model.form.text("valid_until")
        await at.phone.restart()

        model = QuoteModel(at.phone.device, at.quote)
        await model.load()
        model.form.put("valid_until", "2099-11-30")
        await model.form.keep()

        assert shown == LATER
        await at.exchange(at.phone, at.tablet)
        there = await at.tablet.device.quotes.get(at.quote)
        assert (there.shown["valid_until"], there.conflicts) == ("2099-11-30", ())

    play(story())
