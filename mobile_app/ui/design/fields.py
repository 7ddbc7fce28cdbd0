"""Fields: always with a label, always as wide as their column, the error beside the value."""

from collections.abc import Sequence
from dataclasses import replace

import flet as ft

from mobile_app.ui.design.bricks import CARD, INK, MUTED, C, I, column, icon, row, text
from mobile_app.ui.design.press import Action, Press, Switched, Typed, handler, identified, value_handler
from mobile_app.ui.theme import Radius, Space, Type


def _edges(radius: float = Radius.FIELD) -> dict[ft.ControlState, ft.InputBorder]:
    def edge(width: float, color: str) -> ft.OutlineInputBorder:
        return ft.OutlineInputBorder(side=ft.BorderSide(width, color), border_radius=radius)

    return {
        ft.ControlState.ERROR: edge(2, C.ERROR),
        ft.ControlState.FOCUSED: edge(2, C.PRIMARY),
        ft.ControlState.DEFAULT: edge(1, C.OUTLINE),
    }


def field(
    label: str,
    value: str = "",
    on_change: Typed | None = None,
    *,
    error: str | None = None,
    helper: str | None = None,
    lines: int = 1,
    password: bool = False,
    reveal: Action | None = None,
    keyboard: ft.KeyboardType | None = None,
    suffix: str | None = None,
    max_length: int | None = None,
    read_only: bool = False,
    enabled: bool = True,
    autofocus: bool = False,
    on_submit: Press | None = None,
    on_blur: Press | None = None,
    identifier: str | None = None,
    expand: bool | int | None = None,
    key: str | None = None,
) -> ft.Control:
    """A text field; ``on_change`` is told each new text, ``error`` says in words what to mend.

    A password is shown through ``reveal``, which turns ``password`` off and has a name (Flet's own eye has none).
    """
    made = ft.TextField(
        label=label,
        value=value,
        on_change=value_handler(on_change),
        on_submit=handler(on_submit),
        on_blur=handler(on_blur),
        error=error,
        error_style=Type.META,
        error_max_lines=3,
        helper=helper,
        helper_style=Type.META,
        helper_max_lines=3,
        password=password,
        keyboard_type=keyboard or (ft.KeyboardType.MULTILINE if lines > 1 else ft.KeyboardType.TEXT),
        suffix=suffix if reveal is None else None,
        suffix_icon=_icon_end(reveal) if reveal else None,
        max_length=max_length,
        counter="" if max_length else None,
        read_only=read_only,
        disabled=not enabled,
        autofocus=autofocus,
        multiline=lines > 1,
        min_lines=lines,
        max_lines=lines + 4 if lines > 1 else 1,
        filled=True,
        fill_color=CARD,
        border=_edges(),
        text_style=Type.BODY,
        color=INK,
        label_style=ft.TextStyle(color=MUTED, size=18),
        content_padding=Space.L,
        expand=expand,
        key=key,
    )
    return identified(made, identifier)


def _icon_end(action: Action) -> ft.IconButton:
    return ft.IconButton(icon(action.icon or I.MORE_HORIZ_ROUNDED, MUTED, 22, action.label), on_click=handler(action.on_press))


def search_field(hint: str, value: str, on_change: Typed, clear: Action | None = None, *, identifier: str | None = None) -> ft.Control:
    """A round field that searches while one types; ``clear`` shows its cross once there is text."""
    cross = _icon_end(replace(clear, icon=I.CLOSE_ROUNDED)) if clear and value else None
    made = ft.TextField(
        label=hint,
        value=value,
        on_change=value_handler(on_change),
        prefix_icon=icon(I.SEARCH_ROUNDED, MUTED, 24),
        suffix_icon=cross,
        filled=True,
        fill_color=CARD,
        text_style=Type.BODY,
        color=INK,
        label_style=ft.TextStyle(color=MUTED, size=16),
        border=_edges(28),
        content_padding=ft.Padding.symmetric(horizontal=Space.L, vertical=14),
        keyboard_type=ft.KeyboardType.TEXT,
    )
    return ft.Container(identified(made, identifier), padding=ft.Padding(top=Space.S))  # room for the label once it floats


def select_field(
    label: str,
    value: str | None,
    options: Sequence[tuple[str, str]],
    on_change: Typed,
    *,
    error: str | None = None,
    identifier: str | None = None,
) -> ft.Control:
    """One of a few: ``options`` are (value, words)."""
    made = ft.Dropdown(
        label=label,
        value=value,
        options=[ft.DropdownOption(key=key, text=words) for key, words in options],
        on_select=value_handler(on_change),
        error_text=error,
        filled=True,
        fill_color=CARD,
        text_style=ft.TextStyle(size=16, font_family=Type.BODY.font_family, color=INK),
        label_style=ft.TextStyle(color=MUTED, size=18),
        border=_edges(),
        expand=True,
    )
    chosen = next((words for key, words in options if key == value), "")
    named = ft.Semantics(content=row(made), label=f"{label}, {chosen}" if chosen else label)
    return identified(ft.MergeSemantics(named), identifier)


def switch_row(
    name: ft.IconData,
    title: str,
    meta: str,
    on: bool,  # noqa: FBT001  # the switch's own value, as in ft.Switch
    on_change: Switched,
    *,
    enabled: bool = True,
    identifier: str | None = None,
) -> ft.Control:
    """A switch whose words are its accessible name."""
    words = column(text(title, Type.STRONG), *([text(meta, Type.META, MUTED)] if meta else []), spacing=0, expand=True)
    switch = ft.Switch(value=on, on_change=value_handler(on_change), disabled=not enabled)
    body = ft.Container(
        row(ft.Container(icon(name, C.PRIMARY, 24), width=32), words, switch),
        padding=ft.Padding.symmetric(vertical=Space.XS),
    )
    return identified(ft.MergeSemantics(body), identifier)
