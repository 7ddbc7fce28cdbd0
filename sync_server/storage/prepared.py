"""Statements that every round asks: compiled once, and on SQLite handed to the driver itself.

What SQLAlchemy does for each call costs six times what SQLite does for a row by its key. On PostgreSQL they stay with SQLAlchemy, which
knows when a connection was lost, and where the way to the server costs more than either.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, Executable, Select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Process = Callable[[Any], Any]
Values = Sequence[Any]
_SQLITE = sqlite_dialect()


class _Bound(NamedTuple):
    """A parameter: its name, whether each call gives it, its value where the statement says it itself, and how a value is stored."""

    name: str
    asked: bool
    said: Any
    process: Process | None


class _Text(NamedTuple):
    """A statement as SQLite's driver takes it, its parameters in their order, and how some of its columns are read."""

    text: str
    bound: tuple[_Bound, ...]
    read: tuple[tuple[int, Process], ...]


class Prepared:
    """One statement. Its parameters are those of its ``bindparam``s; a list of any length is one (``within_given``)."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement

    @cached_property
    def _compiled(self) -> _Text:
        compiled = self._statement.compile(dialect=_SQLITE)  # type: ignore[attr-defined]  # of every statement, though not of an Executable
        binds = [compiled.binds[name] for name in compiled.positiontup or ()]
        bound = tuple(_Bound(bind.key, bind.required, bind.effective_value, _storing(bind.type)) for bind in binds)
        columns = self._statement.selected_columns if isinstance(self._statement, Select) else ()
        reading = ((place, _reading(column.type)) for place, column in enumerate(columns))
        return _Text(str(compiled), bound, tuple((place, process) for place, process in reading if process is not None))

    def rows(self, connection: Connection, **given: Any) -> Sequence[Any]:  # noqa: ANN401 - what the columns hold
        """Give all rows: plain tuples, or what unpacks like them."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, given).all()
        text, bound, read = self._compiled
        values = [_value(each, given) for each in bound]
        rows = run_on_sqlite(connection, text, values).fetchall()
        return [_read(row, read) for row in rows] if read else rows

    def one(self, connection: Connection, **given: Any) -> Any | None:  # noqa: ANN401
        """Give the first row, or ``None``."""
        rows = self.rows(connection, **given)
        return rows[0] if rows else None

    def run(self, connection: Connection, **given: Any) -> int:  # noqa: ANN401
        """Run a statement that gives no rows; say how many it changed."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, given).rowcount
        text, bound, _ = self._compiled
        return run_on_sqlite(connection, text, [_value(each, given) for each in bound]).rowcount


def run_on_sqlite(connection: Connection, text: str, values: Values = (), *, many: bool = False) -> sqlite3.Cursor:
    """Run a statement past SQLAlchemy, within its transaction; ``many`` runs it once for each row of ``values``.

    Raises:
        DBAPIError: as SQLAlchemy would raise it.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - narrows SQLAlchemy's untyped attribute
    try:
        return driver.executemany(text, values) if many else driver.execute(text, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect) from error


def _storing(type_: TypeEngine[Any]) -> Process | None:
    return type_.dialect_impl(_SQLITE).bind_processor(_SQLITE)


def _reading(type_: TypeEngine[Any]) -> Process | None:
    return type_.dialect_impl(_SQLITE).result_processor(_SQLITE, None)


def _value(bound: _Bound, given: dict[str, Any]) -> Any:  # noqa: ANN401
    value = given[bound.name] if bound.asked else bound.said
    return value if bound.process is None else bound.process(value)


def _read(row: tuple[Any, ...], read: tuple[tuple[int, Process], ...]) -> tuple[Any, ...]:
    values = list(row)
    for place, process in read:
        values[place] = process(values[place])
    return tuple(values)
