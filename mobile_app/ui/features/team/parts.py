"""What the team's day is made of: a card for each rep, a rep's visits as a road, what waits for the manager. Words and callbacks only."""

from collections.abc import Callable
from datetime import datetime

import flet as ft

from mobile_app.data.repositories.rows import VisitRow
from mobile_app.ui import formats
from mobile_app.ui.design import (
    ALERT,
    INFO,
    MUTED,
    NEUTRAL,
    OK,
    WAIT,
    Action,
    Chip,
    DayStrip,
    EmptyState,
    HistoryRow,
    I,
    Press,
    RepDayCard,
    StopNode,
    StopStatus,
    VisitTile,
    card,
    fact,
    icon_button,
    row,
    rows_card,
    section,
    text,
)
from mobile_app.ui.features.team.day import begin_of, blocks, first, hour, span, status_of
from mobile_app.ui.features.team.model import RepDay, TeamModel
from mobile_app.ui.features.visits.evidence import minutes_between
from mobile_app.ui.features.words import outcome_words
from mobile_app.ui.i18n import N_, Words
from mobile_app.ui.theme import Space, Type

_LEGEND: tuple[tuple[StopStatus, str], ...] = (
    ("here", N_("On site")),
    ("done", N_("Done")),
    ("late", N_("Late")),
    ("missed", N_("Missed")),
    ("planned", N_("Planned")),
)


def day_switch(t: Words, model: TeamModel) -> ft.Control:
    """The day before, the day, the day after."""
    before = Action(t("The day before"), lambda: model.turn(-1), I.CHEVRON_LEFT_ROUNDED, "day-before")
    after = Action(t("The day after"), lambda: model.turn(1), I.CHEVRON_RIGHT_ROUNDED, "day-after")
    today = Action(t("Back to today"), lambda: model.show(model.today), I.TODAY_ROUNDED, "day-today")
    shown = formats.capitalised(formats.long_day(t, model.day, model.today))
    home = [icon_button(today)] if model.day != model.today else []
    return row(
        icon_button(before, "neutral"),
        text(shown, Type.STRONG, expand=True, align=ft.TextAlign.CENTER),
        *home,
        icon_button(after, "neutral"),
    )


def rep_card(t: Words, rep: RepDay, model: TeamModel, on_press: Press, zone: str, *, selected: bool) -> ft.Control:
    """A rep's day in one card, on the clocks of ``zone`` like those of all the others."""
    now = hour(model.now, model.day, zone) if model.day == model.today else None
    drawn = {each.user_id: blocks(each.visits, model.now, model.day, zone) for each in model.reps}
    axis = span(block for strip in drawn.values() for block in strip)
    count = f"{rep.done}/{len(rep.visits)}"
    said = t("Visits done: {done} of {total}", done=rep.done, total=len(rep.visits))
    return RepDayCard(
        rep.initials,
        rep.name,
        _where(t, rep, model.now, zone),
        count,
        DayStrip(drawn[rep.user_id], now, said, *axis),
        chip=_chip(t, rep, model.now, zone),
        selected=selected,
        on_press=on_press,
        spoken=said,
        key=rep.user_id,
    )


def waiting(t: Words, to_review: int, conflicts: int, review: Press, settle: Press) -> list[ft.Control]:
    """What waits for the manager; nothing, where nothing does."""
    rows = []
    if to_review:
        words = t.plural("{n} visit to review", "{n} visits to review", to_review)
        rows.append(HistoryRow(I.RATE_REVIEW_ROUNDED, words, "", review, divider=bool(conflicts), identifier="open-review"))
    if conflicts:
        words = t.plural("{n} value was changed twice", "{n} values were changed twice", conflicts)
        rows.append(HistoryRow(I.CALL_SPLIT_ROUNDED, words, "", settle, divider=False, identifier="open-conflicts"))
    return [section(t("Waiting for you"), rows_card(*rows))] if rows else []


