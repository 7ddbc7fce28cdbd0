"""Empty databases for tests, on the engine that the module's ``engine`` fixture chose: SQLite in memory where it chose none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

from sqlalchemy import Connection, Table

from shared.models.registry import MODELS, raw_table
from sync_server.storage.database import Database
from sync_server.storage.schema import has_tables
from sync_server.storage.tables import metadata

RING = 4
"""So many databases of an engine are used in turn, each emptied when its turn comes: a test has at most so many at once."""

_fresh: Callable[[], Database] = Database.in_memory


def fresh() -> Database:
    """Give an empty database."""
    return _fresh()


@contextmanager
def served_by(maker: Callable[[], Database]) -> Iterator[None]:
    """Let ``fresh`` give what ``maker`` makes."""
    global _fresh  # noqa: PLW0603 - worlds are built deep inside tests, which need not pass an engine through
    before, _fresh = _fresh, maker
    try:
        yield
    finally:
        _fresh = before


class Ring:
    """Databases of one engine, used in turn: emptying one takes a tenth of what making one does."""

    def __init__(self, make: Callable[[int], Database]) -> None:
        self._make = make
        self._databases: list[Database] = []
        self._turns = cycle(range(RING))

    def fresh(self) -> Database:
        turn = next(self._turns)
        if turn == len(self._databases):
            self._databases.append(self._make(turn))
        elif not self._databases[turn].run(_emptied):
            self._databases[turn] = self._make(turn)
        return self._databases[turn]

    def close(self) -> None:
        for database in self._databases:
            database.close()


def tables() -> list[Table]:
    """Give every table of the server."""
    return [*metadata.sorted_tables, *map(raw_table, MODELS)]


_EMPTYING = [f'DELETE FROM "{table.name}"' for table in tables()]  # noqa: S608 - our own names


def _emptied(connection: Connection) -> bool:
    """Empty the database, unless it is gone: one in memory does not outlive a test that closes it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("; ".join(_EMPTYING))
        return True
    if not has_tables(connection):
        return False
    for statement in _EMPTYING:
        connection.exec_driver_sql(statement)
    return True
