"""A visit's page: before, during and after it, from the same pieces on a phone and in a tablet's pane."""

from collections.abc import Callable

import flet as ft

from mobile_app.data.repositories.visit_detail import VisitDetail
from mobile_app.ui import formats
from mobile_app.ui.design import Action, I, Kind, Press, PrimaryBar, Question, TopBar, use_model, use_value
from mobile_app.ui.features.beside import page_badge
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.now import now_of
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.reach import call, navigate
from mobile_app.ui.features.states import unready
from mobile_app.ui.features.visits.arrival import Arrival, use_arrival
from mobile_app.ui.features.visits.model import AHEAD, OPEN, OVER, VisitModel
from mobile_app.ui.features.visits.parts import VisitActions, ahead_body, open_body, over_body
from mobile_app.ui.features.words import visit_state
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Frame, Pane
from mobile_app.ui.session import Session, use_frame, use_session


@ft.component
def VisitPane(visit_id: str) -> ft.Control:
    """One visit."""
    session, t, frame = use_session(), use_words(), use_frame("today")
    model = use_live(lambda: VisitModel(session.device, visit_id))
    use_model(lambda: model.form)
    arrival = use_arrival()
    asking, ask = use_value(False)
    back = None if frame.two_panes else Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED, "back")
    ft.use_dialog(_calling_off(session, t, visit_id, ask) if asking else None)
    visit = model.visit
    use_open_form(on=model.mine and visit is not None and (visit.state == OPEN or model.writing))
    if visit is None or model.phase == "gone":
        return Pane(frame, TopBar(t("Visit"), "", back), unready(t, model.phase, model.reload, session.back) or [])
    top = TopBar(visit.account, visit_state(t, visit.state), back, *page_badge(frame))
    do = _actions(session, t, model, visit, lambda: ask(True))
    body = _body(t, session, model, visit, do, large=frame.large)
    return Pane(frame, top, body, _bar(session, t, frame, model, arrival))


def _body(t: Words, session: Session, model: VisitModel, visit: VisitDetail, do: VisitActions, *, large: bool) -> list[ft.Control]:
    clock, today = session.device.clock, session.device.store.today()
    if visit.state == OPEN and model.mine:
        return open_body(t, visit, model.form, do, clock=clock, today=today, saved=_saved(t, model, visit))
    if visit.state in OVER or visit.state == OPEN:
        form = model.form if model.writing and model.mine else None
        return over_body(t, visit, form, do, now=now_of(clock), today=today, mine=model.mine)
    return ahead_body(t, visit, now_of(clock), do, mine=model.mine, large=large)


def _saved(t: Words, model: VisitModel, visit: VisitDetail) -> str:
    """What of the notes is safe, and how."""
    if model.saved_at is None:
        return t("Kept on this phone as you type.")
    return t("Saved on this phone at {time}", time=formats.clock_time(model.saved_at, visit.zone))


def _bar(session: Session, t: Words, frame: Frame, model: VisitModel, arrival: Arrival) -> ft.Control | None:
    """The one next action; a quote beside it once one is there. Beside the tour, whose card has the accent, it is an ordinary one."""
    visit = model.visit
    if visit is None or not model.mine:
        return None
    kind: Kind = "filled"
    other: Action | None = None
    if visit.state in AHEAD:
        kind, main = ("filled" if frame.two_panes else "accent"), _arriving(t, visit, arrival)
    elif visit.state == OPEN:
        main, other = _leaving(t, model), _offering(session, t, visit)
    elif model.writing:
        main = _saving(t, model)
    elif visit.state in OVER:
        main, other = (
            Action(t("Back to the tour"), lambda: session.go("/today"), I.ROUTE_ROUNDED, "to-the-tour"),
            _offering(session, t, visit),
        )
    else:
        return None
    bar = PrimaryBar(main, other, kind=kind, enabled=not model.form.saving, wide=frame.wide, large=frame.large)
    bar.key = main.identifier  # another action is another button: the client keeps a reused one's old name for tests
    return bar


def _arriving(t: Words, visit: VisitDetail, arrival: Arrival) -> Action:
    async def arrive() -> None:
        await arrival.at(visit.id)

    return Action(t("Finding the place") if arrival.locating else t("I’m here"), arrive, I.WHERE_TO_VOTE_ROUNDED, "check-in")


def _leaving(t: Words, model: VisitModel) -> Action:
    return Action(t("End the visit"), model.check_out, I.FLAG_ROUNDED, "check-out")


def _saving(t: Words, model: VisitModel) -> Action:
    return Action(t("Save"), model.save, I.CHECK_ROUNDED, "save-visit")


def _offering(session: Session, t: Words, visit: VisitDetail) -> Action:
    async def offer() -> None:
        here = session.here
        written = await session.device.quotes.create(visit.account_id, visit.id)
        session.go(f"/quotes/{written.id}", here)

    return Action(t("Quote"), offer, I.REQUEST_QUOTE_OUTLINED, "new-quote")


def _actions(session: Session, t: Words, model: VisitModel, visit: VisitDetail, call_off: Press) -> VisitActions:
    place = visit.place

    return VisitActions(
        customer=lambda: session.go(f"/customers/{visit.account_id}"),
        call=call(session, t, visit.phone) if visit.phone else None,
        navigate=navigate(session, t, place, visit.account) if place is not None else None,
        call_off=call_off,
        save=model.save,
        write=model.write,
        drop=model.drop,
        settle=lambda: session.go("/conflicts" if session.manages else "/todo"),
    )


def _calling_off(session: Session, t: Words, visit_id: str, ask: Callable[[bool], None]) -> ft.AlertDialog:
    async def call_off() -> None:
        ask(False)
        await session.device.visits.cancel(visit_id)
        session.say(t("The visit is called off."))

    return Question(
        t("Call this visit off?"),
        t("It leaves the tour; the customer’s page still shows it."),
        Action(t("Call it off"), call_off, I.EVENT_BUSY_ROUNDED, "confirm-call-off"),
        Action(t("Keep the visit"), lambda: ask(False)),
        on_dismiss=lambda: ask(False),
    )
