"""What comes to a phone while a form is open on it: the form saves what was typed, and takes nothing back that it never showed."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from mobile_app.data.desk import Written
from mobile_app.data.repositories.saving import Fields
from mobile_app.ui.features.quotes.page_model import QuoteModel
from mobile_app.ui.features.team.review_model import ReviewModel
from mobile_app.ui.features.visits.model import VisitModel
from shared.sync.change import Base
from tests.simulation.desk import LATER, desk
from tests.simulation.world import World


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


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


def test_what_was_typed_before_the_office_knew_of_a_record_has_seen_nothing_of_what_others_wrote_in_it(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        phone, tablet = await world.phone("elodie"), await world.phone("elodie", name="tablet")
        quote = (await phone.device.quotes.create(perrin)).id
        model = QuoteModel(phone.device, quote)
        await model.load()
        model.form.put("note", "Delivery on Monday")
        await model.form.flush()
        for each in (phone, tablet):
            await each.round()
        seen = await tablet.device.quotes.get(quote)
        await tablet.device.quotes.edit(quote, seen.base, seen.shown, {"note": "No delivery"})
        await tablet.round()
        await phone.restart()
        world.clock.forward(1_000)

        await QuoteModel(phone.device, quote).load()

        for each in (phone, tablet):
            await each.round()
        there = await tablet.device.quotes.get(quote)
        assert (there.note, len(there.conflicts)) == ("Delivery on Monday", 1)

    play(story())


@pytest.mark.parametrize(("writes", "saves"), [("save_notes", "save"), ("check_out", "leave_the_place")])
def test_what_is_typed_into_a_visits_notes_while_they_are_saved_adds_to_them_once(world: World, writes: str, saves: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        phone = await world.phone("elodie")
        visits = phone.device.visits
        visit = (await visits.start(perrin, None, "denied")).id
        model = VisitModel(phone.device, visit)
        await model.load()
        write = getattr(visits, writes)

        async def while_one_types(id_: str, base: Base | None, shown: Fields, wanted: Fields, form: str) -> Written:
            written: Written = await write(id_, base, shown, wanted, form)
            model.form.put("note", "Two ovens, and a mixer")
            return written

        model.form.put("note", "Two ovens")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(visits, writes, while_one_types)
            await getattr(model.form, saves)()
        model.form.ready = False
        await model.load()
        await model.form.save()

        assert (await visits.get(visit)).shown["note"] == "Two ovens, and a mixer"

    play(story())
