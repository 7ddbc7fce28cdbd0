"""A visit as the manager reads it: place and time, what came of it, the notes, the comment. Words and callbacks only."""

from dataclasses import dataclass
from datetime import date, datetime

import flet as ft

from mobile_app.data.repositories.visit_detail import VisitDetail
from mobile_app.ui import formats
from mobile_app.ui.design import (
    ALERT,
    INFO,
    INK,
    MUTED,
    NEUTRAL,
    OK,
    WAIT,
    Action,
    Banner,
    Chip,
    HistoryRow,
    I,
    Press,
    StatusChip,
    card,
    column,
    equal_row,
    fact,
    field,
    heading,
    row,
    rows_card,
    text,
)
from mobile_app.ui.features.photos import PhotosCard
from mobile_app.ui.features.team.review_model import CommentForm
from mobile_app.ui.features.visits.evidence import minutes_between, place_words
from mobile_app.ui.features.words import outcome_words, visit_state
from mobile_app.ui.i18n import Words
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.theme import Space, Type

FAR_METRES = 500
"""From here on, beyond its accuracy, a check-in wants a look."""
SHARP_METRES = 50
"""A fix up to so wide is a good one."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the page shows: the visit, how far from the address it began, and when and on the clocks of which zone it is read."""

    visit: VisitDetail
    metres: float | None
    now: datetime
    today: date
    zone: str


@dataclass(frozen=True, slots=True)
class ReviewActions:
    """What one can do from a visit under review."""

    customer: Press
    settle: Press
    keep: Press


def review_body(t: Words, shown: Reviewed, form: CommentForm, do: ReviewActions, *, wide: bool) -> list[ft.Control]:
    """The visit's page."""
    visit = shown.visit
    facts, came = place_and_time(t, visit, shown.metres, shown.zone, wide=wide), result(t, visit, shown.today, wide=wide)
    both = [equal_row(facts, came, spacing=Space.L)] if wide else [facts, came]
    where = ", ".join(part for part in (visit.street, f"{visit.postcode} {visit.city}".strip()) if part)
    address = rows_card(HistoryRow(I.STOREFRONT_ROUNDED, visit.account, where, do.customer, divider=False, identifier="open-customer"))
    return [
        *_conflicts(t, visit, do),
        *both,
        notes(t, visit),
        PhotosCard(visit.id, may_add=False),
        *comment(t, visit, form, shown, do.keep),
        address,
    ]


def place_chip(t: Words, metres: float | None, accuracy: float | None, *, mocked: bool) -> Chip | None:
    """What is odd about where a visit began; None where nothing is."""
    if mocked:
        return Chip(t("Simulated place"), ALERT, I.WRONG_LOCATION_ROUNDED)
    if metres is not None and metres > FAR_METRES + (accuracy or 0):
        return Chip(t("{distance} from the address", distance=formats.distance(t, metres)), WAIT, I.LOCATION_ON_ROUNDED)
    return None


def place_and_time(t: Words, visit: VisitDetail, metres: float | None, zone: str, *, wide: bool) -> ft.Control:
    """Where and when it took place, with how sure that is."""
    facts = [*_place(t, visit, metres), *_times(t, visit, zone)]
    return card(heading(t("Place and time")), *facts, spacing=Space.M, expand=1 if wide else None)


def result(t: Words, visit: VisitDetail, today: date, *, wide: bool) -> ft.Control:
    """What came of it and what follows."""
    follows = visit.next_step
    if visit.next_step_on is not None:
        when = formats.relative_day(t, visit.next_step_on, today)
        follows = t("{step}, {day}", step=follows, day=when) if follows else formats.capitalised(when)
    lines = (
        (t("Purpose"), visit.purpose),
        (t("Outcome"), outcome_words(t, visit.outcome)),
        (t("Next step"), follows),
    )
    said: list[ft.Control] = [column(text(label, Type.META, MUTED), text(words, Type.STRONG), spacing=0) for label, words in lines if words]
    return card(
        heading(t("What came of it")),
        *(said or [text(t("Nothing was written yet."), color=MUTED)]),
        spacing=Space.M,
        expand=1 if wide else None,
    )


def notes(t: Words, visit: VisitDetail) -> ft.Control:
    """What the rep wrote."""
    words = text(visit.note, selectable=True) if visit.note else text(t("No notes."), color=MUTED)
    return card(heading(t("Notes")), words, spacing=Space.M)