def rep_body(
    t: Words, rep: RepDay, now: datetime, open_visit: Callable[[str], Press], zone: str, *, large: bool = False
) -> list[ft.Control]:
    """A rep's visits as a road, on the clocks of ``zone``, and what its marks mean."""
    if not rep.visits:
        return [EmptyState(I.EVENT_BUSY_ROUNDED, t("No visits on this day"), t("{name} has planned none.", name=rep.name))]
    tiles = [
        VisitTile(
            _clock(visit, zone),
            visit.account,
            _meta(t, visit, now, zone),
            status_of(visit, now),
            open_visit(visit.id),
            chip=Chip(t("To review"), INFO, I.RATE_REVIEW_ROUNDED) if visit.state == "checked_out" else None,
            spoken=t(dict(_LEGEND)[status_of(visit, now)]) if status_of(visit, now) in dict(_LEGEND) else "",
            first=place == 0,
            last=place == len(rep.visits) - 1,
            large=large,
            key=visit.id,
        )
        for place, visit in enumerate(rep.visits)
    ]
    road = card(*tiles, spacing=0, padding=ft.Padding(left=Space.L, top=4, right=Space.L, bottom=4))
    return [road, legend(t), fact(I.INFO_ROUNDED, t("Places come from check-ins; nobody is tracked."))]


def legend(t: Words) -> ft.Control:
    """What the marks mean."""
    return row(
        *[row(StopNode(status, 20), text(t(label), Type.META, MUTED), spacing=6, tight=True) for status, label in _LEGEND],
        spacing=Space.L,
        wrap=True,
    )


def _where(t: Words, rep: RepDay, now: datetime, zone: str) -> str:
    """Where the rep is by the last check-in, or goes first."""
    here = first(rep.visits, "here", now)
    if here is not None:
        return t("At {name} since {time}", name=here.account, time=_time(t, here, zone))
    made = [visit for visit in rep.visits if visit.left_at is not None]
    if made:
        last = max(made, key=lambda visit: visit.left_at or now)
        return t("Last at {name}, {time}", name=last.account, time=formats.both_times(t, last.left_at or now, zone, last.zone))
    ahead = first(rep.visits, "planned", now) or first(rep.visits, "late", now)
    if ahead is None:
        return t("No visits on this day")
    return t("First stop: {name}, {time}", name=ahead.account, time=_time(t, ahead, zone))


def _chip(t: Words, rep: RepDay, now: datetime, zone: str) -> Chip | None:
    missed, late = first(rep.visits, "missed", now), first(rep.visits, "late", now)
    if missed is not None:
        return Chip(t("Missed: {name}, {time}", name=missed.account, time=_time(t, missed, zone)), ALERT)
    if late is not None:
        return Chip(t("Late: {name}, {time}", name=late.account, time=_time(t, late, zone)), WAIT)
    if rep.to_review:
        return Chip(t.plural("{n} to review", "{n} to review", rep.to_review), INFO, I.RATE_REVIEW_ROUNDED)
    if rep.visits and rep.done == len(rep.visits):
        return Chip(t("The tour is done."), OK)
    return Chip(t("On time"), OK) if rep.visits else Chip(t("Nothing planned"), NEUTRAL)


def _meta(t: Words, visit: VisitRow, now: datetime, zone: str) -> str:
    status, begin = status_of(visit, now), begin_of(visit)
    there = formats.local_time(t, begin, zone, visit.zone) if begin else ""
    if status == "done":
        length = formats.duration(t, minutes_between(visit.arrived_at, visit.left_at))
        return formats.joined((outcome_words(t, visit.outcome), length, there))
    return formats.joined((t(dict(_LEGEND)[status]) if status != "planned" else "", visit.purpose, there))


def _time(t: Words, visit: VisitRow, zone: str) -> str:
    begin = begin_of(visit)
    return formats.both_times(t, begin, zone, visit.zone) if begin else "–"


def _clock(visit: VisitRow, zone: str) -> str:
    begin = begin_of(visit)
    return formats.clock_time(begin, zone) if begin else "–"
