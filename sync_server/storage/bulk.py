"""Many rows in one statement, past SQLAlchemy's work per parameter: a hundred ids as one list, rows as plain tuples.

This is where the engines differ: SQLite reads a JSON list and takes rows one by one without leaving the process; PostgreSQL reads an array,
and rows as one JSON document, so that a thousand of them are one statement and one answer.
"""

import json
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any, NamedTuple, Self

import msgspec
from sqlalchemy import ARRAY, Boolean, ColumnElement, Connection, Dialect, Table, Text, bindparam, literal
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from sync_server.storage.prepared import past_for_each

Row = tuple[Any, ...]
NUL = "\0"
_encode = msgspec.json.Encoder().encode


class _Listed(TypeDecorator[list[Any]]):
    """A list as one parameter: JSON for SQLite, an array for PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(self.item))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - as the engine takes it
        wanted = [each for each in value or () if not (isinstance(each, str) and NUL in each)]
        return wanted if dialect.name == "postgresql" else json.dumps(wanted)


class _Within(FunctionElement[bool]):
    """A column's value is one of a list."""

    name = "within"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002 - as SQLAlchemy calls it
        """Stay as it is: ``(…) = 1``, as SQLAlchemy would have it for SQLite, keeps SQLite from using an index."""
        return self


@compiles(_Within, "sqlite")
def _within_json(element: _Within, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - as SQLAlchemy calls it
    column, listed = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 - SQLAlchemy's own words


@compiles(_Within, "postgresql")
def _within_array(element: _Within, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - as SQLAlchemy calls it
    column, listed = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY({listed})"


def within(column: ColumnElement[Any], values: Collection[str] | Collection[int]) -> ColumnElement[bool]:
    """Build the condition that ``column`` is one of ``values``, however many they are, as one parameter.

    A text with a NUL is left out: no column holds one, and PostgreSQL would not even look for it.
    """
    return _Within(column, literal(list(values), _Listed(column.type)))


def within_given(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """As ``within``, for a statement that is built once: the values are its parameter ``name``."""
    return _Within(column, bindparam(name, type_=_Listed(column.type)))


class _Upsert(NamedTuple):
    """A statement's text, how the values of some columns are stored, and what the driver is given of the rows."""

    text: str
    processors: tuple[tuple[int, Callable[[Any], Any]], ...]
    given: Callable[[list[Row]], Any]


def upsert(connection: Connection, table: Table, rows: Sequence[Row], kept: tuple[str, ...] = ()) -> None:
    """Insert rows (values in the order of the table's columns), each replacing the one with the same primary key; no key comes twice.

    What is in the columns ``kept`` of a row that is there stays: an index on them alone is not written again.
    """
    if rows:
        statement = _statement(table, connection.dialect, kept)
        stored = [_processed(row, statement.processors) for row in rows] if statement.processors else list(rows)
        given = statement.given(stored)
        if connection.dialect.name == "sqlite":
            past_for_each(connection, statement.text, given)
        else:
            connection.exec_driver_sql(statement.text, given)


def _processed(row: Row, processors: tuple[tuple[int, Callable[[Any], Any]], ...]) -> Row:
    values = list(row)
    for place, process in processors:
        values[place] = process(values[place])
    return tuple(values)


@cache
def _statement(table: Table, dialect: Dialect, kept: tuple[str, ...]) -> _Upsert:
    found = ((place, column.type.dialect_impl(dialect).bind_processor(dialect)) for place, column in enumerate(table.columns))
    processors = tuple((place, process) for place, process in found if process is not None)
    replaced = [column.name for column in table.columns if not column.primary_key and column.name not in kept]
    text, given = (_from_json if dialect.name == "postgresql" else _row_by_row)(table, dialect, replaced)
    return _Upsert(text, processors, given)


def _row_by_row(table: Table, dialect: Dialect, replaced: Sequence[str]) -> tuple[str, Callable[[list[Row]], Any]]:
    statement = sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in replaced}
    return str(statement.on_conflict_do_update(index_elements=keys, set_=rest).compile(dialect=dialect)), list


def _from_json(table: Table, dialect: Dialect, replaced: Sequence[str]) -> tuple[str, Callable[[list[Row]], Any]]:
    quoted = dialect.identifier_preparer.quote
    columns = ", ".join(quoted(column.name) for column in table.columns)
    typed = ", ".join(f"{quoted(column.name)} {_plain(column.type, dialect)}" for column in table.columns)
    keys = ", ".join(quoted(column.name) for column in table.primary_key)
    rest = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in replaced)
    source = f"SELECT {columns} FROM json_to_recordset(%s::json) AS given ({typed})"  # noqa: S608 - the names of our tables' columns
    text = f"INSERT INTO {quoted(table.name)} ({columns}) {source} ON CONFLICT ({keys}) DO UPDATE SET {rest}"
    names = [column.name for column in table.columns]
    return text, lambda rows: (_encode([dict(zip(names, row, strict=True)) for row in rows]).decode(),)


def _plain(type_: TypeEngine[Any], dialect: Dialect) -> str:
    """Give a type's name without a collation, which a column of a record set may not have."""
    return type_.compile(dialect=dialect).partition(" COLLATE ")[0]
