"""The vault's SQL port over the standard library's ``sqlite3``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mobile_app.data.files import own_file, storage_error
from mobile_app.data.ports import Sql, SqlRow, SqlValue
from shared.errors import DiskFull, StorageBusy, StorageFailed, TourneeError, VaultDamaged

_PRIMARY: Final = 0xFF
_ERRORS: Final[dict[int, type[TourneeError]]] = {
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_CORRUPT: VaultDamaged,
    sqlite3.SQLITE_NOTADB: VaultDamaged,
    sqlite3.SQLITE_IOERR: StorageFailed,
    sqlite3.SQLITE_CANTOPEN: StorageFailed,
    sqlite3.SQLITE_READONLY: StorageFailed,
    sqlite3.SQLITE_PERM: StorageFailed,
}


class SqliteSql:
    """One ``sqlite3`` connection in autocommit mode, used by the thread that made it only."""

    def __init__(self, path: Path) -> None:
        try:
            own_file(path)
        except OSError as error:
            raise storage_error(error) from error
        with _translated():
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=0, cached_statements=256)

    def execute(self, statement: str, values: Sequence[SqlValue] = ()) -> int:
        """Run one statement; the number of rows it changed."""
        with _translated():
            return max(self._connection.execute(statement, values).rowcount, 0)

    def executemany(self, statement: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        """Run one statement for each row; the number of rows changed in all."""
        with _translated():
            return max(self._connection.executemany(statement, rows).rowcount, 0)

    def query(self, statement: str, values: Sequence[SqlValue] = ()) -> list[SqlRow]:
        """All rows of a query."""
        with _translated():
            return self._connection.execute(statement, values).fetchall()

    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction

    def close(self) -> None:
        """Close the connection, rolling an open transaction back. Repeatable."""
        with _translated():
            self._connection.close()


def connect_sqlite(path: Path) -> Sql:
    """The ``Connect`` port of the app."""
    return SqliteSql(path)


@contextmanager
def _translated() -> Iterator[None]:
    """Raise the tree's error where SQLite raises one that has a place there; programming errors pass as they are."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        kind = _ERRORS.get(code & _PRIMARY) if isinstance(code, int) else None
        if kind is None:
            raise
        raise kind(str(error)) from error
