"""What comes to a phone while a quote's line is open on it, or half typed and left: nothing that was not seen is overwritten unasked."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from mobile_app.data.desk import Written
from mobile_app.data.repositories.quote_desk import SeenLine
from tests.simulation.desk import desk
from tests.simulation.world import World


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


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
