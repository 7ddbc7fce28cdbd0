"""What a screen shows when there is nothing to show: not yet, nothing there, or something went wrong."""

import flet as ft

from mobile_app.ui.design.bricks import MUTED, C, I, column, gap, heading, icon, row, text
from mobile_app.ui.design.buttons import Kind, button
from mobile_app.ui.design.press import Action
from mobile_app.ui.theme import Radius, Space, Type


def _centred(face: ft.Control, title: str, body: str, action: Action | None, kind: Kind) -> ft.Control:
    title_text = text(title, Type.TITLE, align=ft.TextAlign.CENTER)
    controls: list[ft.Control] = [face, ft.Semantics(content=title_text, header=True, container=True)]
    if body:
        controls.append(text(body, Type.BODY, MUTED, align=ft.TextAlign.CENTER))
    if action:
        controls.append(button(action, kind))
    return ft.Container(
        ft.Column(controls, horizontal_alignment=ft.CrossAxisAlignment.CENTER, spacing=Space.M, tight=True),
        padding=Space.XXL,
        alignment=ft.Alignment.CENTER,
    )


def _badge(name: ft.IconData, fg: str, bg: str) -> ft.Control:
    return ft.Container(icon(name, fg, 40), width=88, height=88, border_radius=Radius.SHEET, bgcolor=bg, alignment=ft.Alignment.CENTER)


def EmptyState(name: ft.IconData, title: str, body: str = "", action: Action | None = None) -> ft.Control:
    """What is missing, what to do, one tonal button."""
    return _centred(_badge(name, C.PRIMARY, C.PRIMARY_CONTAINER), title, body, action, "tonal")


def ErrorState(title: str, body: str, action: Action | None = None, name: ft.IconData = I.REPORT_PROBLEM_ROUNDED) -> ft.Control:
    """What happened, what was saved, one way on; never a code alone."""
    return _centred(_badge(name, C.ON_ERROR_CONTAINER, C.ERROR_CONTAINER), title, body, action, "filled")


def Skeleton(rows: int = 3, label: str = "") -> ft.Control:
    """Still grey shapes where rows will stand: no spinner, no shimmer (it drains and distracts)."""

    def bar(share: int, height: int) -> ft.Control:
        shape = ft.Container(height=height, border_radius=height / 2, bgcolor=C.SURFACE_CONTAINER_HIGHEST, expand=share)
        rest = gap(height)
        rest.expand = 100 - share
        return row(shape, rest)

    def line(i: int) -> ft.Control:
        block = ft.Container(width=44, height=44, border_radius=Radius.FIELD, bgcolor=C.SURFACE_CONTAINER_HIGHEST)
        words = column(bar(75 - i % 3 * 15, 16), bar(45 + i % 2 * 20, 12), expand=True)
        return ft.Container(row(block, words, spacing=Space.M), padding=Space.M)

    return ft.Semantics(
        content=column(*[line(i) for i in range(rows)], spacing=0), label=label or None, container=True, exclude_semantics=True
    )


def Progress(title: str, meta: str, share: float | None) -> ft.Control:
    """A long job with its progress in words (the first download); ``share`` from 0 to 1, ``None`` while it is unknown."""
    bar = ft.ProgressBar(value=share, color=C.PRIMARY, bgcolor=C.SURFACE_CONTAINER_HIGHEST, bar_height=8, border_radius=4)
    return column(heading(title), bar, text(meta, Type.META, MUTED), spacing=Space.M)
