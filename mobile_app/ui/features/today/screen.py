"""Today on a phone, and on a tablet beside the visit one is in or goes to next."""

import flet as ft

from mobile_app.ui.design import EmptyState, I, keyed
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.today.model import TodayModel
from mobile_app.ui.features.today.pane import TodayPane
from mobile_app.ui.features.visits.pane import VisitPane
from mobile_app.ui.i18n import use_words
from mobile_app.ui.layouts import Screen
from mobile_app.ui.session import use_frame, use_session


@ft.component
def TodayScreen() -> ft.View:
    """The rep's first place."""
    t, frame = use_words(), use_frame("today")
    return Screen(t, frame, TodayPane(), VisitOfTheMoment() if frame.two_panes else None, route=ft.use_view_path())


@ft.component
def VisitOfTheMoment() -> ft.Control:
    """The visit one is in, or the next one; on a day without any it says what it is for."""
    session, t = use_session(), use_words()
    model = use_live(lambda: TodayModel(session.device))
    stop = model.tour.here or model.tour.next
    if stop is None:
        return ft.Container(EmptyState(I.ROUTE_ROUNDED, t("The visit of the moment is shown here.")), expand=True)
    return keyed(VisitPane, stop.id)(stop.id)
