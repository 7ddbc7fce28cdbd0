"""What ends while one is on its page leads on; whoever has gone elsewhere stays there, and what she typed is kept on the way out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from tests.fakes.pictures import png
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.records import HOUR, NOW, contact, visit
from tests.mobile_app.ui.rep import Rep, rep

OVER = visit("v1", "a1", NOW - HOUR, state="checked_out", arrived_at=NOW - HOUR, left_at=NOW)


class Held:
    """Does what ``action`` does once it may end, and says when it was begun."""

    def __init__(self, action: Callable[..., Awaitable[object]]) -> None:
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()
        self._action = action

    async def __call__(self, *args: object, **named: object) -> object:
        self.begun.set()
        await self.may_end.wait()
        return await self._action(*args, **named)


@dataclass(frozen=True)
class Ending:
    """A page whose last tap takes its time: how one comes there, what is tapped, what is held meanwhile, where it leads."""

    page: Callable[[Rep], Awaitable[str]]
    taps: tuple[str, ...]
    held: Callable[[Rep], tuple[object, str]]
    leads: str = "/today"
    role: str = "rep"


def at(route: str) -> Callable[[Rep], Awaitable[str]]:
    async def page(_app: Rep) -> str:
        return route

    return page


async def at_a_photo(app: Rep) -> str:
    await app.device.photos.add("v1", "window.png", png(40, 30))
    return f"/photos/{(await app.device.photos.of_visit('v1'))[0].id}"


async def at_refused_work(app: Rep) -> str:
    txn = await app.phone.edit("account", "a1", {"phone": None}, 1, phone="04 72 11")
    await app.phone.push("refused")
    return f"/attention/{txn}"


async def at_a_draft(app: Rep) -> str:
    quote = (await app.device.quotes.create("a1")).id
    await app.device.quotes.add_line(quote, "p1", 1_000, "en")
    return f"/quotes/{quote}"


async def at_a_sent_quote(app: Rep) -> str:
    route = await at_a_draft(app)
    await app.device.quotes.send(route.rsplit("/", 1)[1])
    return route


def gate(app: Rep) -> tuple[object, str]:
    async def change_server(_server: str) -> None:
        """It answers as it should."""

    app.gate.change_server = change_server  # type: ignore[attr-defined]
    return app.gate, "change_server"


ENDINGS = {
    "a contact is deleted": Ending(
        at("/contacts/c1/edit"), ("delete-contact", "confirm-delete"), lambda app: (app.device.contacts, "delete")
    ),
    "a photo is deleted": Ending(at_a_photo, ("delete-photo",), lambda app: (app.device.photos, "delete")),
    "refused work is sent again": Ending(at_refused_work, ("send-again",), lambda app: (app.device.store, "retry")),
    "refused work is given up": Ending(at_refused_work, ("discard", "discard-now"), lambda app: (app.device.store, "discard")),
    "the office has moved": Ending(at("/settings/server"), ("save-server",), gate),
    "a visit is begun": Ending(at("/customers/a1"), ("start-visit",), lambda app: (app.places, "fix"), "/visits/"),
    "a quote is begun": Ending(at("/customers/a1"), ("new-quote",), lambda app: (app.device.quotes, "create"), "/quotes/"),
    "a quote is offered at a visit": Ending(at("/visits/v1"), ("new-quote",), lambda app: (app.device.quotes, "create"), "/quotes/"),
    "a sent quote is revised": Ending(at_a_sent_quote, ("revise-quote",), lambda app: (app.device.quotes, "revise"), "/quotes/"),
    "a visit is reviewed": Ending(at("/review/v1"), ("mark-reviewed",), lambda app: (app.device.visits, "review"), "/review", "manager"),
}
EVERY = pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())


async def ended(ending: Ending, *, elsewhere: str = "") -> str:
    """Where one is once the page has done its work, having gone ``elsewhere`` while it did."""
    async with rep(contact("c1", "a1", last_name="Roux"), OVER, role=ending.role) as app:
        app.session.go("/today" if ending.role == "rep" else "/team")
        app.session.go(await ending.page(app))
        *before, last = ending.taps
        for tap in before:
            await app.tap(tap)
        owner, name = ending.held(app)
        held = Held(getattr(owner, name))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(owner, name, held)
            tapped = asyncio.create_task(app.tap(last))
            await held.begun.wait()
            if elsewhere:
                app.session.go(elsewhere)
            begun = app.route
            held.may_end.set()
            await tapped
            await (app.h.settle(20) if elsewhere else app.h.until(lambda: app.route != begun))
            return app.route


@EVERY
def test_whoever_waited_is_led_on(ending: Ending) -> None:
    assert run(ended(ending)).startswith(ending.leads)


@EVERY
def test_whoever_went_elsewhere_stays_there(ending: Ending) -> None:
    assert run(ended(ending, elsewhere="/settings")) == "/settings"


async def caption(app: Rep, _route: str) -> str:
    return (await app.device.photos.of_visit("v1"))[0].caption


async def note(app: Rep, route: str) -> str:
    return (await app.device.quotes.get(route.rsplit("/", 1)[1])).note


async def comment(app: Rep, _route: str) -> str:
    return (await app.device.visits.get("v1")).comment


@pytest.mark.parametrize(
    ("page", "field", "kept", "role"),
    [
        (at_a_photo, "field-caption", caption, "rep"),
        (at_a_draft, "field-note", note, "rep"),
        (at("/review/v1"), "field-comment", comment, "manager"),
    ],
    ids=["a photo's caption", "a quote's note", "a manager's comment"],
)
def test_what_was_typed_is_saved_by_going_back_too(
    page: Callable[[Rep], Awaitable[str]], field: str, kept: Callable[[Rep, str], Awaitable[str]], role: str
) -> None:
    """On a phone no field is left before the page is gone."""

    async def go() -> str:
        async with rep(OVER, role=role) as app:
            route = await page(app)
            app.session.go(route)
            await app.type(field, "La vitrine refaite")
            app.session.back()
            await app.h.settle(20)
            return await kept(app, route)

    assert run(go()) == "La vitrine refaite"


def test_a_caption_half_typed_does_not_bring_a_deleted_photo_back() -> None:
    async def go() -> list[str]:
        async with rep(OVER) as app:
            app.session.go(await at_a_photo(app))
            await app.type("field-caption", "La vitrine")
            await app.tap("delete-photo")
            await app.sees("The photo is deleted.")
            await app.h.settle(20)
            assert not await app.device.photos.of_visit("v1")
            return [item.action for item in await app.device.store.waiting()]

    assert run(go())[-1] == "photo.delete"
