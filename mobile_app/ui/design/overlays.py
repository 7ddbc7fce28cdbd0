"""What comes over a screen: a sheet from below, a question, a result with *Undo*."""

import flet as ft

from mobile_app.ui.design.bricks import C, column, heading, text
from mobile_app.ui.design.buttons import button, link
from mobile_app.ui.design.press import Action, Press, handler
from mobile_app.ui.theme import Radius, Space, Type

QUESTION_WIDTH = 440
"""A line of a question is no longer than this on a wide screen; a phone gives what it has."""
RESULT_WIDTH = 560
"""On a wide screen a result stands in the middle, and hides neither the list nor what is done at the right."""
SHORTEST_S, CHARACTERS_PER_S = 6, 12
"""How long a result stands: so that it can be read at leisure, also in a second language."""


def Sheet(*controls: ft.Control, on_dismiss: Press) -> ft.BottomSheet:
    """A sheet from below, for ``ft.use_dialog(Sheet(...) if open else None)``."""
    body = ft.Container(column(*controls, spacing=Space.L), padding=ft.Padding(left=20, right=20, bottom=20))
    return ft.BottomSheet(body, show_drag_handle=True, scrollable=True, on_dismiss=handler(on_dismiss))


def Question(title: str, body: str, yes: Action, no: Action, *, danger: bool = False, on_dismiss: Press | None = None) -> ft.AlertDialog:
    """Ask before something that cannot be taken back; both buttons say what they do."""
    return ft.AlertDialog(
        modal=on_dismiss is None,
        title=heading(title),
        content=ft.Container(text(body), width=QUESTION_WIDTH),
        actions=[link(no), button(yes, "danger" if danger else "filled", small=True)],
        shape=ft.RoundedRectangleBorder(radius=Radius.HERO),
        bgcolor=C.SURFACE_CONTAINER_LOWEST,
        on_dismiss=handler(on_dismiss),
    )


def Result(message: str, undo: Action | None = None, *, wide: bool = False) -> ft.SnackBar:
    """Say what was done, for ``page.show_dialog``; ``undo`` takes it back. It stands for as long as reading it takes."""
    return ft.SnackBar(
        ft.Text(message, style=Type.BODY, color=C.ON_INVERSE_SURFACE),
        action=ft.SnackBarAction(label=undo.label, text_color=C.INVERSE_PRIMARY, on_click=handler(undo.on_press)) if undo else None,
        behavior=ft.SnackBarBehavior.FLOATING,
        duration=ft.Duration(seconds=max(SHORTEST_S, -(-len(message) // CHARACTERS_PER_S))),
        width=RESULT_WIDTH if wide else None,
        persist=False,
        bgcolor=C.INVERSE_SURFACE,
        shape=ft.RoundedRectangleBorder(radius=Radius.FIELD),
    )
