"""Short rows of visits, quotes and contacts, as they appear in lists and on a customer's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from mobile_app.data.among import among
from mobile_app.data.repositories.merging import customer, family
from mobile_app.data.repositories.people import name_of
from mobile_app.data.repositories.reading import ask
from shared.models.customer import Contact
from shared.models.quote import Quote
from shared.models.visit import Visit
from shared.rules.folding import initials

OPEN_QUOTES = ("draft", "pending_approval", "approved", "sent")
"""The states in which a quote may still be won."""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person at a customer."""

    id: str
    name: str
    initials: str
    job_title: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    pending: bool


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit in a list. Instants in UTC; ``zone`` is where it takes place."""

    id: str
    account_id: str
    account: str
    user_id: str
    user: str
    planned_at: datetime | None
    arrived_at: datetime | None
    left_at: datetime | None
    zone: str
    state: str
    purpose: str
    outcome: str
    note: str
    reviewed: bool
    pending: bool


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote in a list."""

    id: str
    number: str
    revision: int
    account_id: str
    account: str
    user_id: str
    user: str
    state: str
    currency: str
    net: Decimal
    gross: Decimal
    quoted_on: date | None
    valid_until: date | None
    pending: bool


def contact_name(contact: Contact) -> str:
    """What a person is called."""
    return " ".join(part for part in (contact.first_name, contact.last_name) if part)


def contact_rows(session: Session, account_id: str) -> tuple[ContactRow, ...]:
    """A customer's people, by name."""
    found = session.exec(select(Contact).where(col(Contact.account_id).in_(family(session, account_id)))).all()
    unsent = _unsent(session, (contact.id for contact in found))
    rows = [_contact_row(contact, pending=contact.id in unsent) for contact in found]
    return tuple(sorted(rows, key=lambda row: (row.name, row.id)))


def visit_rows(session: Session, visits: Iterable[Visit]) -> tuple[VisitRow, ...]:
    """Visits with the names of their customers and reps."""
    found = list(visits)
    unsent = _unsent(session, (visit.id for visit in found))
    return tuple(_visit_row(session, visit, pending=visit.id in unsent) for visit in found)


def quote_rows(session: Session, quotes: Iterable[Quote]) -> tuple[QuoteRow, ...]:
    """Quotes with the names of their customers and reps."""
    found = list(quotes)
    unsent = _unsent(session, (quote.id for quote in found))
    return tuple(_quote_row(session, quote, pending=quote.id in unsent) for quote in found)


def open_quotes(session: Session, account_id: str) -> tuple[QuoteRow, ...]:
    """A customer's open quotes, the newest first."""
    query = select(Quote).where(col(Quote.account_id).in_(family(session, account_id)), col(Quote.state).in_(OPEN_QUOTES))
    return quote_rows(session, session.exec(query.order_by(col(Quote.quoted_on).desc(), col(Quote.id).desc())))


def last_visits(session: Session, account_id: str, limit: int) -> tuple[VisitRow, ...]:
    """A customer's latest visits that took place, the newest first."""
    query = select(Visit).where(col(Visit.account_id).in_(family(session, account_id)), col(Visit.arrived_at).is_not(None))
    return visit_rows(session, session.exec(query.order_by(col(Visit.arrived_at).desc()).limit(limit)))


def account_name(session: Session, account_id: str | None) -> str:
    """What a customer is called."""
    account = customer(session, account_id)
    return (account.name or "") if account is not None else ""


def _contact_row(contact: Contact, *, pending: bool) -> ContactRow:
    name = contact_name(contact)
    return ContactRow(contact.id, name, initials(name), contact.job_title or "", tuple(contact.phones), tuple(contact.emails), pending)


def _visit_row(session: Session, visit: Visit, *, pending: bool) -> VisitRow:
    return VisitRow(
        visit.id,
        visit.account_id or "",
        account_name(session, visit.account_id),
        visit.user_id or "",
        name_of(session, visit.user_id),
        visit.planned_at,
        visit.arrived_at,
        visit.left_at,
        visit.zone or "UTC",
        visit.state or "",
        visit.purpose or "",
        visit.outcome or "",
        visit.note or "",
        visit.state == "reviewed",
        pending,
    )


def _quote_row(session: Session, quote: Quote, *, pending: bool) -> QuoteRow:
    return QuoteRow(
        quote.id,
        quote.number or "",
        quote.revision or 0,
        quote.account_id or "",
        account_name(session, quote.account_id),
        quote.user_id or "",
        name_of(session, quote.user_id),
        quote.state or "",
        quote.currency or "EUR",
        quote.net_total or Decimal(0),
        quote.gross_total or Decimal(0),
        quote.quoted_on,
        quote.valid_until,
        pending,
    )


def _unsent(session: Session, ids: Iterable[str]) -> set[str]:
    statement = "SELECT DISTINCT record_id FROM pending WHERE record_id IN (SELECT value FROM json_each(?))"
    return {id_ for (id_,) in ask(session, statement, among(list(ids)))}
