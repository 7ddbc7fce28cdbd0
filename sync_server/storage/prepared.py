"""Statements that every round asks: compiled once for an engine, and handed to its driver.

What SQLAlchemy does for each call costs six times what SQLite does for a row by its key, and as much as PostgreSQL's whole part.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Executable, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Process = Callable[[Any], Any]
Values = Sequence[Any] | Mapping[str, Any]


class _Bound(NamedTuple):
    """A parameter: its name and the one in the text, whether each call gives it, its value where it is said, and how one is stored."""

    name: str
    written: str
    asked: bool
    said: Any
    process: Process | None


class _Text:
    """A statement as one engine's driver takes it."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        self._dialect = dialect
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # of every statement, though not of an Executable
        self.text = str(compiled)
        self._in_order = compiled.positional
        binds = [compiled.binds[name] for name in compiled.positiontup] if self._in_order else compiled.bind_names
        self._bound = [
            _Bound(bind.key, compiled.bind_names[bind], bind.required, bind.effective_value, _storing(bind.type, dialect)) for bind in binds
        ]
        self._columns = statement.selected_columns if isinstance(statement, Select) else ()
        self._read: tuple[tuple[int, Process], ...] | None = None

    def values(self, given: dict[str, Any]) -> Values:
        """Give the parameters, in their order or by name, as the driver takes them."""
        if self._in_order:
            return [_value(each, given) for each in self._bound]
        return {each.written: _value(each, given) for each in self._bound}

    def rows_of(self, cursor: Any) -> Sequence[Any]:  # noqa: ANN401 - a driver's
        """Give what a cursor found, as the columns' types read it."""
        rows: Sequence[Any] = cursor.fetchall()
        if self._read is None:  # PostgreSQL says only now of what type a column is
            processes = (
                _reading(column.type, self._dialect, said[1]) for column, said in zip(self._columns, cursor.description, strict=True)
            )
            self._read = tuple((place, process) for place, process in enumerate(processes) if process is not None)
        return [_read(row, self._read) for row in rows] if self._read else rows


class Prepared:
    """One statement. Its parameters are those of its ``bindparam``s; a list of any length is one (``within_given``)."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, **given: Any) -> Sequence[Any]:  # noqa: ANN401 - what the columns hold
        """Give all rows, as plain tuples."""
        prepared = self._text(connection.dialect)
        return prepared.rows_of(past(connection, prepared.text, prepared.values(given)))

    def one(self, connection: Connection, **given: Any) -> Any | None:  # noqa: ANN401
        """Give the first row, or ``None``."""
        rows = self.rows(connection, **given)
        return rows[0] if rows else None

    def run(self, connection: Connection, **given: Any) -> int:  # noqa: ANN401
        """Run a statement that gives no rows; say how many it changed."""
        prepared = self._text(connection.dialect)
        return int(past(connection, prepared.text, prepared.values(given)).rowcount)

    def _text(self, dialect: Dialect) -> _Text:
        found = self._texts.get(dialect.name)
        if found is None:
            found = self._texts[dialect.name] = _Text(self._statement, dialect)
        return found


def past(connection: Connection, text: str, values: Values | Sequence[Values] = (), *, many: bool = False) -> Any:  # noqa: ANN401 - a cursor
    """Run a statement past SQLAlchemy, within its transaction; ``many`` runs it once for each row of ``values``.

    Raises:
        DBAPIError: as SQLAlchemy would raise it; a connection that was lost leaves the pool.
    """
    driver: Any = connection.connection.driver_connection
    dialect = connection.dialect
    dbapi = dialect.loaded_dbapi
    try:
        return driver.executemany(text, values) if many else driver.execute(text, values)
    except dbapi.Error as error:
        lost = dialect.is_disconnect(error, driver, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            text, None, error, dbapi.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
        ) from error


def _storing(type_: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _reading(type_: TypeEngine[Any], dialect: Dialect, said: Any) -> Process | None:  # noqa: ANN401 - a driver's code of a type
    return type_.dialect_impl(dialect).result_processor(dialect, said)


def _value(bound: _Bound, given: dict[str, Any]) -> Any:  # noqa: ANN401
    value = given[bound.name] if bound.asked else bound.said
    return value if bound.process is None else bound.process(value)


def _read(row: tuple[Any, ...], read: tuple[tuple[int, Process], ...]) -> tuple[Any, ...]:
    values = list(row)
    for place, process in read:
        values[place] = process(values[place])
    return tuple(values)
