"""Customers that are one: whatever names a duplicate leads to its survivor, and what belongs to duplicates is the survivor's too."""

from __future__ import annotations

import sqlite3

from sqlmodel import Session

from mobile_app.data.merged import merged
from shared.models.customer import Account

_KEPT = "merged"


def duplicates_here(session: Session) -> dict[str, str]:
    """The survivor of each duplicate, asked once in a read."""
    if _KEPT not in session.info:
        sqlite = session.info["sqlite"]
        assert isinstance(sqlite, sqlite3.Connection)  # noqa: S101 - narrows what a session carries
        session.info[_KEPT] = merged(sqlite)
    found: dict[str, str] = session.info[_KEPT]
    return found


def survivor_of(session: Session, account_id: str) -> str:
    """The customer that ``account_id`` leads to."""
    return duplicates_here(session).get(account_id, account_id)


def family(session: Session, account_id: str) -> list[str]:
    """A customer with its duplicates."""
    stands = survivor_of(session, account_id)
    return [stands, *(id_ for id_, survivor in duplicates_here(session).items() if survivor == stands)]


def customer(session: Session, account_id: str | None) -> Account | None:
    """The customer that ``account_id`` leads to, where it is here."""
    return session.get(Account, survivor_of(session, account_id)) if account_id else None
