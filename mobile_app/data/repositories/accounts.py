"""Customers: the list that is searched as one types, a customer's page, and duplicates before they are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import Session

from mobile_app.data.among import among
from mobile_app.data.desk import Label, Written
from mobile_app.data.listing import Place as ListPlace
from mobile_app.data.repositories import saving
from mobile_app.data.repositories.conflicts import ConflictView, of_account
from mobile_app.data.repositories.duplicates import Candidate, candidates
from mobile_app.data.repositories.merging import customer, duplicates_here, family
from mobile_app.data.repositories.reading import ask, lists, seen, text
from mobile_app.data.repositories.rows import (
    OPEN_QUOTES,
    ContactRow,
    QuoteRow,
    VisitRow,
    contact_rows,
    last_visits,
    open_quotes,
)
from mobile_app.data.repositories.saving import Fields
from mobile_app.data.search import sought
from mobile_app.data.store import Store
from shared.errors import RecordNotFound
from shared.models.columns import instant_of
from shared.models.organisation import Territory
from shared.rules.distance import Place, great_circle_metres, is_place
from shared.rules.folding import initials
from shared.sync.change import Base
from shared.sync.policy import Value

_SHOWN_VISITS = 5
_Head = tuple[Any, ...]
"""What one row of the list reads: the columns of ``_ROW``, and its key."""
_AMONG = "IN (SELECT value FROM json_each(?))"
_OPEN = ", ".join(f"'{state}'" for state in OPEN_QUOTES)


_ROW = (
    "SELECT a.id, a.name, a.city, a.phone, a.lat, a.lon, (SELECT max(arrived_at) FROM visit v WHERE v.account_id = a.id),"  # noqa: S608 - our own states
    f" (SELECT count(*) FROM quote q WHERE q.account_id = a.id AND q.state IN ({_OPEN})),"
    " EXISTS (SELECT 1 FROM pending p WHERE p.record_id = a.id)"
)
_ROWS = f"{_ROW}, '' FROM json_each(?) j JOIN account a ON a.id = j.value"
_BY_NAME = f"{_ROW}, l.key FROM account_listing l JOIN account a ON a.id = l.id WHERE (l.key, l.id) > (?, ?) ORDER BY l.key, l.id LIMIT ?"


_TOGETHER = (
    f"SELECT (SELECT max(arrived_at) FROM visit WHERE account_id {_AMONG}),"  # noqa: S608
    f" (SELECT count(*) FROM quote WHERE account_id {_AMONG} AND state IN ({_OPEN}))"
)


class AccountRow(msgspec.Struct, frozen=True):
    """A customer in the list. ``after`` is its place there: the next page begins behind it."""

    id: str
    name: str
    city: str
    phone: str
    last_visit_at: datetime | None
    distance_m: float | None
    open_quotes: int
    pending: bool
    after: ListPlace

    @property
    def initials(self) -> str:
        """For its sign."""
        return initials(self.name)


@dataclass(frozen=True, slots=True)
class AccountDetail:
    """A customer's page. ``base`` and ``shown`` are for the form that edits it; ``pending`` names the fields that are not sent yet."""

    id: str
    name: str
    initials: str
    street: str
    postcode: str
    city: str
    country: str
    place: Place | None
    phone: str
    email: str
    website: str
    vat_id: str
    segment: str
    tags: tuple[str, ...]
    territory_id: str
    territory: str
    opening_hours: str
    note: str
    contacts: tuple[ContactRow, ...]
    open_quotes: tuple[QuoteRow, ...]
    last_visits: tuple[VisitRow, ...]
    conflicts: tuple[ConflictView, ...]
    pending: frozenset[str]
    base: Base | None
    shown: dict[str, Value]


