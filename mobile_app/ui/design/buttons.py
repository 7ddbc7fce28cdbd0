"""Buttons: 56 px for the main ones, 48 for all others; an icon alone always has a name."""

from dataclasses import replace
from typing import Literal

import flet as ft

from mobile_app.ui.design.bricks import INK, C, column, icon, row, text
from mobile_app.ui.design.press import Action, handler, identified, pressable
from mobile_app.ui.theme import Radius, Size, Space, Type

Kind = Literal["accent", "filled", "tonal", "outlined", "danger"]
"""``accent`` is the one next action of a screen."""
IconKind = Literal["plain", "hero", "tonal", "neutral"]

_FACES: dict[Kind, tuple[str, str | None]] = {
    "accent": (C.ON_TERTIARY, C.TERTIARY),
    "filled": (C.ON_PRIMARY, C.PRIMARY),
    "tonal": (C.ON_PRIMARY_CONTAINER, C.PRIMARY_CONTAINER),
    "danger": (C.ON_ERROR, C.ERROR),
    "outlined": (C.PRIMARY, None),
}
_ICON_FACES: dict[IconKind, tuple[str, str | None]] = {
    "plain": (INK, None),
    "hero": (C.ON_PRIMARY_FIXED, C.PRIMARY_FIXED_DIM),
    "tonal": (C.ON_PRIMARY_CONTAINER, C.PRIMARY_CONTAINER),
    "neutral": (INK, C.SURFACE_CONTAINER_HIGH),
}


def button(
    action: Action, kind: Kind = "filled", *, small: bool = False, enabled: bool = True, expand: bool | int | None = None
) -> ft.Control:
    """56 px high by its padding (48 when ``small``), so that it grows with the text."""
    fg, bg = _FACES[kind]
    quiet = C.with_opacity(0.45, C.ON_SURFACE)
    style = ft.ButtonStyle(
        color={ft.ControlState.DISABLED: quiet, ft.ControlState.DEFAULT: fg},
        icon_color={ft.ControlState.DISABLED: quiet, ft.ControlState.DEFAULT: fg},
        bgcolor=None if bg is None else {ft.ControlState.DISABLED: C.SURFACE_CONTAINER_HIGHEST, ft.ControlState.DEFAULT: bg},
        icon_size=22,
        text_style=Type.STRONG,
        padding=ft.Padding.symmetric(horizontal=Space.L, vertical=13 if small else 17),
        shape=ft.RoundedRectangleBorder(radius=Radius.CARD),
        side=ft.BorderSide(1.5, C.OUTLINE) if kind == "outlined" else None,
    )
    words = ft.Text(action.label, text_align=ft.TextAlign.CENTER)
    on_click = handler(action.on_press)
    made: ft.Control
    if kind == "outlined":
        made = ft.OutlinedButton(words, icon=action.icon, style=style, on_click=on_click, disabled=not enabled, expand=expand)
    else:
        made = ft.FilledButton(words, icon=action.icon, style=style, on_click=on_click, disabled=not enabled, expand=expand, elevation=0)
    return identified(made, action.identifier)


def link(action: Action, color: str = C.PRIMARY) -> ft.Control:
    """A quiet action in words: beside a heading, at the end of a row."""
    words = ft.Text(action.label, style=replace(Type.STRONG, color=color), color=color)
    style = ft.ButtonStyle(color=color, icon_color=color, padding=ft.Padding.symmetric(horizontal=Space.M, vertical=13))
    return identified(ft.TextButton(words, icon=action.icon, style=style, on_click=handler(action.on_press)), action.identifier)


def icon_button(action: Action, kind: IconKind = "plain", size: float = Size.TOUCH, *, enabled: bool = True) -> ft.Control:
    """An icon alone; the action's label is its accessible name.

    Raises:
        ValueError: the action has no icon.
    """
    if action.icon is None:
        message = f"an icon button needs an icon: {action.label}"
        raise ValueError(message)
    fg, bg = _ICON_FACES[kind]
    ink = fg if enabled else C.with_opacity(0.38, C.ON_SURFACE)
    style = ft.ButtonStyle(bgcolor=bg, shape=ft.RoundedRectangleBorder(radius=Radius.CARD), padding=0)
    face = ft.IconButton(
        icon(action.icon, ink, 24, action.label),
        style=style,
        width=size,
        height=size,
        on_click=handler(action.on_press),
        disabled=not enabled,
    )
    return identified(face, action.identifier)


def QuickActions(*actions: Action, large: bool = False) -> ft.Control:
    """Call, message, mail, way: equal keys under a customer's name; a 2 × 2 grid when the text is ``large``."""
    keys = [_quick(action) for action in actions]
    if not large:
        return row(*keys)
    return column(*[row(*keys[i : i + 2]) for i in range(0, len(keys), 2)])


def _quick(action: Action) -> ft.Control:
    inner = ft.Column(
        [
            *([icon(action.icon, C.PRIMARY, 24)] if action.icon else []),
            text(action.label, Type.META_STRONG, C.PRIMARY, max_lines=1, align=ft.TextAlign.CENTER),
        ],
        spacing=2,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        alignment=ft.MainAxisAlignment.CENTER,
    )
    face = ft.Container(inner, height=68, bgcolor=C.SURFACE_CONTAINER_LOWEST, border_radius=Radius.CARD)
    return pressable(face, action.label, action.on_press, identifier=action.identifier, expand=True)
