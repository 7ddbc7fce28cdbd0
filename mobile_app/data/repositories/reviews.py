"""The visits that wait for the manager's word, with what their check-in says of the place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from mobile_app.data.repositories.merging import customer
from mobile_app.data.repositories.people import name_of
from mobile_app.data.repositories.rows import account_name
from mobile_app.data.store import Store
from shared.models.organisation import User
from shared.models.visit import Visit
from shared.rules.distance import Place, geodesic_metres, is_place
from shared.rules.folding import initials

OVER = "checked_out"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A visit to review. ``metres`` is how far from the customer's address it was checked in, None where a place is not known."""

    id: str
    account: str
    user_id: str
    user: str
    initials: str
    arrived_at: datetime | None
    zone: str
    metres: float | None
    accuracy: float | None
    mocked: bool


class Reviews:
    """The only door to what is to be reviewed, for the UI."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, limit: int = 100, offset: int = 0) -> list[ReviewRow]:
        """Visits that are over and not reviewed, the newest first."""
        query = select(Visit).where(Visit.state == OVER).order_by(col(Visit.arrived_at).desc(), col(Visit.id)).limit(limit).offset(offset)
        return await self._store.read(lambda session: [_row(session, visit) for visit in session.exec(query)])

    async def ids(self) -> list[str]:
        """All of them, in the order of ``page``."""
        query = select(Visit.id).where(Visit.state == OVER).order_by(col(Visit.arrived_at).desc(), col(Visit.id))
        return await self._store.read(lambda session: list(session.exec(query)))

    async def count(self) -> int:
        """How many there are."""
        query = select(func.count()).select_from(Visit).where(Visit.state == OVER)
        return await self._store.read(lambda session: int(session.exec(query).one()))


def from_address(arrived: Place | None, address: Place | None) -> float | None:
    """How far in metres a check-in was from the address on file, None where one of them is not known."""
    return None if arrived is None or address is None else geodesic_metres(arrived, address)


def _row(session: Session, visit: Visit) -> ReviewRow:
    account = customer(session, visit.account_id)
    user = session.get(User, visit.user_id) if visit.user_id else None
    name = name_of(session, visit.user_id)
    address = _place(account.lat, account.lon) if account is not None else None
    return ReviewRow(
        visit.id,
        account_name(session, visit.account_id),
        visit.user_id or "",
        name,
        (user.initials if user is not None else "") or initials(name),
        visit.arrived_at,
        visit.zone or "UTC",
        from_address(_place(visit.arrived_lat, visit.arrived_lon), address),
        visit.arrived_accuracy,
        bool(visit.arrived_mocked),
    )


def _place(lat: float | None, lon: float | None) -> Place | None:
    return Place(lat, lon) if lat is not None and lon is not None and is_place(lat, lon) else None
