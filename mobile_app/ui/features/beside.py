"""A list and the page of one of its records: beside each other where there is room, else one over the other."""

from collections.abc import Callable

import flet as ft

from mobile_app.ui.design import Press
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.i18n import use_words
from mobile_app.ui.layouts import Frame, PlaceName, Screen
from mobile_app.ui.routes import chosen
from mobile_app.ui.session import use_frame

Page = Callable[[str], ft.Control]
"""Builds the pane of a record by its id, keyed by it."""


def list_screen(here: PlaceName, listing: ft.Control, page: Page, nothing: Callable[[], ft.Control], shown: str) -> ft.View:
    """The list; with two panes also the record ``shown``, or ``nothing`` where there is none. A hook."""
    t, frame = use_words(), use_frame(here)
    detail: ft.Control | None = None
    if frame.two_panes:
        detail = page(shown) if shown else ft.Container(nothing(), expand=True)
    return Screen(t, frame, listing, detail, route=ft.use_view_path())


def page_screen(here: PlaceName, page: Page, confirm_pop: Press | None = None) -> ft.View:
    """The record of the address over its list. A hook."""
    t, frame = use_words(), use_frame(here)
    return Screen(t, frame, page(chosen("id")), tabs=False, route=ft.use_view_path(), confirm_pop=confirm_pop)


def page_badge(frame: Frame) -> list[ft.Control]:
    """How sync stands, on a page that covers its list; beside it the list says so."""
    return [] if frame.two_panes else [SyncBadgeHere(compact=not frame.wide)]
