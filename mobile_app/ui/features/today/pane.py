"""The tour of the day: the whole screen of a phone, the list of a tablet."""

import flet as ft

from mobile_app.data.repositories.tour import Stop
from mobile_app.data.zones import zone_of
from mobile_app.ui import formats
from mobile_app.ui.design import Action, Banner, Press, Skeleton, TopBar, card
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.reach import call, navigate
from mobile_app.ui.features.states import failed
from mobile_app.ui.features.today.model import TodayModel
from mobile_app.ui.features.today.parts import TourActions, tour_body
from mobile_app.ui.features.visits.arrival import Arrival, use_arrival
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Pane
from mobile_app.ui.session import Session, use_frame, use_session, use_sync


@ft.component
def TodayPane() -> ft.Control:
    """The tour."""
    session, t, frame = use_session(), use_words(), use_frame("today")
    model = use_live(lambda: TodayModel(session.device))
    arrival = use_arrival()
    zone = session.device.clock.zone()
    today = model.now.astimezone(zone_of(zone)).date()
    top = TopBar(formats.short_day(t, today), formats.capitalised(formats.weekday(t, today)), trailing=SyncBadgeHere())
    return Pane(frame, top, _body(session, t, model, arrival, large=frame.large), listing=frame.two_panes)


def _body(session: Session, t: Words, model: TodayModel, arrival: Arrival, *, large: bool) -> list[ft.Control]:
    if model.phase == "slow":
        return [card(Skeleton(3, t("Loading")))]
    if model.phase == "failed":
        return [failed(t, model.reload)]
    if model.phase == "loading":
        return []
    do = _actions(session, t, arrival)
    return [OfflineBanner(), *tour_body(t, model.tour, model.now, do, locating=arrival.locating, large=large)]


def _actions(session: Session, t: Words, arrival: Arrival) -> TourActions:
    def open_visit(stop: Stop) -> Press:
        return lambda: session.go(f"/visits/{stop.id}")

    def arrive(stop: Stop) -> Press:
        async def press() -> None:
            here = session.here
            visit = await arrival.at(stop.id)
            if visit is not None:
                session.go(f"/visits/{visit}", here)

        return press

    def way(stop: Stop) -> Press:
        return navigate(session, t, stop.place, stop.account) if stop.place is not None else open_visit(stop)

    return TourActions(
        arrive=arrive,
        resume=open_visit,
        open=open_visit,
        call=lambda stop: call(session, t, stop.phone),
        navigate=way,
        choose=lambda: session.go("/customers"),
    )


@ft.component
def OfflineBanner() -> ft.Control:
    """No signal is a state, not a fault: what still works, and how much waits."""
    session, t, sync = use_session(), use_words(), use_sync()
    if sync.work_offline:
        said = t("Working offline. Everything is saved on this phone.")
    elif sync.phase in ("offline", "captive"):
        said = t("No signal. Everything is saved on this phone.")
    else:
        return ft.Container(height=0)
    waiting = t.plural("{n} change waits to be sent.", "{n} changes wait to be sent.", sync.waiting) if sync.waiting else ""
    action = Action(t("Use the network"), lambda: session.device.actions.set_work_offline(on=False)) if sync.work_offline else None
    return Banner(" ".join(part for part in (said, waiting) if part), action)
