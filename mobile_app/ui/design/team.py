"""A rep of the team and their day, in the manager's list."""

import flet as ft

from mobile_app.ui.design.bricks import CARD, MUTED, C, column, left, row, text
from mobile_app.ui.design.lists import Avatar
from mobile_app.ui.design.press import Press, pressable
from mobile_app.ui.design.status import CHOSEN, INFO, Chip, StatusChip
from mobile_app.ui.theme import Radius, Space, Type


def RepDayCard(
    initials: str,
    name: str,
    where: str,
    count: str,
    strip: ft.Control,
    *,
    chip: Chip | None = None,
    selected: bool = False,
    on_press: Press | None = None,
    spoken: str = "",
    key: str | None = None,
) -> ft.Control:
    """Who, where last, how many visits of how many, the day as a ``DayStrip``; ``spoken`` says the strip in words."""
    who = column(text(name, Type.SUBTITLE), text(where, Type.META, MUTED), spacing=0, expand=True)
    head = row(Avatar(initials, tone=CHOSEN if selected else INFO), who, text(count, Type.TITLE, no_wrap=True), spacing=Space.M)
    face = ft.Container(
        column(head, strip, *([left(StatusChip(chip))] if chip else []), spacing=6),
        padding=ft.Padding(left=14, right=14, top=10, bottom=10),
        bgcolor=CARD,
        border_radius=Radius.CARD,
        border=ft.Border.all(2, C.PRIMARY if selected else CARD),
    )
    said = ", ".join(part for part in (name, where, count, chip.label if chip else "", spoken) if part)
    return pressable(face, said, on_press, selected=selected or None, key=key)
