"""What comes over a screen: a sheet from below, a question, a result with *Undo*."""

import flet as ft

from mobile_app.ui.design.bricks import C, column, heading, text
from mobile_app.ui.design.buttons import button, link
from mobile_app.ui.design.press import Action, Press, handler
from mobile_app.ui.theme import Radius, Space, Type


def Sheet(*controls: ft.Control, on_dismiss: Press) -> ft.BottomSheet:
    """A sheet from below, for ``ft.use_dialog(Sheet(...) if open else None)``."""
    body = ft.Container(column(*controls, spacing=Space.L), padding=ft.Padding(left=20, right=20, bottom=20))
    return ft.BottomSheet(body, show_drag_handle=True, scrollable=True, on_dismiss=handler(on_dismiss))


def Question(title: str, body: str, yes: Action, no: Action, *, danger: bool = False, on_dismiss: Press | None = None) -> ft.AlertDialog:
    """Ask before something that cannot be taken back; both buttons say what they do."""
    return ft.AlertDialog(
        modal=on_dismiss is None,
        title=heading(title),
        content=text(body),
        actions=[link(no), button(yes, "danger" if danger else "filled", small=True)],
        shape=ft.RoundedRectangleBorder(radius=Radius.HERO),
        bgcolor=C.SURFACE_CONTAINER_LOWEST,
        on_dismiss=handler(on_dismiss),
    )


def Result(message: str, undo: Action | None = None) -> ft.SnackBar:
    """Say what was done, for ``page.show_dialog``; ``undo`` takes it back."""
    return ft.SnackBar(
        ft.Text(message, style=Type.BODY, color=C.ON_INVERSE_SURFACE),
        action=ft.SnackBarAction(label=undo.label, text_color=C.INVERSE_PRIMARY, on_click=handler(undo.on_press)) if undo else None,
        behavior=ft.SnackBarBehavior.FLOATING,
        duration=ft.Duration(seconds=6),
        persist=False,
        bgcolor=C.INVERSE_SURFACE,
        shape=ft.RoundedRectangleBorder(radius=Radius.FIELD),
    )
