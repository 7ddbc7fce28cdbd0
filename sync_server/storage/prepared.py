"""Statements that every round asks: compiled once for an engine, and handed to its driver.

What SQLAlchemy does for each call costs six times what SQLite does for a row by its key, and as much as PostgreSQL's whole part.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Dialect, Executable, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Process = Callable[[Any], Any]
Values = Sequence[Any] | Mapping[str, Any]
T = TypeVar("T")


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
        return past(connection, prepared.text, prepared.values(given), prepared.rows_of)

    def one(self, connection: Connection, **given: Any) -> Any | None:  # noqa: ANN401
        """Give the first row, or ``None``."""
        rows = self.rows(connection, **given)
        return rows[0] if rows else None

    def run(self, connection: Connection, **given: Any) -> int:  # noqa: ANN401
        """Run a statement that gives no rows; say how many it changed."""
        prepared = self._text(connection.dialect)
        return past(connection, prepared.text, prepared.values(given), changed)

    def _text(self, dialect: Dialect) -> _Text:
        found = self._texts.get(dialect.name)
        if found is None:
            found = self._texts[dialect.name] = _Text(self._statement, dialect)
        return found


def past(connection: Connection, text: str, values: Values, take: Callable[[Any], T]) -> T:
    """Run a statement past SQLAlchemy, within its transaction; give what ``take`` takes of the driver's cursor.

    Raises:
        DBAPIError: as SQLAlchemy would raise it; after a connection was lost the pool begins anew, as it does there.
    """
    try:
        return take(_driver(connection).execute(text, values))
    except connection.dialect.loaded_dbapi.Error as error:
        raise _failure(connection, text, error) from error


def past_for_each(connection: Connection, text: str, rows: Sequence[Values]) -> None:
    """Run a statement past SQLAlchemy once for each row.

    Raises:
        DBAPIError: as ``past``.
    """
    try:
        _driver(connection).executemany(text, rows)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _failure(connection, text, error) from error


def _driver(connection: Connection) -> Any:  # noqa: ANN401 - of whatever engine
    return connection.connection.driver_connection


def _failure(connection: Connection, text: str, error: Any) -> BaseException:  # noqa: ANN401 - the driver's own
    """Say what went wrong as SQLAlchemy says it. What was pooled with a lost connection is as old as that, and is opened anew."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, _driver(connection), None)
    if lost:
        connection.invalidate(error)
        connection.engine.dispose()
    base = dialect.loaded_dbapi.Error
    said: BaseException = DBAPIError.instance(text, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=dialect)
    return said


def changed(cursor: Any) -> int:  # noqa: ANN401 - a driver's
    """Say how many rows a statement changed."""
    return int(cursor.rowcount)


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
