"""The PIN: dots that fill up and keys for a thumb, on the hero ground."""

from dataclasses import replace

import flet as ft

from mobile_app.ui.design.bricks import C, I, column, icon, row, text
from mobile_app.ui.design.press import Action, Press, Typed, pressable
from mobile_app.ui.i18n import Words
from mobile_app.ui.theme import Radius, Space, Type

_KEY_HEIGHT = 68
_DIGIT = replace(Type.FIGURE, height=1)
"""A line no higher than its digit: it fits the key at twice the size, and sits in its middle."""


def PinDots(t: Words, filled: int, length: int = 6) -> ft.Control:
    """How many digits are in, never which."""
    dots = [
        ft.Container(
            width=18,
            height=18,
            border_radius=9,
            bgcolor=C.TERTIARY if i < filled else None,
            border=ft.Border.all(2, C.TERTIARY if i < filled else C.ON_PRIMARY_FIXED_VARIANT),
        )
        for i in range(length)
    ]
    said = t("{n} of {length} digits", n=filled, length=length)
    body = ft.Container(row(*dots, spacing=Space.L), padding=ft.Padding(top=8, bottom=8))
    return ft.Semantics(content=body, label=said, live_region=True, container=True, exclude_semantics=True)


def PinPad(t: Words, on_digit: Typed, on_delete: Press, extra: Action | None = None, *, enabled: bool = True) -> ft.Control:
    """Twelve keys; ``extra`` is the one at the lower left (the fingerprint). Disabled while a delay runs."""

    def digit(label: str) -> ft.Control:
        face = ft.Container(text(label, _DIGIT, C.ON_PRIMARY_FIXED), bgcolor=C.PRIMARY_FIXED_DIM)
        return key(face, label, lambda: on_digit(label), f"pin-{label}")

    def key(face: ft.Container, name: str, press: Press, identifier: str | None) -> ft.Control:
        face.height, face.border_radius, face.alignment = _KEY_HEIGHT, Radius.HERO, ft.Alignment.CENTER
        face.opacity = 1 if enabled else 0.45
        return pressable(face, name, press if enabled else None, identifier=identifier, expand=True)

    def special(action: Action | None) -> ft.Control:
        if action is None or action.icon is None:
            return ft.Container(height=_KEY_HEIGHT, expand=True)
        return key(ft.Container(icon(action.icon, C.ON_PRIMARY_FIXED, 30)), action.label, action.on_press, action.identifier)

    delete = Action(t("Delete the last digit"), on_delete, I.BACKSPACE_OUTLINED, "pin-delete")
    lines = [row(*[digit(d) for d in line], spacing=Space.M) for line in ("123", "456", "789")]
    return column(*lines, row(special(extra), digit("0"), special(delete), spacing=Space.M), spacing=Space.M)


def HeroNote(name: ft.IconData, words: str) -> ft.Control:
    """One sentence on the hero ground that announces itself: a wrong PIN, a delay."""
    body = row(
        icon(name, C.TERTIARY, 20),
        text(words, Type.META_STRONG, C.ON_PRIMARY_FIXED, expand=True),
        align=ft.CrossAxisAlignment.START,
    )
    return ft.Semantics(content=body, live_region=True, container=True)


def Wordmark(trailing: ft.Control | None = None) -> ft.Control:
    """The app's sign and name, on the hero ground; ``trailing`` goes under them where large text leaves no room beside."""
    name = row(icon(I.ROUTE_ROUNDED, C.TERTIARY, 30), text("Tournée", Type.TITLE, C.ON_PRIMARY_FIXED, no_wrap=True), tight=True)
    return ft.Row([name, *([trailing] if trailing else [])], wrap=True, alignment=ft.MainAxisAlignment.SPACE_BETWEEN, run_spacing=0)
