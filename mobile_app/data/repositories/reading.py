"""What every repository's queries share: a record's stored values with the base that they were seen at, and plain SQL by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy.dialects import sqlite as sqlite_dialect
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


class _Stored(NamedTuple):
    """The query for a record of a kind, the names of what it gives, and how that of some places is read."""

    query: str
    names: tuple[str, ...]
    read: tuple[tuple[int, Callable[[Any], Value]], ...]


@cache
def _stored(kind: str) -> _Stored:
    dialect = sqlite_dialect.dialect()
    columns = [column for column in raw_table(kind).columns if not column.primary_key]
    found = ((place, column.type.dialect_impl(dialect).result_processor(dialect, None)) for place, column in enumerate(columns))
    names = tuple(column.name for column in columns)
    query = f'SELECT {", ".join(names)} FROM "{kind}" WHERE id = ?'  # noqa: S608
    return _Stored(query, names, tuple((place, read) for place, read in found if read is not None))


def stored(session: Session, kind: str, id_: str) -> dict[str, Value] | None:
    """The stored values of a visible record (without its id), or None."""
    query, names, read = _stored(kind)
    rows = ask(session, query, id_)
    if not rows:
        return None
    values = list(rows[0])
    for place, typed in read:
        values[place] = typed(values[place])
    return dict(zip(names, values, strict=True))


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


def millis(at: datetime) -> int:
    """A datetime with a zone as a stored instant."""
    return round((at - _EPOCH) / timedelta(milliseconds=1))


def text(value: object) -> str:
    """A text that may be missing."""
    return "" if value is None else str(value)
