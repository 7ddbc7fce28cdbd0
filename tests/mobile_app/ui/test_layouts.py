"""One set of bodies, framed for a phone and for a tablet."""

from collections.abc import Callable

import flet as ft

from mobile_app.ui.design import TopBar, text
from mobile_app.ui.i18n import words
from mobile_app.ui.layouts import MANAGER_PLACES, Frame, Pane, Screen
from tests.mobile_app.ui.harness import Harness, run


def app(width: float, went: list[str], *, detail: bool = False, manager: bool = False) -> Callable[[ft.Page], None]:
    """Return an app with a list, and with a detail on request."""
    frame = Frame(width, "team", went.append, MANAGER_PLACES) if manager else Frame(width, "customers", went.append, counts={"todo": 2})

    @ft.component
    def root() -> list[ft.View]:
        listing = Pane(frame, TopBar("List"), [text("row")], listing=True)
        page = Pane(frame, TopBar("Page"), [text("fact")])
        return [Screen(words("fr"), frame, listing, page if detail else None)]

    return lambda page: page.render_views(root)


def test_a_phone_has_four_tabs_and_a_tablet_a_rail() -> None:
    async def go(width: float) -> tuple[int, int]:
        async with Harness(app(width, []), width=width) as h:
            return len(h.find(ft.NavigationBarDestination)), len(h.find(ft.NavigationRailDestination))

    assert (run(go(390)), run(go(1024))) == ((4, 0), (0, 4))


def test_a_manager_has_places_of_their_own() -> None:
    async def go() -> list[object]:
        async with Harness(app(1024, [], manager=True), width=1024) as h:
            return [place.label for place in h.find(ft.NavigationRailDestination)]

    assert run(go()) == ["Équipe", "À relire", "Clients", "Devis", "À trancher"]


def test_a_tap_on_a_tab_goes_to_its_place() -> None:
    went: list[str] = []

    async def go() -> None:
        async with Harness(app(390, went)) as h:
            await h.fire(h.find(ft.NavigationBar)[0], "change", 3, selected_index=3)

    run(go())

    assert went == ["/todo"]


def test_where_something_waits_its_place_says_how_much() -> None:
    async def go() -> list[object]:
        async with Harness(app(390, [])) as h:
            return [icon.badge.label for icon in h.find(ft.Icon) if isinstance(icon.badge, ft.Badge)]

    assert set(run(go())) == {"2"}


def test_a_list_and_its_page_share_a_wide_window_only() -> None:
    async def go(width: float) -> list[str]:
        async with Harness(app(width, [], detail=True), width=width) as h:
            return [shown for shown in h.texts() if shown in ("List", "Page")]

    assert [run(go(width)) for width in (390, 700, 1024)] == [["Page"], ["Page"], ["List", "Page"]]


def test_a_page_that_covers_its_list_on_a_phone_hides_the_tabs() -> None:
    async def go() -> int:
        async with Harness(app(390, [], detail=True)) as h:
            return len(h.find(ft.NavigationBar))

    assert run(go()) == 0
