"""The visits to review, and one of them beside the list or over it."""

import flet as ft

from mobile_app.data.repositories.reviews import ReviewRow
from mobile_app.data.zones import zone_of
from mobile_app.ui import formats
from mobile_app.ui.design import (
    MUTED,
    Action,
    CustomerTile,
    EmptyState,
    I,
    PrimaryBar,
    TopBar,
    keyed,
    rows_card,
    text,
    use_model,
)
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.features.beside import list_screen, page_badge, page_screen
from mobile_app.ui.features.leaving import use_kept
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.now import now_of
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.paging import page_list, until_ready
from mobile_app.ui.features.states import unready
from mobile_app.ui.features.team.review_model import InboxModel, ReviewModel
from mobile_app.ui.features.team.review_parts import ReviewActions, Reviewed, place_chip, review_body
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Frame, Pane
from mobile_app.ui.routes import chosen
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space, Type


@ft.component
def ReviewScreen() -> ft.View:
    """The list; with two panes also the visit of the address, else the first that waits."""
    session, t, frame = use_session(), use_words(), use_frame("visits")
    model = use_live(lambda: InboxModel(session.device))
    visit_id = chosen("id") or (model.first if frame.two_panes else "")

    def nothing() -> ft.Control:
        if model.phase in ("loading", "slow"):
            return ft.Container()
        return EmptyState(I.RATE_REVIEW_OUTLINED, t("Nothing to review"), t("Notes and place of a visit are shown here."))

    return list_screen("visits", Inbox(model, visit_id), _page, nothing, visit_id)


@ft.component
def ReviewVisitScreen() -> ft.View:
    """A visit on a narrow screen."""
    return page_screen("visits", _page)


def _page(visit_id: str) -> ft.Control:
    return keyed(ReviewPane, visit_id)(visit_id)


@ft.component
def Inbox(inbox: InboxModel, selected: str) -> ft.Control:
    """The visits that wait for the manager's word."""
    session, t, frame = use_session(), use_words(), use_frame("visits")
    model = use_model(lambda: inbox)
    count = t.plural("{n} visit", "{n} visits", model.count) if model.count else ""
    return Pane(frame, TopBar(t("To review"), count, trailing=SyncBadgeHere()), _rows(session, t, model, selected), listing=True)


def _rows(session: Session, t: Words, model: InboxModel, selected: str) -> ft.Control | list[ft.Control]:
    unready = until_ready(t, model)
    if unready is not None:
        return unready
    if not model.rows:
        return [EmptyState(I.TASK_ALT_ROUNDED, t("All visits are reviewed"), t("New ones come with the team’s check-outs."))]

    rows = [rows_card(_row(session, t, visit, selected=visit.id == selected), key=visit.id) for visit in model.rows]
    return page_list(model, rows, ft.Padding(left=Space.PHONE, right=Space.PHONE, top=4, bottom=Space.XL), spacing=Space.S)


def _row(session: Session, t: Words, visit: ReviewRow, *, selected: bool) -> ft.Control:
    clock = session.device.clock
    when = formats.moment(t, visit.arrived_at, now_of(clock), clock.zone()) if visit.arrived_at else ""
    return CustomerTile(
        visit.initials,
        visit.account,
        formats.joined((visit.user, when)),
        lambda: session.go(f"/review/{visit.id}"),
        chip=place_chip(t, visit.metres, visit.accuracy, mocked=visit.mocked),
        selected=selected,
        identifier=f"review-{visit.id}",
    )


@ft.component
def ReviewPane(visit_id: str) -> ft.Control:
    """One visit, with the manager's word on it."""
    session, t, frame = use_session(), use_words(), use_frame("visits")
    model = use_live(lambda: ReviewModel(session.device, visit_id))
    form = use_model(lambda: model.form)
    use_open_form(on=model.open)
    use_kept(model.keep)
    visit = model.visit
    back = None if frame.two_panes else Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED, "back")
    if visit is None or model.phase == "gone":
        return Pane(frame, TopBar(t("Visit"), "", back), unready(t, model.phase, model.reload, session.back) or [])

    async def keep() -> None:
        form.leave("comment")
        await model.keep()

    clock = session.device.clock
    begin = visit.arrived_at or visit.planned_at
    when = formats.both_times(t, begin, clock.zone(), visit.zone) if begin else ""
    day = formats.long_day(t, begin.astimezone(zone_of(clock.zone())).date(), session.device.store.today()) if begin else ""
    top = TopBar(visit.account, formats.joined((visit.user, formats.capitalised(day), when)), back, *page_badge(frame))
    do = ReviewActions(lambda: session.go(f"/customers/{visit.account_id}"), lambda: session.go("/conflicts"), keep)
    shown = Reviewed(visit, model.metres, now_of(clock), session.device.store.today(), clock.zone())
    body = review_body(t, shown, form, do, wide=frame.two_panes)
    return Pane(frame, top, body, _bar(session, t, frame, model), gap=Space.L if frame.wide else Space.M)


def _bar(session: Session, t: Words, frame: Frame, model: ReviewModel) -> ft.Control | None:
    if not model.open:
        return None
    following = model.waiting > 1

    async def review() -> None:
        here = session.here
        follower = await model.review()
        if follower is None:
            return
        session.say(t("Marked as reviewed. Saved on this device."))
        session.go(f"/review/{follower}" if follower else "/review", here)

    label = t("Mark as reviewed, next") if following else t("Mark as reviewed")
    place = t("{n} of {total}", n=model.place_in_line, total=model.waiting)
    lead = text(place, Type.META_STRONG, MUTED)
    return PrimaryBar(Action(label, review, I.CHECK_ROUNDED, "mark-reviewed"), lead=lead, wide=frame.wide, large=frame.large)
