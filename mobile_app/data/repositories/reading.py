"""What every repository's queries share: a record's stored values with the base that they were seen at, and plain SQL by name."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session

from mobile_app.data.listing import Lists
from shared.errors import RecordNotFound
from shared.models.registry import raw_table
from shared.sync.change import Base
from shared.sync.policy import Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as a form must remember it: the stored values shown, the base that they were seen at, and what is not sent yet."""

    base: Base | None
    shown: dict[str, Value]
    pending: frozenset[str]


@cache
def _stored(kind: str) -> Select[Any]:
    table = raw_table(kind)
    return select(table).where(table.c.id == bindparam("id"))


def stored(session: Session, kind: str, id_: str) -> dict[str, Value] | None:
    """The stored values of a visible record (without its id), or None."""
    row = session.connection().execute(_stored(kind), {"id": id_}).mappings().one_or_none()
    return None if row is None else {name: value for name, value in row.items() if name != "id"}


def seen(session: Session, epoch: str, kind: str, id_: str) -> Seen:
    """A visible record with its base.

    Raises:
        RecordNotFound: there is none.
    """
    shown = stored(session, kind, id_)
    if shown is None:
        raise RecordNotFound
    pending = frozenset(name for (name,) in ask(session, "SELECT field FROM pending WHERE record_id = ?", id_))
    return Seen(base_of(session, epoch, id_), shown, pending)


def base_of(session: Session, epoch: str, id_: str) -> Base | None:
    """What the server has said of a record so far, as a base; None where it has said nothing."""
    found = ask(session, "SELECT rev FROM entry WHERE id = ?", id_)
    rev = int(found[0][0]) if found else 0
    return Base(epoch, rev) if rev else None


def ask(session: Session, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query in plain SQL, asked of the driver itself: pages have no time for more."""
    sqlite = session.info["sqlite"]
    assert isinstance(sqlite, sqlite3.Connection)  # noqa: S101 - narrows what a session carries
    return sqlite.execute(statement, values).fetchall()


def lists(session: Session) -> Lists:
    """The sorted, searchable lists."""
    found = session.info["lists"]
    assert isinstance(found, Lists)  # noqa: S101 - narrows what a session carries
    return found


def instant(ms: int | None) -> datetime | None:
    """A stored instant as a datetime in UTC."""
    return None if ms is None else _EPOCH + timedelta(milliseconds=ms)


def millis(at: datetime) -> int:
    """A datetime with a zone as a stored instant."""
    return round((at - _EPOCH) / timedelta(milliseconds=1))


def text(value: object) -> str:
    """A text that may be missing."""
    return "" if value is None else str(value)