class Accounts:
    """The only door to customers, for the UI."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, query: str = "", after: ListPlace | None = None, limit: int = 100, near: Place | None = None) -> list[AccountRow]:
        """The next ``limit`` customers after ``after`` (a row's own), by name or as found by ``query``; ``near`` gives the distances."""
        return await self._store.read(lambda session: page(session, query, after, limit=limit, near=near))

    async def count(self) -> int:
        """How many customers there are here."""
        return await self._store.read(
            lambda session: int(ask(session, "SELECT count(*) FROM account")[0][0]) - len(duplicates_here(session))
        )

    async def get(self, id_: str) -> AccountDetail:
        """A customer's page; a duplicate's is its survivor's.

        Raises:
            RecordNotFound: no such customer here.
        """
        return await self._store.read(lambda session: _detail(session, self._store.epoch.id, id_))

    async def create(self, fields: Fields, form: str = "") -> Written:
        """Make a customer from stored values.

        Raises:
            RecordRefused: ``invalid``, with the fields.
        """
        return await saving.create(self._store, "account", fields, Label("account.create", {"name": text(fields.get("name"))}), form)

    async def edit(self, id_: str, base: Base | None, shown: Fields, wanted: Fields, form: str = "") -> Written:
        """Save what was changed against what was shown.

        Raises:
            RecordNotFound: no such customer here.
            RecordRefused: ``invalid``, with the fields.
        """
        label = Label("account.edit", {"name": text(wanted.get("name", shown.get("name")))})
        return await saving.save(self._store, "account", id_, base, shown=shown, wanted=wanted, label=label, form=form)

    async def delete(self, id_: str, base: Base | None) -> Written:
        """Delete a customer as it was seen."""
        detail = await self.get(id_)
        return await saving.delete(self._store, "account", id_, base, Label("account.delete", {"name": detail.name}))

    async def duplicates(self, name: str, phone: str = "", vat: str = "", country: str = "", but: str = "") -> list[Candidate]:
        """Customers that may be the one being typed in (``but`` excepted), each with the reasons, the surest first."""
        return await self._store.read(lambda session: candidates(session, name, phone, vat, country=country, but=but))


def page(session: Session, query: str, after: ListPlace | None, *, limit: int, near: Place | None) -> list[AccountRow]:
    """See ``Accounts.page``."""
    if not sought(query):
        _, key, id_ = after or (0, "", "")
        return [_row(head, (0, head[-1], head[0]), near) for head in _together(session, ask(session, _BY_NAME, key, id_, limit))]
    places = lists(session).accounts.search(query, after, limit)
    heads = {row[0]: row for row in _together(session, ask(session, _ROWS, among([id_ for _, _, id_ in places])))}
    return [_row(heads[place[2]], place, near) for place in places if place[2] in heads]


def _together(session: Session, heads: list[_Head]) -> list[_Head]:
    """Count the visits and quotes of a duplicate with those of the customer that stands."""
    doubled = set(duplicates_here(session).values())
    return [_counted(session, head) if head[0] in doubled else head for head in heads] if doubled else heads


def _counted(session: Session, head: _Head) -> _Head:
    members = among(family(session, head[0]))
    return (*head[:6], *ask(session, _TOGETHER, members, members)[0], *head[8:])


def _row(head: _Head, place: ListPlace, near: Place | None) -> AccountRow:
    id_, name, city, phone, lat, lon, visited, open_quotes, unsent, _key = head
    away = great_circle_metres(near, Place(lat, lon)) if near is not None and is_place(lat, lon) else None
    return AccountRow(id_, name or "", city or "", phone or "", instant_of(visited), away, open_quotes, unsent == 1, place)


def _detail(session: Session, epoch: str, id_: str) -> AccountDetail:
    account = customer(session, id_)
    if account is None:
        raise RecordNotFound
    id_ = account.id
    found = seen(session, epoch, "account", id_)
    territory = session.get(Territory, account.territory_id) if account.territory_id else None
    return AccountDetail(
        id=id_,
        name=account.name or "",
        initials=initials(account.name or ""),
        street=account.street or "",
        postcode=account.postcode or "",
        city=account.city or "",
        country=account.country or "",
        place=Place(account.lat, account.lon) if account.lat is not None and account.lon is not None else None,
        phone=account.phone or "",
        email=account.email or "",
        website=account.website or "",
        vat_id=account.vat_id or "",
        segment=account.segment or "",
        tags=tuple(account.tags),
        territory_id=account.territory_id or "",
        territory=(territory.name or "") if territory is not None else "",
        opening_hours=account.opening_hours or "",
        note=account.note or "",
        contacts=contact_rows(session, id_),
        open_quotes=open_quotes(session, id_),
        last_visits=last_visits(session, id_, _SHOWN_VISITS),
        conflicts=tuple(of_account(session, epoch, id_)),
        pending=found.pending,
        base=found.base,
        shown=found.shown,
    )
