"""Rows and cards of records: customers, contacts, history, figures, answers."""

from collections.abc import Awaitable, Callable, Sequence

import flet as ft

from mobile_app.ui.design.bricks import CARD, INK, MUTED, C, I, card, column, fact, heading, icon, left, row, text
from mobile_app.ui.design.buttons import link
from mobile_app.ui.design.press import Action, Press, pressable
from mobile_app.ui.design.status import CHOSEN, INFO, Chip, StatusChip, Tone
from mobile_app.ui.theme import Radius, Space, Type

_ROW_HEIGHT = 72
_ROW_LINES = 43
"""Of which the two lines are so much."""

LARGE_FIGURE = 7
"""So many characters fit half a phone's width in the large size."""


def _spoken(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def Avatar(initials: str, size: float = 44, tone: Tone = INFO) -> ft.Control:
    """Two letters on a rounded square, for a row that says its name itself (``pressable``)."""
    return ft.Container(
        text(initials, Type.STRONG, tone.fg, no_wrap=True),
        width=size,
        height=size,
        bgcolor=tone.bg,
        border_radius=Radius.FIELD,
        alignment=ft.Alignment.CENTER,
    )


def row_height(text_scale: float) -> float:
    """The height of a ``CustomerTile`` with one line each, where the device writes ``text_scale`` times as large as we ask."""
    return _ROW_HEIGHT + _ROW_LINES * (max(text_scale, 1.0) - 1.0)


def CustomerTile(
    initials: str,
    name: str,
    meta: str,
    on_press: Press | None = None,
    *,
    trailing: str = "",
    chip: Chip | None = None,
    selected: bool = False,
    height: float | None = None,
    identifier: str | None = None,
    key: str | None = None,
) -> ft.Control:
    """A customer or a person. With a ``height`` (``row_height``) in lists of thousands: one line each; the name is in full elsewhere."""
    lines = None if height is None else 1
    words = column(
        text(name, Type.SUBTITLE, max_lines=lines),
        *([text(meta, Type.META, MUTED, max_lines=lines)] if meta else []),
        *([left(StatusChip(chip), ft.Padding(top=4))] if chip and height is None else []),
        spacing=2,
        expand=True,
    )
    end = [text(trailing, Type.META_STRONG, MUTED, no_wrap=True)] if trailing else []
    mark = [icon(chip.icon or chip.tone.icon, chip.tone.fg, 22)] if chip and height is not None else []
    face = ft.Container(
        row(Avatar(initials, tone=CHOSEN if selected else INFO), words, *end, *mark, spacing=Space.M),
        padding=Space.M,
        height=height,
        border_radius=Radius.CARD,
        bgcolor=C.PRIMARY_CONTAINER if selected else None,
    )
    said = _spoken(name, meta, trailing, chip.label if chip else "")
    return pressable(face, said, on_press, selected=selected or None, identifier=identifier, key=key)


def section_header(title: str, action: Action | None = None) -> ft.Control:
    """A heading and, at its right, at most one quiet action."""
    return ft.Container(
        row(heading(title, expand=True), *([link(action)] if action else [])),
        padding=ft.Padding(left=4, top=0 if action else 11, bottom=0 if action else 11),
    )


def section(title: str, *controls: ft.Control, action: Action | None = None, key: str | None = None) -> ft.Control:
    """A heading that belongs to what is under it, 4 px apart."""
    return column(section_header(title, action), *controls, spacing=Space.XS, key=key)


def rows_card(*rows: ft.Control, key: str | None = None) -> ft.Control:
    """The card around tiles or history rows: their own padding is enough."""
    return card(*rows, padding=Space.XS, spacing=0, key=key)


def KeyFigure(
    label: str, value: str, note: str = "", *, tone: Tone | None = None, name: ft.IconData | None = None, on_press: Press | None = None
) -> ft.Control:
    """A value, then its comparison in words; a tap gives its definition and records."""
    color = tone.fg if tone else MUTED
    foot = fact(name or tone.icon, note, color) if tone else text(note, Type.META, color)
    size = Type.FIGURE if len(value) <= LARGE_FIGURE else Type.TITLE
    face = card(text(label, Type.META, MUTED, max_lines=2), text(value, size), *([foot] if note else []), spacing=2)
    return pressable(face, _spoken(label, value, note), on_press, expand=True)


def HistoryRow(
    name: ft.IconData,
    title: str,
    meta: str,
    on_press: Press | None = None,
    *,
    trailing: str = "",
    chip: Chip | None = None,
    action: Action | None = None,
    divider: bool = True,
    identifier: str | None = None,
    key: str | None = None,
) -> ft.Control:
    """A dated fact with an amount at its right, or with one action instead."""
    words = column(
        text(title, Type.STRONG),
        *([text(meta, Type.META, MUTED)] if meta else []),
        *([left(StatusChip(chip), ft.Padding(top=4))] if chip else []),
        spacing=0,
        expand=True,
    )
    end = [text(trailing, Type.STRONG, no_wrap=True)] if trailing else []
    body = ft.Container(
        row(ft.Container(icon(name, C.PRIMARY, 22), width=32), words, *end), padding=ft.Padding(left=12, right=12, top=12, bottom=12)
    )
    said = _spoken(title, meta, trailing, chip.label if chip else "")
    inner: ft.Control
    if action is None:
        inner = pressable(body, said, on_press, identifier=identifier)
    else:
        inner = row(pressable(body, said, on_press, identifier=identifier, expand=True), link(action), spacing=0)
    line = ft.Border(bottom=ft.BorderSide(1, C.OUTLINE_VARIANT)) if divider else None
    return ft.Container(inner, border=line, key=key)


def ChoiceRow(
    options: Sequence[str],
    selected: int | None,
    on_choose: Callable[[int], Awaitable[None] | None],
    *,
    large: bool = False,
    identifier: str | None = None,
) -> ft.Control:
    """Answers as big keys; the chosen one has a check mark, not only a colour. ``large`` stacks them."""

    def choose(i: int) -> Press:
        return lambda: on_choose(i)

    def answer(i: int, label: str) -> ft.Control:
        on = i == selected
        mark = [icon(I.CHECK_ROUNDED, C.ON_PRIMARY, 20)] if on else []
        words = text(label, Type.STRONG, C.ON_PRIMARY if on else INK, align=ft.TextAlign.CENTER, expand=True, loose=True)
        face = ft.Container(
            row(*mark, words, spacing=6, main=ft.MainAxisAlignment.CENTER),
            padding=ft.Padding(left=4, right=4, top=13, bottom=13),
            bgcolor=C.PRIMARY if on else CARD,
            border_radius=Radius.FIELD,
            alignment=ft.Alignment.CENTER,
            border=ft.Border.all(1.5, C.PRIMARY if on else C.OUTLINE),
        )
        name = f"{identifier}-{i}" if identifier else None
        return pressable(face, label, choose(i), selected=on, identifier=name, expand=None if large else True)

    keys = [answer(i, option) for i, option in enumerate(options)]
    if large:
        return column(*keys)
    return ft.Row(list(keys), vertical_alignment=ft.CrossAxisAlignment.STRETCH, intrinsic_height=True, spacing=Space.S)
