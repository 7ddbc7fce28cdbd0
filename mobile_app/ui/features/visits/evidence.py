"""When and where a visit began and ended, in words: the fix with its accuracy, or why there is none."""

from datetime import datetime

import flet as ft

from mobile_app.data.repositories.visit_detail import VisitDetail
from mobile_app.ui import formats
from mobile_app.ui.design import MUTED, NEUTRAL, OK, WAIT, Chip, I, StatusChip, Tone, card, column, icon, left, row, text
from mobile_app.ui.features.now import use_now
from mobile_app.ui.i18n import N_, Words, use_words
from mobile_app.ui.theme import Space, Type
from shared.ports import Clock
from shared.rules.distance import geodesic_metres

_WHY_NONE = {
    "denied": N_("Without a place: the app may not use it. The visit counts all the same."),
    "declined": N_("Without a place: the app may not use it. The visit counts all the same."),
    "off": N_("Without a place: location is switched off. The visit counts all the same."),
    "unavailable": N_("Without a place: none could be found. The visit counts all the same."),
    "timeout": N_("Without a place: none could be found in time. The visit counts all the same."),
}
_FAR_METRES = 500
"""From here on the place of a check-in is worth a look."""


def place_words(t: Words, visit: VisitDetail) -> str:
    """Say where the visit began."""
    if visit.arrived_place is None:
        return t(_WHY_NONE[visit.place_status]) if visit.place_status in _WHY_NONE else t("Without a place.")
    about = f"±{formats.NBSP}{formats.distance(t, visit.arrived_accuracy or 0)}"
    if visit.place is None:
        return t("The place is known ({about})", about=about)
    metres = geodesic_metres(visit.place, visit.arrived_place)
    return t("{distance} from the address ({about})", distance=formats.distance(t, metres), about=about)


def is_odd(visit: VisitDetail) -> bool:
    """Whether the place wants a look."""
    if visit.arrived_place is None:
        return False
    far = visit.place is not None and geodesic_metres(visit.place, visit.arrived_place) > _FAR_METRES + (visit.arrived_accuracy or 0)
    return visit.arrived_mocked or far


def arrived(t: Words, visit: VisitDetail, clock: Clock) -> ft.Control:
    """The card of a visit in progress, with its running time."""
    return _card(t, visit, t("Here since {time}", time=_time(visit.arrived_at, visit)), Elapsed(visit.arrived_at, clock))


def made(t: Words, visit: VisitDetail) -> ft.Control:
    """The card of a visit that is over."""
    begin, end = _time(visit.arrived_at, visit), _time(visit.left_at, visit)
    length = formats.duration(t, minutes_between(visit.arrived_at, visit.left_at))
    return _card(t, visit, t("{begin} to {end}", begin=begin, end=end), StatusChip(Chip(length, NEUTRAL, I.TIMER_OUTLINED)))


@ft.component
def Elapsed(since: datetime | None, clock: Clock) -> ft.Control:
    """How long the visit lasts by now: a leaf, so that nothing else renders when a minute has passed."""
    t, now = use_words(), use_now(clock)
    return StatusChip(Chip(formats.duration(t, minutes_between(since, now)), NEUTRAL, I.TIMER_OUTLINED))


def minutes_between(begin: datetime | None, end: datetime | None) -> int:
    """Whole minutes, none where either is missing, or where one left before another came."""
    return max(0, int((end - begin).total_seconds() // 60)) if begin and end else 0


def _card(t: Words, visit: VisitDetail, title: str, chip: ft.Control) -> ft.Control:
    tone = _tone(visit)
    where = column(text(title, Type.SUBTITLE), text(place_words(t, visit), Type.META, MUTED), spacing=0, expand=True)
    mocked = [left(StatusChip(Chip(t("The phone says this place is simulated"), WAIT, I.LOCATION_ON_ROUNDED)))]
    return card(
        row(icon(I.WHERE_TO_VOTE_ROUNDED, tone.fg, 26), where, chip, spacing=Space.M, align=ft.CrossAxisAlignment.START),
        *(mocked if visit.arrived_mocked else []),
    )


def _tone(visit: VisitDetail) -> Tone:
    if visit.arrived_place is None:
        return NEUTRAL
    return WAIT if is_odd(visit) else OK


def _time(moment: datetime | None, visit: VisitDetail) -> str:
    return formats.clock_time(moment, visit.zone) if moment else "–"
