"""The places one can go: four tabs on a phone, the same or the manager's five on a tablet's rail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import flet as ft

from mobile_app.ui.design import icon, value_handler
from mobile_app.ui.i18n import N_, Words
from mobile_app.ui.theme import Radius, Size, Space

PlaceName = Literal["today", "customers", "quotes", "todo", "team", "visits", "conflicts", "settings"]
"""Where one is; *settings* is no destination, so none is marked there."""
C, I = ft.Colors, ft.Icons  # noqa: E741  # the two names of every line of ours


@dataclass(frozen=True, slots=True)
class Place:
    """One destination: its route, its word, its icons (outlined, and filled when one is there)."""

    name: PlaceName
    route: str
    label: str
    icon: ft.IconData
    selected_icon: ft.IconData


_TODAY = Place("today", "/today", N_("Today"), I.ROUTE_OUTLINED, I.ROUTE_ROUNDED)
_CUSTOMERS = Place("customers", "/customers", N_("Customers"), I.STOREFRONT_OUTLINED, I.STOREFRONT_ROUNDED)
_QUOTES = Place("quotes", "/quotes", N_("Quotes"), I.REQUEST_QUOTE_OUTLINED, I.REQUEST_QUOTE_ROUNDED)
_TODO = Place("todo", "/todo", N_("To do"), I.TASK_ALT_OUTLINED, I.TASK_ALT_ROUNDED)
_TEAM = Place("team", "/team", N_("Team"), I.GROUPS_OUTLINED, I.GROUPS_ROUNDED)
_VISITS = Place("visits", "/review", N_("Review"), I.RATE_REVIEW_OUTLINED, I.RATE_REVIEW_ROUNDED)
_CONFLICTS = Place("conflicts", "/conflicts", N_("Conflicts"), I.CALL_SPLIT_OUTLINED, I.CALL_SPLIT_ROUNDED)

REP_PLACES = (_TODAY, _CUSTOMERS, _QUOTES, _TODO)
"""A rep's places; *To do* is what needs attention and the conflicts."""
MANAGER_PLACES = (_TEAM, _VISITS, _CUSTOMERS, _QUOTES, _CONFLICTS)
"""A manager's places."""


def _mark(name: ft.IconData, count: int) -> ft.Control:
    made = icon(name, C.ON_SURFACE, 24)
    if count:
        made.badge = ft.Badge(label=str(count), bgcolor=C.TERTIARY, text_color=C.ON_TERTIARY)
    return made


def _chooser(places: Sequence[Place], go: Callable[[str], None]) -> Callable[[int], None]:
    return lambda index: go(places[index].route)


def _index(places: Sequence[Place], here: PlaceName) -> int | None:
    """The place where one is; None where no destination is it."""
    return next((i for i, place in enumerate(places) if place.name == here), None)


def bottom_tabs(
    t: Words, places: Sequence[Place], here: PlaceName, go: Callable[[str], None], counts: Mapping[PlaceName, int]
) -> ft.NavigationBar:
    """Return the phone's bar; ``counts`` put a number on a place where something waits."""
    return ft.NavigationBar(
        [
            ft.NavigationBarDestination(
                icon=_mark(place.icon, counts.get(place.name, 0)),
                selected_icon=_mark(place.selected_icon, counts.get(place.name, 0)),
                label=t(place.label),
            )
            for place in places
        ],
        selected_index=_index(places, here) or 0,
        on_change=value_handler(_chooser(places, go), "selected_index"),
    )


def rail(
    t: Words, places: Sequence[Place], here: PlaceName, go: Callable[[str], None], counts: Mapping[PlaceName, int]
) -> ft.NavigationRail:
    """Return the tablet's rail with the app's sign above it."""
    sign = ft.Container(
        icon(I.ROUTE_ROUNDED, C.TERTIARY, 28),
        width=52,
        height=52,
        bgcolor=C.PRIMARY_FIXED,
        border_radius=Radius.CARD,
        alignment=ft.Alignment.CENTER,
    )
    return ft.NavigationRail(
        selected_index=_index(places, here),
        label_type=ft.NavigationRailLabelType.ALL,
        group_alignment=-0.9,
        min_width=Size.RAIL,
        leading=ft.Container(sign, padding=ft.Padding(top=Space.M, bottom=Space.S)),
        destinations=[
            ft.NavigationRailDestination(
                icon=_mark(place.icon, counts.get(place.name, 0)),
                selected_icon=_mark(place.selected_icon, counts.get(place.name, 0)),
                label=t(place.label),
                padding=ft.Padding(top=4, bottom=4),
            )
            for place in places
        ],
        on_change=value_handler(_chooser(places, go), "selected_index"),
    )
