"""Rows of the sync sheet: what waits on this phone, and what a person must look at."""

import flet as ft

from mobile_app.ui.design.bricks import MUTED, C, column, icon, row, text
from mobile_app.ui.design.buttons import button
from mobile_app.ui.design.press import Action, Press, pressable
from mobile_app.ui.design.status import Chip, StatusChip
from mobile_app.ui.theme import Radius, Space, Type


def SyncItem(
    name: ft.IconData,
    title: str,
    meta: str,
    chip: Chip,
    *,
    action: Action | None = None,
    on_press: Press | None = None,
    identifier: str | None = None,
    key: str | None = None,
) -> ft.Control:
    """One waiting transaction: what it is, what it holds or why it was refused, where it stands, and at most one way on."""
    words = column(
        ft.Row([text(title, Type.STRONG), StatusChip(chip)], wrap=True, run_spacing=4, alignment=ft.MainAxisAlignment.SPACE_BETWEEN),
        *([text(meta, Type.META, MUTED)] if meta else []),
        spacing=2,
        expand=True,
    )
    body = ft.Container(
        row(ft.Container(icon(name, C.PRIMARY, 24), width=32), words, align=ft.CrossAxisAlignment.START),
        padding=ft.Padding(top=Space.S, bottom=Space.S),
        border_radius=Radius.CHIP,
    )
    said = ", ".join(part for part in (title, chip.label, meta) if part)
    head = pressable(body, said, on_press, identifier=identifier)
    if action is None:
        return column(head, key=key)
    way = ft.Container(button(action, "outlined", small=True), padding=ft.Padding(left=40, bottom=Space.S))
    return column(head, way, spacing=0, key=key)
