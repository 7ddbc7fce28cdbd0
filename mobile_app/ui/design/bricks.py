"""The smallest pieces: text, icon, row, column, card, fact. Colours by role only."""

import flet as ft

from mobile_app.ui.theme import Radius, Space, Type

CARD, INK, MUTED = ft.Colors.SURFACE_CONTAINER_LOWEST, ft.Colors.ON_SURFACE, ft.Colors.ON_SURFACE_VARIANT
C, I = ft.Colors, ft.Icons  # noqa: E741  # the two names of every line of ours


def text(
    value: str,
    style: ft.TextStyle = Type.BODY,
    color: str = INK,
    *,
    align: ft.TextAlign | None = None,
    max_lines: int | None = None,
    no_wrap: bool = False,
    expand: bool | int | None = None,
    loose: bool = False,
    selectable: bool = False,
) -> ft.Text:
    """Return words in one of our styles; ``max_lines`` ends them in dots (never for names on their own page)."""
    return ft.Text(
        value,
        style=style,
        color=color,
        text_align=align or ft.TextAlign.START,
        max_lines=max_lines,
        no_wrap=no_wrap,
        overflow=ft.TextOverflow.ELLIPSIS if max_lines else ft.TextOverflow.CLIP,
        expand=expand,
        expand_loose=loose,
        selectable=selectable,
    )


def heading(
    value: str, style: ft.TextStyle = Type.TITLE, color: str = INK, *, level: int = 2, expand: bool | int | None = None
) -> ft.Control:
    """Return a title that screen readers list among the headings."""
    return ft.Semantics(content=text(value, style, color), header=True, heading_level=level, container=True, expand=expand)


def icon(name: ft.IconData, color: str = MUTED, size: float = 20, label: str | None = None) -> ft.Icon:
    """Return an icon; ``label`` only where no word beside it says the same."""
    return ft.Icon(name, color=color, size=size, semantics_label=label)


def left(control: ft.Control, padding: ft.PaddingValue | None = None) -> ft.Container:
    """Keep a chip at its own width but let it wrap at the column's (a bare Row would give it endless width)."""
    return ft.Container(control, alignment=ft.Alignment.CENTER_LEFT, padding=padding)


def column(
    *controls: ft.Control,
    spacing: float = Space.S,
    align: ft.CrossAxisAlignment = ft.CrossAxisAlignment.STRETCH,
    expand: bool | int | None = None,
    key: str | None = None,
) -> ft.Column:
    """Stack controls at the column's full width; pass ``START`` inside a row without ``expand``."""
    return ft.Column(list(controls), spacing=spacing, tight=True, horizontal_alignment=align, expand=expand, key=key)


def row(
    *controls: ft.Control,
    spacing: float = Space.S,
    align: ft.CrossAxisAlignment = ft.CrossAxisAlignment.CENTER,
    main: ft.MainAxisAlignment = ft.MainAxisAlignment.START,
    tight: bool = False,
    wrap: bool = False,
    expand: bool | int | None = None,
    key: str | None = None,
) -> ft.Row:
    """Set controls beside each other; ``wrap`` and an ``expand`` inside exclude each other."""
    return ft.Row(
        list(controls),
        spacing=spacing,
        run_spacing=spacing if wrap else 0,
        vertical_alignment=align,
        alignment=main,
        tight=tight,
        wrap=wrap,
        expand=expand,
        key=key,
    )


def equal_row(*controls: ft.Control, spacing: float = Space.S) -> ft.Row:
    """Set cards beside each other at the height of the tallest; each brings its own ``expand``."""
    return ft.Row(list(controls), spacing=spacing, vertical_alignment=ft.CrossAxisAlignment.STRETCH, intrinsic_height=True)


def card(
    *controls: ft.Control,
    padding: ft.PaddingValue = Space.L,
    bgcolor: str = CARD,
    spacing: float = Space.S,
    border: ft.Border | None = None,
    expand: bool | int | None = None,
    key: str | None = None,
) -> ft.Container:
    """Group what belongs together on a white ground; no shadow."""
    return ft.Container(
        column(*controls, spacing=spacing),
        padding=padding,
        bgcolor=bgcolor,
        border=border,
        border_radius=Radius.CARD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        expand=expand,
        key=key,
    )


def fact(name: ft.IconData, value: str, color: str = MUTED, style: ft.TextStyle = Type.META) -> ft.Row:
    """An icon and its words; the icon sits on the first line when the words wrap."""
    box = ft.Container(icon(name, color, 18), height=20 if style is Type.META else 23, alignment=ft.Alignment.CENTER)
    return row(box, text(value, style, color, expand=True), spacing=6, align=ft.CrossAxisAlignment.START)


def divider() -> ft.Divider:
    """A 1 px line between parts of a card."""
    return ft.Divider(height=1, color=C.OUTLINE_VARIANT)


def gap(height: float) -> ft.Container:
    """Empty height; a Container without one breaks in a row."""
    return ft.Container(height=height)
