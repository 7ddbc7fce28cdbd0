"""Many rows in one statement, past SQLAlchemy's work per parameter: a hundred ids as one JSON list, rows as plain tuples.

What is SQLite's own here (``json_each``, ``INSERT … ON CONFLICT``) has its counterpart in PostgreSQL.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Table, func, literal, select
from sqlalchemy.dialects.sqlite import Insert, insert

Row = tuple[Any, ...]


def within(column: ColumnElement[Any], values: Collection[str] | Collection[int]) -> ColumnElement[bool]:
    """Build the condition that ``column`` is one of ``values``, however many they are, as one parameter."""
    listed = func.json_each(literal(json.dumps(list(values)))).table_valued("value")
    return column.in_(select(listed.c.value))


def upsert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows (values in the order of the table's columns), each replacing the one with the same primary key."""
    if rows:
        text, processors = _compiled(table, connection.dialect)
        connection.exec_driver_sql(text, list(_bound(rows, processors)))


def _bound(rows: Iterable[Row], processors: tuple[tuple[int, Any], ...]) -> Iterable[Row]:
    if not processors:
        return rows
    return (_processed(row, processors) for row in rows)


def _processed(row: Row, processors: tuple[tuple[int, Any], ...]) -> Row:
    values = list(row)
    for place, process in processors:
        values[place] = process(values[place])
    return tuple(values)


@cache
def _compiled(table: Table, dialect: Dialect) -> tuple[str, tuple[tuple[int, Any], ...]]:
    """Give the statement's text, and how the values of some columns are to be stored."""
    compiled = _statement(table).compile(dialect=dialect)
    found = ((place, column.type.dialect_impl(dialect).bind_processor(dialect)) for place, column in enumerate(table.columns))
    return str(compiled), tuple((place, process) for place, process in found if process is not None)


def _statement(table: Table) -> Insert:
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)
