"""Colleagues and territories: who is who, and who works where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from mobile_app.data.store import Store
from shared.models.organisation import Assignment, Territory, User
from shared.rules.distance import Place
from shared.rules.folding import initials


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague as the directory shows her."""

    id: str
    name: str
    initials: str
    role: str
    language: str
    active: bool


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """A part of the market, and where its middle is."""

    id: str
    name: str
    place: Place | None


class People:
    """The directory."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def me(self) -> Person | None:
        """Who uses this device; None until the directory has come."""
        return await self.user(self._store.identity.user_id)

    async def user(self, id_: str) -> Person | None:
        """A colleague, or None."""
        return await self._store.read(lambda session: _person(session.get(User, id_)))

    async def team(self) -> list[Person]:
        """Everybody who is active, by name."""
        return await self._store.read(_team)

    async def territories(self) -> list[TerritoryRow]:
        """All of them, by name."""
        return await self._store.read(_territories)

    async def my_territories(self) -> list[TerritoryRow]:
        """Those to which this device's user is assigned today, by name."""
        me, today = self._store.identity.user_id, self._store.today()
        return await self._store.read(lambda session: _territories_of(session, me, today))


def name_of(session: Session, user_id: str | None) -> str:
    """What a colleague is called, '' where nobody is known by that id."""
    user = session.get(User, user_id) if user_id else None
    return (user.name or "") if user is not None else ""


def _person(user: User | None) -> Person | None:
    if user is None:
        return None
    name = user.name or ""
    return Person(user.id, name, user.initials or initials(name), user.role or "", user.language or "", active=user.active is not False)


def _team(session: Session) -> list[Person]:
    people = [_person(user) for user in session.exec(select(User).order_by(User.name))]
    return [person for person in people if person is not None and person.active]


def _territories(session: Session) -> list[TerritoryRow]:
    return [_territory(row) for row in session.exec(select(Territory).order_by(Territory.name))]


def _territories_of(session: Session, user_id: str, day: date) -> list[TerritoryRow]:
    until = or_(col(Assignment.valid_to).is_(None), col(Assignment.valid_to) >= day)
    assigned = select(Assignment.territory_id).where(Assignment.user_id == user_id, col(Assignment.valid_from) <= day, until)
    query = select(Territory).where(col(Territory.id).in_(assigned)).order_by(Territory.name)
    return [_territory(row) for row in session.exec(query)]


def _territory(row: Territory) -> TerritoryRow:
    return TerritoryRow(row.id, row.name or "", Place(row.lat, row.lon) if row.lat is not None and row.lon is not None else None)
