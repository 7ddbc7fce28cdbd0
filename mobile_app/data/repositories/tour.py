"""A day's tour: a rep's stops in order, how far each is from the one before, and where the day stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlmodel import Session, col, or_, select

from mobile_app.data.desk import day_bounds
from mobile_app.data.repositories.merging import customer
from mobile_app.data.repositories.reading import ask
from shared.models.customer import Account
from shared.models.visit import Visit
from shared.rules.distance import Place, geodesic_metres, travel_minutes

LATE_AFTER: Final = timedelta(minutes=15)
StopStatus = Literal["done", "next", "here", "planned", "late", "missed"]
_DONE: Final = frozenset({"checked_out", "reviewed"})
_AHEAD: Final = frozenset({"planned", "en_route"})


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. ``distance_m`` and ``travel_minutes`` are from the stop before it, None where a place is not known."""

    id: str
    account_id: str
    account: str
    street: str
    postcode: str
    city: str
    phone: str
    place: Place | None
    planned_at: datetime | None
    planned_minutes: int | None
    zone: str
    purpose: str
    state: str
    status: StopStatus
    arrived_at: datetime | None
    left_at: datetime | None
    distance_m: float | None
    travel_minutes: int | None
    pending: bool


def tour(session: Session, day: date, user_id: str, zone: str, now: datetime) -> list[Stop]:
    """A rep's visits planned for ``day`` in ``zone``, or made on it, without the cancelled ones."""
    begin, end = day_bounds(day, zone)
    mine = select(Visit).where(Visit.user_id == user_id, Visit.state != "cancelled", on_day(begin, end))
    visits = sorted(session.exec(mine), key=lambda visit: (visit.planned_at or visit.arrived_at or begin, visit.id))
    unsent = {id_ for (id_,) in ask(session, "SELECT DISTINCT record_id FROM pending")}
    stops: list[Stop] = []
    for visit in visits:
        before = stops[-1].place if stops else None
        account = customer(session, visit.account_id)
        stops.append(_stop(visit, account, before, now, pending=visit.id in unsent))
    return _with_next(stops)


def on_day(begin: datetime, end: datetime):  # type: ignore[no-untyped-def]  # noqa: ANN201 - an expression of SQLAlchemy's
    """The condition that a visit was planned or began in [begin, end)."""
    planned, arrived = col(Visit.planned_at), col(Visit.arrived_at)
    return or_((planned >= begin) & (planned < end), (arrived >= begin) & (arrived < end))


def _stop(visit: Visit, account: Account | None, before: Place | None, now: datetime, *, pending: bool) -> Stop:
    here = None
    if account is not None and account.lat is not None and account.lon is not None:
        here = Place(account.lat, account.lon)
    metres = geodesic_metres(before, here) if before is not None and here is not None else None
    return Stop(
        id=visit.id,
        account_id=account.id if account is not None else visit.account_id or "",
        account=(account.name or "") if account is not None else "",
        street=(account.street or "") if account is not None else "",
        postcode=(account.postcode or "") if account is not None else "",
        city=(account.city or "") if account is not None else "",
        phone=(account.phone or "") if account is not None else "",
        place=here,
        planned_at=visit.planned_at,
        planned_minutes=visit.planned_minutes,
        zone=visit.zone or "UTC",
        purpose=visit.purpose or "",
        state=visit.state or "",
        status=_status(visit, now),
        arrived_at=visit.arrived_at,
        left_at=visit.left_at,
        distance_m=metres,
        travel_minutes=None if metres is None else travel_minutes(metres),
        pending=pending,
    )


def _status(visit: Visit, now: datetime) -> StopStatus:
    if visit.state in _DONE:
        return "done"
    if visit.state == "checked_in":
        return "here"
    if visit.state not in _AHEAD:
        return "missed"
    late = visit.planned_at is not None and visit.planned_at + LATE_AFTER < now
    return "late" if late else "planned"


def _with_next(stops: Sequence[Stop]) -> list[Stop]:
    """Mark the first stop ahead as the next one, unless the rep is with a customer now."""
    ahead = next((place for place, stop in enumerate(stops) if stop.state in _AHEAD), None)
    if ahead is None or any(stop.status == "here" for stop in stops):
        return list(stops)
    return [replace(stop, status="next") if place == ahead and stop.status == "planned" else stop for place, stop in enumerate(stops)]
