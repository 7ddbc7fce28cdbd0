"""A screen on any device: one pane on a phone, a rail and up to two panes on a tablet, from the same bodies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import flet as ft

from mobile_app.ui.design import Press, handler
from mobile_app.ui.i18n import Words
from mobile_app.ui.layouts.navigation import REP_PLACES, Place, PlaceName, bottom_tabs, rail
from mobile_app.ui.theme import Space

WIDE = 600
"""From here on there is a rail instead of tabs."""
LARGE = 1.4
"""From here on, of the size we ask, what stands beside each other goes under each other."""
TWO_PANES = 840
"""From here on a list and its detail stand beside each other."""
LIST_PANE = 400
"""Width of a list pane."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a screen must know of its window: its width, the person's places, where they are, how to go elsewhere."""

    width: float
    here: PlaceName
    go: Callable[[str], None]
    places: Sequence[Place] = REP_PLACES
    counts: Mapping[PlaceName, int] = field(default_factory=dict)
    notice: ft.Control | None = None
    """What stands above the whole screen while it is true."""
    text_scale: float = 1.0
    """How much larger than ours the person has the device write."""

    @property
    def wide(self) -> bool:
        """Whether there is a rail (a tablet or a desktop)."""
        return self.width >= WIDE

    @property
    def large(self) -> bool:
        """Whether words are so large that what stands beside each other must go under each other."""
        return self.text_scale >= LARGE

    @property
    def two_panes(self) -> bool:
        """Whether a list and its detail fit beside each other."""
        return self.width >= TWO_PANES


def Pane(
    frame: Frame,
    top: ft.Control,
    body: Sequence[ft.Control] | ft.Control,
    bar: ft.Control | None = None,
    *,
    listing: bool = False,
    gap: float = Space.M,
    key: str | None = None,
) -> ft.Control:
    """A column of a screen: ``top`` and ``bar`` stand, ``body`` scrolls.

    ``body`` is controls, laid out with the screen's margins, or one control that scrolls by itself (a long list). ``listing`` is the
    narrow pane at the left of two.
    """
    margin = Space.TABLET if frame.wide and not listing else Space.PHONE
    moved = ft.Container(top, padding=ft.Padding(left=margin - Space.PHONE, right=margin - Space.PHONE))
    content = body if isinstance(body, ft.Control) else _scrolling(body, margin, gap)
    inner = ft.Column([moved, content, *([bar] if bar else [])], spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    narrow = listing and frame.two_panes
    return ft.Container(inner, width=LIST_PANE if narrow else None, expand=not narrow, key=key)


def _scrolling(body: Sequence[ft.Control], margin: float, gap: float) -> ft.ListView:
    return ft.ListView(list(body), expand=True, spacing=gap, padding=ft.Padding(left=margin, top=4, right=margin, bottom=24))


def PhoneScreen(
    t: Words,
    frame: Frame,
    pane: ft.Control,
    *,
    tabs: bool = True,
    route: str = "/",
    confirm_pop: Press | None = None,
    bgcolor: str | None = None,
) -> ft.View:
    """One pane, with the four tabs under it or (``tabs=False``) the pane's own bar."""
    bar = bottom_tabs(t, frame.places, frame.here, frame.go, frame.counts) if tabs else None
    row = ft.Row([pane], expand=True, spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
    return _view(_under_notice(frame, row), route, confirm_pop, bar, bgcolor)


def TabletScreen(
    t: Words,
    frame: Frame,
    *panes: ft.Control,
    route: str = "/",
    confirm_pop: Press | None = None,
) -> ft.View:
    """The rail and the panes, 1 px lines between them."""
    parts: list[ft.Control] = [rail(t, frame.places, frame.here, frame.go, frame.counts)]
    for pane in panes:
        parts += [ft.VerticalDivider(width=1, color=ft.Colors.OUTLINE_VARIANT), pane]
    row = ft.Row(parts, spacing=0, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
    return _view(_under_notice(frame, row), route, confirm_pop, None, None)


def Screen(
    t: Words,
    frame: Frame,
    main: ft.Control,
    detail: ft.Control | None = None,
    *,
    tabs: bool = True,
    route: str = "/",
    confirm_pop: Press | None = None,
) -> ft.View:
    """The right frame for this window. With one pane only, ``detail`` covers ``main`` and hides the tabs."""
    if not frame.wide:
        return PhoneScreen(t, frame, detail or main, tabs=tabs and detail is None, route=route, confirm_pop=confirm_pop)
    if detail is None or not frame.two_panes:
        return TabletScreen(t, frame, detail or main, route=route, confirm_pop=confirm_pop)
    return TabletScreen(t, frame, main, detail, route=route, confirm_pop=confirm_pop)


def HeroScreen(body: Sequence[ft.Control], *, route: str = "/", scroll: bool = False) -> ft.View:
    """The blue ground before the app is open: unlock, choose a PIN. On a tablet the column stays a phone's width."""
    column = ft.Column(
        list(body),
        spacing=Space.M,
        expand=True,
        scroll=ft.ScrollMode.AUTO if scroll else None,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    narrow = ft.Container(column, padding=ft.Padding(left=24, top=20, right=24, bottom=12), width=HERO_WIDTH)
    centred = ft.Container(narrow, alignment=ft.Alignment.TOP_CENTER, expand=True)
    return _view(centred, route, None, None, ft.Colors.PRIMARY_FIXED)


HERO_WIDTH = 460
"""No wider, so that the PIN's keys stay under one thumb."""


def _under_notice(frame: Frame, row: ft.Row) -> ft.Control:
    if frame.notice is None:
        return row
    return ft.Column([frame.notice, row], spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _view(content: ft.Control, route: str, confirm_pop: Press | None, bar: ft.NavigationBar | None, bgcolor: str | None) -> ft.View:
    return ft.View(
        route=route,
        controls=[ft.SafeArea(content, expand=True)],
        padding=0,
        spacing=0,
        bgcolor=bgcolor,
        navigation_bar=bar,
        can_pop=confirm_pop is None,
        on_confirm_pop=handler(confirm_pop),
    )
