"""The frame of what concerns the device as a whole: its screens have a title, a way back and cards."""

from collections.abc import Sequence

import flet as ft

from mobile_app.ui.design import Action, I, TopBar
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.i18n import Words
from mobile_app.ui.layouts import Pane, Screen
from mobile_app.ui.session import Session, use_frame


def DeviceScreen(t: Words, session: Session, title: str, body: Sequence[ft.Control]) -> ft.View:
    """One screen of the settings. Calls hooks, like the component it stands in."""
    frame = use_frame("settings")
    top = TopBar(title, t("Settings"), Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED), SyncBadgeHere())
    return Screen(t, frame, Pane(frame, top, body), tabs=False, route=ft.use_view_path())