def comment(t: Words, visit: VisitDetail, form: CommentForm, shown: Reviewed, keep: Press) -> list[ft.Control]:
    """The manager's own words, while the visit can be reviewed and after."""
    if visit.state not in ("checked_out", "reviewed"):
        return []
    problem = form.problem("comment")
    typed = field(
        t("Comment for {name}", name=visit.user),
        form.text("comment"),
        lambda value: form.put("comment", value),
        error=sentence_for(t, problem.code, problem.params) if problem is not None else None,
        helper=t("{name} reads it on the visit’s page.", name=visit.user),
        lines=2,
        on_blur=keep,
        identifier="field-comment",
    )
    when = formats.moment(t, visit.reviewed_at, shown.now, shown.zone) if visit.reviewed_at else ""
    by = t("Reviewed by {name}", name=visit.reviewed_by) if visit.reviewed_by else ""
    return [typed, *([fact(I.CHECK_CIRCLE_ROUNDED, formats.joined((by, when)))] if by else [])]


def _conflicts(t: Words, visit: VisitDetail, do: ReviewActions) -> list[ft.Control]:
    if not visit.conflicts:
        return []
    words = t.plural("{n} value was changed twice", "{n} values were changed twice", len(visit.conflicts))
    return [Banner(words, Action(t("Settle it"), do.settle, None, "settle-conflict"), I.CALL_SPLIT_ROUNDED, INFO)]


def _place(t: Words, visit: VisitDetail, metres: float | None) -> list[ft.Control]:
    if visit.arrived_at is None:
        return []
    if visit.arrived_place is None:
        return [fact(I.LOCATION_OFF_OUTLINED, place_words(t, visit), INK, Type.BODY)]
    chips: list[Chip] = []
    if metres is not None:
        far = metres > FAR_METRES + (visit.arrived_accuracy or 0)
        words = t("{distance} from the address", distance=formats.distance(t, metres))
        chips.append(Chip(words, WAIT if far else OK, I.LOCATION_ON_ROUNDED))
    if visit.arrived_accuracy is not None:
        sharp = visit.arrived_accuracy <= SHARP_METRES
        words = t("Accuracy {distance}", distance=formats.distance(t, visit.arrived_accuracy))
        chips.append(Chip(words, OK if sharp else NEUTRAL, I.GPS_FIXED_ROUNDED))
    if visit.arrived_mocked:
        chips.append(Chip(t("Simulated place"), ALERT, I.WRONG_LOCATION_ROUNDED))
    said: list[ft.Control] = [row(*[StatusChip(chip) for chip in chips], wrap=True)] if chips else []
    if metres is None:
        said.append(fact(I.INFO_ROUNDED, t("The address has no position yet, so the distance is not known."), INK))
    elif metres > FAR_METRES + (visit.arrived_accuracy or 0):
        said.append(
            fact(I.INFO_ROUNDED, t("The address on file may be wrong, or the check-in was made elsewhere. Ask before you judge."), INK)
        )
    return said


def _times(t: Words, visit: VisitDetail, zone: str) -> list[ft.Control]:
    found: list[ft.Control] = []
    if visit.arrived_at is not None and visit.left_at is not None:
        length = formats.duration(t, minutes_between(visit.arrived_at, visit.left_at))
        said = t(
            "In at {begin}, out at {end}: {duration}",
            begin=_clock(t, visit, visit.arrived_at, zone),
            end=_clock(t, visit, visit.left_at, zone),
            duration=length,
        )
        found.append(fact(I.SCHEDULE_ROUNDED, said, INK))
    elif visit.arrived_at is not None:
        found.append(fact(I.SCHEDULE_ROUNDED, t("In since {time}", time=_clock(t, visit, visit.arrived_at, zone)), INK))
    else:
        found.append(fact(I.SCHEDULE_ROUNDED, visit_state(t, visit.state), INK))
    if visit.planned_at is not None:
        found.append(fact(I.EVENT_ROUNDED, t("Planned for {time}", time=_clock(t, visit, visit.planned_at, zone)), INK))
    return found


def _clock(t: Words, visit: VisitDetail, at: datetime, zone: str) -> str:
    return formats.both_times(t, at, zone, visit.zone)
