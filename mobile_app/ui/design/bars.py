"""What frames a screen: its title at the top, its main action in the thumb's reach."""

import flet as ft

from mobile_app.ui.design.bricks import CARD, MUTED, C, column, heading, row, text
from mobile_app.ui.design.buttons import Kind, button, icon_button
from mobile_app.ui.design.press import Action
from mobile_app.ui.theme import Space, Type


def TopBar(title: str, overline: str = "", back: Action | None = None, trailing: ft.Control | None = None) -> ft.Control:
    """Title left, the sync badge right. Names wrap to a second line rather than end in dots. ``back`` needs its icon.

    It is a phone's; ``Pane`` moves it to a tablet's margin.
    """
    words = column(
        *([text(overline, Type.META, MUTED, max_lines=2)] if overline else []),  # on a quote it is whose it is
        heading(title, Type.TITLE if back else Type.HEADLINE, level=1),
        spacing=0,
        align=ft.CrossAxisAlignment.STRETCH if back else ft.CrossAxisAlignment.START,
        expand=True if back else None,
    )
    # a row inside the wrapping one: what is aligned would else take the whole width, and a line of its own
    parts = [words, *([row(trailing, tight=True)] if trailing else [])]
    apart = ft.MainAxisAlignment.SPACE_BETWEEN  # a place's name is one long word: with large text the badge goes under it
    line = row(icon_button(back), *parts, spacing=4) if back else row(*parts, spacing=4, wrap=True, main=apart)
    return ft.Container(
        line,
        padding=ft.Padding(left=4 if back else Space.PHONE + 4, right=Space.PHONE, top=8 if back else 16, bottom=8),
    )


def PrimaryBar(
    main: Action | None = None,
    other: Action | None = None,
    *,
    lead: ft.Control | None = None,
    kind: Kind = "filled",
    enabled: bool = True,
    wide: bool = False,
    large: bool = False,
    width: float | None = None,
) -> ft.Control:
    """Bottom action bar: one filled button and at most one outlined; ``lead`` (a total, a count) stands above them.

    ``wide`` (a tablet's pane) sets them at the right, at their own width, with ``lead`` at their left. ``large`` (text from 140 % on)
    stacks the buttons, the main one lowest. ``width`` keeps what is in it to a column in the middle of a bar that goes from side to side.
    """
    fills = not (wide or large)
    keys: list[ft.Control] = []
    if other:
        keys.append(button(other, "outlined"))
    if main:
        keys.append(button(main, kind, enabled=enabled, expand=True if fills else None))
    if wide and not large:
        body: ft.Control = row(ft.Container(lead, expand=True, height=None if lead else 1), *keys, spacing=Space.M)
    else:
        stood = column(*keys) if large else row(*keys, spacing=Space.M)
        body = column(*([lead] if lead else []), *([stood] if keys else []))
    if width is not None:
        body = ft.Container(ft.Container(body, width=width), alignment=ft.Alignment.CENTER)
    margin = Space.TABLET if wide else Space.PHONE
    return ft.Container(
        body,
        bgcolor=CARD,
        border=ft.Border(top=ft.BorderSide(1, C.OUTLINE_VARIANT)),
        padding=ft.Padding(left=margin, top=12, right=margin, bottom=12),
    )
