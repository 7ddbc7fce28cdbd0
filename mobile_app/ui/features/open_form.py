"""Says that a component shows a form."""

import flet as ft

from mobile_app.ui.design import use_model
from mobile_app.ui.session import use_session


def use_open_form(*, on: bool = True) -> None:
    """While the component is mounted and ``on``, what stands around the app knows that somebody may be writing. A hook."""
    session = use_session()
    form = use_model(object)
    ft.use_effect(lambda: session.forms.note(form, on=on), [on], cleanup=lambda: session.forms.note(form, on=False))
