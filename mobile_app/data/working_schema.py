"""The working set's tables, the indexes that follow once they are full, and how a row gets into each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection
from sqlmodel import SQLModel

from shared.models.columns import Members
from shared.models.registry import COLUMNS, MODELS, table_of

ORDER: Final = {kind: place for place, kind in enumerate(MODELS)}
"""Parents before children."""

SETS: Final = {
    kind: tuple(name for name in columns if isinstance(table_of(kind).c[name].type, Members)) for kind, columns in COLUMNS.items()
}
"""The fields of each kind that are kept as JSON."""

INDEXES: Final = tuple(
    f'CREATE INDEX IF NOT EXISTS "ix {of}" ON {of}'
    for of in (
        "entry (parent)",
        "entry (root)",
        "entry (scope)",
        "entry (kind) WHERE NOT visible",
        "pending (record_id)",
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


def create_tables(connection: Connection) -> None:
    """Make the tables, empty and without ``INDEXES``."""
    SQLModel.metadata.create_all(connection, tables=[table_of(kind) for kind in MODELS])
    connection.exec_driver_sql(
        "CREATE TABLE entry (id TEXT PRIMARY KEY, kind TEXT, root TEXT, scope TEXT, rev INTEGER, deleted INTEGER,"
        " parent TEXT, visible INTEGER, pending INTEGER) WITHOUT ROWID"
    )
    connection.exec_driver_sql("CREATE TABLE pending (record_id TEXT, field TEXT, base INTEGER, txn TEXT)")
