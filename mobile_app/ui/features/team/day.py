"""Reads a rep's visits as a day to scale: what is done, where they are, what was missed, what is late. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Final

from mobile_app.data.repositories.rows import VisitRow
from mobile_app.data.repositories.tour import LATE_AFTER
from mobile_app.data.zones import zone_of
from mobile_app.ui.design import Block, StopStatus

USUAL: Final = timedelta(minutes=30)
"""How long a visit is drawn whose end is not known."""

_DAY: Final = (8, 18)
"""The hours that a strip shows also where nothing is drawn."""

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


def blocks(visits: Sequence[VisitRow], now: datetime, day: date, zone: str) -> list[Block]:
    """The visits as pieces of a strip of ``day``, in their order in time, in hours of the clocks of ``zone``.

    That is the zone of whoever looks, wherever the visits take place: a strip has one axis, and its line says now on the same one.
    """
    drawn = []
    for visit in visits:
        begin = begin_of(visit)
        if begin is not None:
            end = visit.left_at or (now if visit.state == "checked_in" else begin + USUAL)
            start = hour(begin, day, zone)
            length = max((end - begin).total_seconds(), 0) / 3600
            drawn.append(Block(start, start + length, status_of(visit, now)))
    return sorted(drawn, key=lambda block: block.start)


def span(drawn: Iterable[Block]) -> tuple[int, int]:
    """The hours from and to which a strip must go to show all that is ``drawn`` where it belongs: even ones, for its labels."""
    times = [time for block in drawn for time in (block.start, block.end)]
    start, end = floor(min(times, default=_DAY[0]) / 2) * 2, ceil(max(times, default=_DAY[1]) / 2) * 2
    return max(min(start, _DAY[0]), 0), min(max(end, _DAY[1]), 24)


def hour(instant: datetime, day: date, zone: str) -> float:
    """An instant as hours of ``day`` on the clocks of ``zone``: half past nine is 9.5, half past midnight after it 24.5."""
    local = instant.astimezone(zone_of(zone))
    return (local.date() - day).days * 24 + local.hour + local.minute / 60


def local_day(instant: datetime, zone: str) -> date:
    """The day of an instant in ``zone``."""
    return instant.astimezone(zone_of(zone)).date()


def first(visits: Sequence[VisitRow], status: StopStatus, now: datetime) -> VisitRow | None:
    """The first visit that stands like this."""
    return next((visit for visit in visits if status_of(visit, now) == status), None)
