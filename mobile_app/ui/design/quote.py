"""A quote's lines and totals. Amounts come as words: the view never computes."""

from collections.abc import Sequence

import flet as ft

from mobile_app.ui.design.bricks import MUTED, C, card, column, divider, fact, row, text
from mobile_app.ui.design.buttons import icon_button
from mobile_app.ui.design.press import Action, Press, pressable
from mobile_app.ui.design.status import Chip
from mobile_app.ui.theme import Radius, Size, Type


def Stepper(value: str, less: Action, more: Action, edit: Action | None = None, *, can_less: bool = True) -> ft.Control:
    """Fewer, how many, more; a tap on the number (``edit``) lets one type it."""
    number = ft.Container(
        ft.Row([text(value, Type.SUBTITLE, no_wrap=True)], tight=True, alignment=ft.MainAxisAlignment.CENTER),
        height=Size.TOUCH,
        width=Size.TOUCH if len(value) <= 3 else None,
        alignment=ft.Alignment.CENTER if len(value) <= 3 else None,
        padding=ft.Padding(left=6, right=6),
        border_radius=Radius.FIELD,
    )
    middle: ft.Control = number
    if edit is not None:
        middle = pressable(number, f"{edit.label}, {value}", edit.on_press, identifier=edit.identifier)
    return ft.Container(
        row(icon_button(less, enabled=can_less), middle, icon_button(more), spacing=0, tight=True),
        bgcolor=C.SURFACE_CONTAINER_HIGH,
        border_radius=Radius.CARD,
    )


def QuoteLineRow(
    name: str,
    detail: str,
    certainty: Chip,
    total: str,
    stepper: ft.Control | None = None,
    *,
    quantity: str = "",
    on_press: Press | None = None,
    key: str | None = None,
) -> ft.Control:
    """One line: what, unit price, how sure the price is, how many, how much. Read-only without a ``stepper``."""
    tone = certainty.tone
    words = ft.Container(
        column(
            text(name, Type.SUBTITLE),
            text(detail, Type.META, MUTED),
            fact(certainty.icon or tone.icon, certainty.label, tone.fg, Type.META_STRONG),
            spacing=4,
        ),
        border_radius=Radius.CHIP,
    )
    amount = row(
        stepper or text(quantity, Type.BODY, MUTED),
        text(total, Type.TITLE, no_wrap=True),
        wrap=True,
        main=ft.MainAxisAlignment.SPACE_BETWEEN,
    )
    head = pressable(words, ", ".join([name, detail, certainty.label]), on_press) if on_press else words
    return card(head, amount, spacing=6, key=key)


def QuoteTotals(rows: Sequence[tuple[str, str]], total: tuple[str, str], note: str = "") -> ft.Control:
    """Net, VAT by rate, gross; sums wrap under their labels when the text is large."""

    def line(label: str, value: str) -> ft.Control:
        return ft.Row(
            [text(label, Type.BODY, MUTED), text(value, Type.BODY, no_wrap=True)],
            wrap=True,
            run_spacing=0,
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        )

    return card(
        *[line(label, value) for label, value in rows],
        divider(),
        TotalRow(*total),
        *([text(note, Type.META, MUTED)] if note else []),
        spacing=6,
    )


def TotalRow(label: str, value: str, *, small: bool = False) -> ft.Control:
    """The sum that matters; ``small`` for the bar at the bottom."""
    words = text(label, Type.META_STRONG if small else Type.SUBTITLE, MUTED if small else C.ON_SURFACE)
    amount = text(value, Type.TITLE if small else Type.HEADLINE, no_wrap=True)
    return row(words, amount, wrap=True, main=ft.MainAxisAlignment.SPACE_BETWEEN)
