"""What a visit's page is made of, before, during and after it. Words and callbacks only."""

from dataclasses import dataclass
from datetime import date, datetime

import flet as ft

from mobile_app.data.repositories.visit_detail import VisitDetail
from mobile_app.ui import formats
from mobile_app.ui.design import (
    INFO,
    INK,
    MUTED,
    Action,
    Banner,
    HistoryRow,
    I,
    Press,
    QuickActions,
    button,
    card,
    fact,
    heading,
    left,
    link,
    rows_card,
    text,
)
from mobile_app.ui.features.fields import day_input, refusal, text_input
from mobile_app.ui.features.forms import RecordForm
from mobile_app.ui.features.grid import choice_grid
from mobile_app.ui.features.photos import PhotosCard
from mobile_app.ui.features.visits.evidence import arrived, made
from mobile_app.ui.features.words import OUTCOMES, outcome_words
from mobile_app.ui.i18n import Words
from mobile_app.ui.theme import Space, Type
from shared.ports import Clock

NEXT_DAYS = (1, 7, 14)
"""Days from today that are offered for the next step."""


@dataclass(frozen=True, slots=True)
class VisitActions:
    """What one can do from a visit's page."""

    customer: Press
    call: Press | None
    navigate: Press | None
    call_off: Press
    save: Press
    write: Press
    drop: Press
    settle: Press


def ahead_body(t: Words, visit: VisitDetail, now: datetime, do: VisitActions, *, mine: bool, large: bool) -> list[ft.Control]:
    """A visit that has not begun, or will not."""
    facts = [
        (I.EVENT_ROUNDED, formats.capitalised(formats.moment(t, visit.planned_at, now, visit.zone)) if visit.planned_at else ""),
        (I.SCHEDULE_ROUNDED, t("{duration} planned", duration=formats.duration(t, visit.planned_minutes)) if visit.planned_minutes else ""),
        (I.FLAG_OUTLINED, visit.purpose),
        (I.PERSON_OUTLINE_ROUNDED, "" if mine else visit.user),
    ]
    plan = card(heading(t("The plan")), *[fact(icon, words, INK, Type.BODY) for icon, words in facts if words], spacing=Space.M)
    off = [left(link(Action(t("Call the visit off"), do.call_off, I.EVENT_BUSY_ROUNDED, "call-off")))]
    last = off if mine and visit.state == "planned" else []
    return [*_marks(t, visit, do), *_ways(t, do, large=large), plan, _customer(t, visit, do), *last]


def open_body(
    t: Words, visit: VisitDetail, form: RecordForm, do: VisitActions, *, clock: Clock, today: date, saved: str
) -> list[ft.Control]:
    """A visit in progress: the time runs, one writes."""
    save = left(button(Action(t("Save the notes now"), do.save, I.SAVE_OUTLINED, "save-notes"), "outlined", small=True))
    return [
        *_marks(t, visit, do),
        arrived(t, visit, clock),
        *refusal(t, form),
        *writing(t, form, today, saved),
        save,
        PhotosCard(visit.id, may_add=True),
        _customer(t, visit, do),
    ]


def over_body(
    t: Words, visit: VisitDetail, form: RecordForm | None, do: VisitActions, *, now: datetime, today: date, mine: bool
) -> list[ft.Control]:
    """A visit that is over; with a ``form`` what was written about it is open again."""
    if form is not None:
        drop = left(link(Action(t("Discard what I typed"), do.drop, I.UNDO_ROUNDED, "drop-notes")))
        return [
            *_marks(t, visit, do),
            made(t, visit),
            *refusal(t, form),
            *writing(t, form, today, t("Kept on this phone as you type.")),
            drop,
            PhotosCard(visit.id, may_add=mine),
        ]
    edit = [left(button(Action(t("Edit the notes"), do.write, I.EDIT_ROUNDED, "edit-notes"), "outlined", small=True))] if mine else []
    photos = PhotosCard(visit.id, may_add=mine)
    said = [_summary(t, visit, today), *_comment(t, visit, now), *edit]
    return [*_marks(t, visit, do), made(t, visit), *said, photos, _customer(t, visit, do)]


