"""The working set's tables, the indexes that follow once they are full, and how a row gets into each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import cache
from typing import Final

import msgspec
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from mobile_app.data.laid import Laid
from shared.models.columns import Members
from shared.models.registry import COLUMNS, MODELS, table_of

ORDER: Final = {kind: place for place, kind in enumerate(MODELS)}
"""Parents before children."""

SETS: Final = {
    kind: tuple(name for name in columns if isinstance(table_of(kind).c[name].type, Members)) for kind, columns in COLUMNS.items()
}
"""The fields of each kind that are kept as JSON."""
SET_PLACES: Final = {kind: tuple(place for place, name in enumerate(columns, 1) if name in SETS[kind]) for kind, columns in COLUMNS.items()}
"""Their places in a row, whose first is the id."""

INDEXES: Final = tuple(
    f'CREATE INDEX IF NOT EXISTS "ix {of}" ON {of}'
    for of in (
        "entry (parent)",
        "entry (root)",
        "entry (scope)",
        "entry (kind) WHERE NOT visible",
        "pending (record_id)",
        "account (merged_into) WHERE merged_into IS NOT NULL",
        "contact (account_id, id)",
        "visit (account_id, arrived_at)",
        "visit (planned_at)",
        "visit (state)",
        "attachment (visit_id)",
        "quote (account_id, state)",
        "quote (state)",
        "quote (supersedes)",
        "quote_line (quote_id)",
        "price_rule (product_id)",
        "conflict (record_id)",
        "conflict (account_id)",
        "conflict (state)",
    )
)
"""Made when most rows are in: sorting them once costs half of finding a place for each."""


def _insert(table: str, columns: Iterable[str]) -> str:
    names = list(columns)
    return f'INSERT OR REPLACE INTO "{table}" ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})'  # noqa: S608


_ENTRY_COLUMNS: Final = ("id", "kind", "root", "scope", "rev", "deleted", "parent", "visible", "pending")
_PENDING_COLUMNS: Final = ("record_id", "field", "base", "txn")
INSERTS: Final = {kind: _insert(kind, ("id", *columns)) for kind, columns in COLUMNS.items()}
INSERT_ENTRY: Final = _insert("entry", _ENTRY_COLUMNS)
INSERT_PENDING: Final = _insert("pending", _PENDING_COLUMNS)


@cache
def _tables() -> tuple[str, ...]:
    dialect = sqlite.dialect()
    return (
        *(str(CreateTable(table_of(kind)).compile(dialect=dialect)) for kind in MODELS),
        "CREATE TABLE entry (id TEXT PRIMARY KEY, kind TEXT, root TEXT, scope TEXT, rev INTEGER, deleted INTEGER,"
        " parent TEXT, visible INTEGER, pending INTEGER) WITHOUT ROWID",
        "CREATE TABLE pending (record_id TEXT, field TEXT, base INTEGER, txn TEXT)",
    )


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables, empty and without ``INDEXES``. In a transaction."""
    for statement in _tables():
        connection.execute(statement)


def entry_row(item: Laid, *, visible: bool) -> tuple[object, ...]:
    """What ``entry`` knows of a record."""
    record = item.record
    return (record.id, record.kind, record.root, record.scope, item.rev, record.deleted, item.parent, visible, len(item.pending))


def typed_row(item: Laid) -> tuple[object, ...]:
    """A record's cells in its kind's table."""
    record = item.record
    row: list[object] = [record.id, *map(record.fields.get, COLUMNS[record.kind])]
    for place in SET_PLACES[record.kind]:
        if row[place] is not None:
            row[place] = msgspec.json.encode(row[place]).decode()
    return tuple(row)
