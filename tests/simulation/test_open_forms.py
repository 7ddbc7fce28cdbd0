"""What comes to a phone while a form is open on it: the form saves what was typed, and takes nothing back that it never showed."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import pytest

from mobile_app.data.desk import Written
from mobile_app.data.repositories.quote_desk import SeenLine
from mobile_app.ui.features.quotes.line_form import LineForm
from mobile_app.ui.features.quotes.page_model import QuoteModel
from mobile_app.ui.features.team.review_model import ReviewModel
from mobile_app.ui.i18n import words
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

    async def order(self, quantity: int) -> None:
        """Write another quantity on the tablet, and have the phone hear of it; whatever is written next is later."""
        await self.tablet.device.quotes.set_line(self.quote, self.line, quantity=quantity)
        await self.exchange(self.tablet, self.phone)
        self.phone.clock.forward(1_000)

    async def opened_line(self) -> LineForm:
        """The line's form, opened on the phone."""
        form = LineForm(self.phone.device, self.quote, self.line, words("en"))
        await form.open()
        return form

    async def killed(self, form: LineForm, **typed: str) -> LineForm:
        """Type into the form, kill the app, let the tablet write another quantity, and open the line again."""
        for name, text in typed.items():
            form.put(name, text)
        await form.flush()
        await self.phone.restart()
        await self.order(40_000)
        return await self.opened_line()

    async def standing(self) -> tuple[object, object, int]:
        """Quantity and discount as they stand everywhere, and how many questions there are."""
        await self.exchange(self.phone, self.tablet)
        quote = await self.tablet.device.quotes.get(self.quote)
        return quote.lines[0].shown["quantity"], quote.lines[0].shown["discount"] or 0, len(quote.conflicts)


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


def test_a_quantity_that_came_while_a_lines_form_was_open_is_asked_about_and_not_overwritten_unseen(world: World) -> None:
    async def story() -> None:
        at = await desk(world)
        form = await at.opened_line()
        form.put("quantity", "6")
        await at.order(40_000)

        await form.save()

        assert await at.standing() == (6_000, 0, 1)

    play(story())


def test_a_line_that_is_taken_up_after_a_kill_writes_only_what_was_typed_into_it(world: World) -> None:
    async def story() -> None:
        at = await desk(world)
        form = await at.killed(await at.opened_line(), discount="5")
        shown = form.text("quantity"), form.text("discount")

        await form.save()

        assert shown == ("40", "5")
        assert await at.standing() == (40_000, 500, 0)

    play(story())


def test_a_quantity_typed_before_a_kill_has_not_seen_the_one_that_came_meanwhile(world: World) -> None:
    async def story() -> None:
        at = await desk(world)
        form = await at.killed(await at.opened_line(), quantity="6")

        await form.save()

        assert await at.standing() == (6_000, 0, 1)

    play(story())


@pytest.mark.parametrize(
    ("quantity", "standing"),
    [("6", (6_000, 0, 1)), ("40", (40_000, 0, 0))],
    ids=["another quantity", "nothing that is not there"],
)
def test_a_draft_that_says_nothing_of_what_was_shown_overwrites_nothing_unasked(
    world: World, quantity: str, standing: tuple[int, int, int]
) -> None:
    """Such are those that an earlier version of the app kept."""

    async def story() -> None:
        at = await desk(world)
        await at.phone.device.store.draft_put(f"quote_line:{at.line}", {"quantity": quantity, "discount": "", "unit_price": ""})
        await at.order(40_000)
        form = await at.opened_line()
        typed = form.text("quantity"), form.changed

        await form.save()

        assert typed == (quantity, quantity == "6")
        assert await at.standing() == standing
        assert await at.phone.device.store.draft_get(f"quote_line:{at.line}") is None

    play(story())


def test_what_is_typed_into_a_line_while_it_is_saved_is_kept(world: World) -> None:
    async def story() -> None:
        at = await desk(world)
        opened = await at.opened_line()
        quotes = at.phone.device.quotes
        write = quotes.set_line

        async def while_one_types(id_: str, line_id: str, *, quantity: int, seen: SeenLine, form: str) -> Written:
            opened.put("discount", "5")
            return await write(id_, line_id, quantity=quantity, seen=seen, form=form)

        opened.put("quantity", "6")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(quotes, "set_line", while_one_types)
            await opened.save()

        assert opened.changed
        await opened.save()
        assert await at.standing() == (6_000, 500, 0)

    play(story())
