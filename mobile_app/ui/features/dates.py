"""A day in a form: typed as one writes it, or chosen by its distance from today.

The form holds it as stored (ISO), or as typed while it is none.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta

import flet as ft

from mobile_app.ui import formats
from mobile_app.ui.design import Press, column, field, use_model
from mobile_app.ui.features.grid import choice_grid
from mobile_app.ui.i18n import Words, use_words


class _Typed:
    """The text as it stands in the field."""

    def __init__(self) -> None:
        self.text = ""


@ft.component
def DayField(
    label: str,
    value: str,
    on_change: Callable[[str], Awaitable[None] | None],
    today: date,
    steps: Sequence[int],
    *,
    error: str | None = None,
    identifier: str | None = None,
    on_blur: Press | None = None,
) -> ft.Control:
    """``value`` is a stored day or what was typed; ``steps`` are the days from today that are offered."""
    t = use_words()
    typed = use_model(_Typed)
    if stored_day(typed.text) != value:
        typed.text = shown_day(t, value)

    def type_(text: str) -> Awaitable[None] | None:
        typed.text = text
        return on_change(stored_day(text))

    days = [today + timedelta(days=step) for step in steps]
    offered = choice_grid(
        [formats.relative_day(t, day, today) for day in days],
        next((place for place, day in enumerate(days) if value == day.isoformat()), None),
        lambda place: on_change(days[place].isoformat()),
        identifier=f"{identifier}-offer" if identifier else None,
    )
    read = formats.parse_day(typed.text)
    hint = formats.capitalised(formats.long_day(t, read, today)) if read else t("day/month/year")
    return column(
        field(
            label, typed.text, type_, error=error, helper=hint, keyboard=ft.KeyboardType.DATETIME, on_blur=on_blur, identifier=identifier
        ),
        offered,
    )


def stored_day(text: str) -> str:
    """What was typed as a stored day; as it is where it is none."""
    day = formats.parse_day(text)
    return day.isoformat() if day else text.strip()


def shown_day(t: Words, stored: str) -> str:
    """A stored day as forms show it; as it is where it is none."""
    day = formats.parse_day(stored)
    return formats.numeric_day(t, day) if day else stored
