"""Reads a rep's visits as a day to scale: what is done, where they are, what was missed, what is late. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from mobile_app.data.repositories.rows import VisitRow
from mobile_app.data.repositories.tour import LATE_AFTER
from mobile_app.ui.design import Block, StopStatus

USUAL: Final = timedelta(minutes=30)
"""How long a visit is drawn whose end is not known."""

_OVER: Final = frozenset({"checked_out", "reviewed"})
_AHEAD: Final = frozenset({"planned", "en_route"})


def status_of(visit: VisitRow, now: datetime) -> StopStatus:
    """How a visit stands by ``now``; what was planned for a day that is over was missed."""
    if visit.state in _OVER:
        return "done"
    if visit.state == "checked_in":
        return "here"
    if visit.state not in _AHEAD:
        return "missed"
    if visit.planned_at is None or visit.planned_at + LATE_AFTER >= now:
        return "planned"
    return "late" if local_day(visit.planned_at, visit.zone) == local_day(now, visit.zone) else "missed"


def begin_of(visit: VisitRow) -> datetime | None:
    """When it began, or is to begin."""
    return visit.arrived_at or visit.planned_at


def blocks(visits: Sequence[VisitRow], now: datetime) -> list[Block]:
    """The visits as pieces of a day strip, in their order in time, in hours of the clocks where they take place."""
    drawn = []
    for visit in visits:
        begin = begin_of(visit)
        if begin is not None:
            end = visit.left_at or (now if visit.state == "checked_in" else begin + USUAL)
            start = hour(begin, visit.zone)
            length = max((end - begin).total_seconds(), 0) / 3600
            drawn.append(Block(start, start + length, status_of(visit, now)))
    return sorted(drawn, key=lambda block: block.start)


def hour(instant: datetime, zone: str) -> float:
    """An instant as hours of the clocks in ``zone``: half past nine is 9.5."""
    local = instant.astimezone(ZoneInfo(zone))
    return local.hour + local.minute / 60


def local_day(instant: datetime, zone: str) -> date:
    """The day of an instant in ``zone``."""
    return instant.astimezone(ZoneInfo(zone)).date()


def first(visits: Sequence[VisitRow], status: StopStatus, now: datetime) -> VisitRow | None:
    """The first visit that stands like this."""
    return next((visit for visit in visits if status_of(visit, now) == status), None)