def writing(t: Words, form: RecordForm, today: date, saved: str) -> list[ft.Control]:
    """The form: what was said, what came of it, what follows; ``saved`` says what of it is safe."""
    kept = fact(I.CHECK_ROUNDED, saved)
    follow = (
        text_input(t, form, "next_step", t("What to do")),
        day_input(t, form, "next_step_on", t("When"), today=today, steps=NEXT_DAYS),
    )
    return [
        card(heading(t("Notes")), text_input(t, form, "note", t("What was said"), lines=4), kept, spacing=Space.M),
        card(heading(t("Outcome")), _outcomes(t, form), spacing=Space.M),
        card(heading(t("Next step")), *follow, spacing=Space.M),
    ]


def _outcomes(t: Words, form: RecordForm) -> ft.Control:
    """What can come of a visit; a second tap takes the answer back."""
    values = list(OUTCOMES)
    chosen = form.text("outcome")

    def choose(place: int) -> None:
        form.choose("outcome", "" if form.text("outcome") == values[place] else values[place])

    selected = values.index(chosen) if chosen in OUTCOMES else None
    return choice_grid([t(words) for words in OUTCOMES.values()], selected, choose, identifier="outcome")


def _summary(t: Words, visit: VisitDetail, today: date) -> ft.Control:
    follows = visit.next_step
    if visit.next_step_on is not None:
        when = formats.relative_day(t, visit.next_step_on, today)
        follows = t("{step}, {day}", step=follows, day=when) if follows else formats.capitalised(when)
    facts = [
        (I.FLAG_ROUNDED, outcome_words(t, visit.outcome)),
        (I.STICKY_NOTE_2_OUTLINED, visit.note),
        (I.EVENT_ROUNDED, t("Next step: {step}", step=follows) if follows else ""),
    ]
    shown: list[ft.Control] = [fact(icon, words, INK, Type.BODY) for icon, words in facts if words]
    return card(heading(t("What came of it")), *(shown or [text(t("Nothing was written yet."), color=MUTED)]), spacing=Space.M)


def _comment(t: Words, visit: VisitDetail, now: datetime) -> list[ft.Control]:
    if not visit.comment and not visit.reviewed_by:
        return []
    when = formats.moment(t, visit.reviewed_at, now, visit.zone) if visit.reviewed_at else ""
    said = [text(visit.comment)] if visit.comment else []
    by = t("Reviewed by {name}", name=visit.reviewed_by) if visit.reviewed_by else ""
    return [card(heading(t("Comment")), *said, text(formats.joined((by, when)), Type.META, MUTED), spacing=Space.S)]


def _customer(t: Words, visit: VisitDetail, do: VisitActions) -> ft.Control:
    town = " ".join(part for part in (visit.postcode, visit.city) if part)
    where = ", ".join(part for part in (visit.street, town) if part)
    return rows_card(HistoryRow(I.STOREFRONT_ROUNDED, visit.account, where, do.customer, divider=False, identifier="open-customer"))


def _ways(t: Words, do: VisitActions, *, large: bool) -> list[ft.Control]:
    ways = [Action(t("Call"), do.call, I.CALL_ROUNDED, "call")] if do.call else []
    if do.navigate:
        ways.append(Action(t("Directions"), do.navigate, I.DIRECTIONS_ROUNDED, "navigate"))
    return [QuickActions(*ways, large=large)] if ways else []


def _marks(t: Words, visit: VisitDetail, do: VisitActions) -> list[ft.Control]:
    if not visit.conflicts:
        return []
    words = t.plural("{n} value was changed twice", "{n} values were changed twice", len(visit.conflicts))
    return [Banner(words, Action(t("Settle it"), do.settle, None, "settle-conflict"), I.CALL_SPLIT_ROUNDED, INFO)]
