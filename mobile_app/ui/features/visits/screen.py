"""A visit on its own on a phone, beside the tour on a tablet."""

import flet as ft

from mobile_app.ui.design import keyed
from mobile_app.ui.features.today.pane import TodayPane
from mobile_app.ui.features.visits.pane import VisitPane
from mobile_app.ui.i18n import use_words
from mobile_app.ui.layouts import Screen
from mobile_app.ui.routes import chosen
from mobile_app.ui.session import use_frame, use_session


@ft.component
def VisitScreen() -> ft.View:
    """The visit of the address."""
    session, t, visit_id = use_session(), use_words(), chosen("id")
    frame = use_frame("today")
    pane = keyed(VisitPane, visit_id)(visit_id)
    if session.manages or not frame.two_panes:
        return Screen(t, frame, pane, tabs=False, route=ft.use_view_path())
    return Screen(t, frame, TodayPane(), pane, route=ft.use_view_path())
