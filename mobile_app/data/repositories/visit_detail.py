"""A visit's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from mobile_app.data.repositories.conflicts import ConflictView, of_record
from mobile_app.data.repositories.merging import customer
from mobile_app.data.repositories.people import name_of
from mobile_app.data.repositories.reading import seen
from shared.errors import RecordNotFound
from shared.models.customer import Account
from shared.models.visit import Visit
from shared.rules.distance import Place
from shared.sync.change import Base
from shared.sync.policy import Value


@dataclass(frozen=True, slots=True)
class VisitDetail:
    """A visit's page. Instants in UTC; ``zone`` is where it takes place."""

    id: str
    account_id: str
    account: str
    street: str
    postcode: str
    city: str
    phone: str
    place: Place | None
    user_id: str
    user: str
    planned_at: datetime | None
    planned_minutes: int | None
    zone: str
    purpose: str
    state: str
    arrived_at: datetime | None
    arrived_place: Place | None
    arrived_accuracy: float | None
    arrived_mocked: bool
    place_status: str
    left_at: datetime | None
    outcome: str
    note: str
    next_step: str
    next_step_on: date | None
    comment: str
    reviewed_by: str
    reviewed_at: datetime | None
    conflicts: tuple[ConflictView, ...]
    pending: frozenset[str]
    base: Base | None
    shown: dict[str, Value]


def visit_detail(session: Session, epoch: str, id_: str) -> VisitDetail:
    """Read a visit's page.

    Raises:
        RecordNotFound: no such visit here.
    """
    visit = session.get(Visit, id_)
    if visit is None:
        raise RecordNotFound
    found = seen(session, epoch, "visit", id_)
    account = customer(session, visit.account_id) or Account(id="")
    return VisitDetail(
        id=id_,
        account_id=visit.account_id or "",
        account=account.name or "",
        street=account.street or "",
        postcode=account.postcode or "",
        city=account.city or "",
        phone=account.phone or "",
        place=_place(account.lat, account.lon),
        user_id=visit.user_id or "",
        user=name_of(session, visit.user_id),
        planned_at=visit.planned_at,
        planned_minutes=visit.planned_minutes,
        zone=visit.zone or "UTC",
        purpose=visit.purpose or "",
        state=visit.state or "",
        arrived_at=visit.arrived_at,
        arrived_place=_place(visit.arrived_lat, visit.arrived_lon),
        arrived_accuracy=visit.arrived_accuracy,
        arrived_mocked=bool(visit.arrived_mocked),
        place_status=visit.place_status or "",
        left_at=visit.left_at,
        outcome=visit.outcome or "",
        note=visit.note or "",
        next_step=visit.next_step or "",
        next_step_on=visit.next_step_on,
        comment=visit.comment or "",
        reviewed_by=name_of(session, visit.reviewed_by),
        reviewed_at=visit.reviewed_at,
        conflicts=tuple(of_record(session, epoch, id_)),
        pending=found.pending,
        base=found.base,
        shown=found.shown,
    )


def _place(lat: float | None, lon: float | None) -> Place | None:
    return Place(lat, lon) if lat is not None and lon is not None else None
