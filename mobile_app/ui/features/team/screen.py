"""The team's day: who is where, and one rep's visits beside it or over it."""

import flet as ft

from mobile_app.ui.design import Action, EmptyState, I, Press, TopBar, column
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.paging import until_ready
from mobile_app.ui.features.team.model import RepDay, TeamModel
from mobile_app.ui.features.team.parts import day_switch, rep_body, rep_card, waiting
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Frame, Pane, Screen
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space


@ft.component
def TeamScreen() -> ft.View:
    """The manager's first place."""
    session, t, frame = use_session(), use_words(), use_frame("team")
    model = use_live(lambda: TeamModel(session.device))
    switch = ft.Container(day_switch(t, model), padding=ft.Padding(left=Space.PHONE, right=Space.PHONE, bottom=Space.S))
    top = column(TopBar(t("Team"), trailing=SyncBadgeHere()), switch, spacing=0)
    chosen = model.rep or (model.reps[0] if frame.two_panes and model.reps else None)
    main = Pane(frame, top, _body(session, t, frame, model, chosen), listing=True)

    def nobody() -> None:
        model.choose("")

    covered = chosen is not None and not frame.two_panes
    return Screen(
        t, frame, main, _beside(session, t, frame, model, chosen), route=ft.use_view_path(), confirm_pop=nobody if covered else None
    )


def _body(session: Session, t: Words, frame: Frame, model: TeamModel, chosen: RepDay | None) -> list[ft.Control]:
    unready = until_ready(t, model, 3)
    if unready is not None:
        return unready

    def choose(user_id: str) -> Press:
        return lambda: model.choose(user_id)

    if not model.reps:
        return [EmptyState(I.GROUPS_OUTLINED, t("No reps here yet"), t("They come with the first download."))]
    zone = session.device.clock.zone()
    cards = [rep_card(t, rep, model, choose(rep.user_id), zone, selected=rep is chosen) for rep in model.reps]
    conflicts = frame.counts.get("conflicts", 0)
    return [*cards, *waiting(t, model.to_review, conflicts, lambda: session.go("/review"), lambda: session.go("/conflicts"))]


def _beside(session: Session, t: Words, frame: Frame, model: TeamModel, chosen: RepDay | None) -> ft.Control | None:
    """The chosen rep's visits; with two panes somebody's, as soon as there is anybody."""

    def open_visit(visit_id: str) -> Press:
        return lambda: session.go(f"/review/{visit_id}")

    if chosen is None:
        return ft.Container(expand=True) if frame.two_panes else None
    back = None if frame.two_panes else Action(t("Back to the team"), lambda: model.choose(""), I.ARROW_BACK_ROUNDED, "back")
    top = TopBar(chosen.name, t("Visits done: {done} of {total}", done=chosen.done, total=len(chosen.visits)), back)
    return Pane(frame, top, rep_body(t, chosen, model.now, open_visit, session.device.clock.zone(), large=frame.large), key=chosen.user_id)
