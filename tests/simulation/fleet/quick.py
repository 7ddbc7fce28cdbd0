"""What a seed need not pay for each boot: tables compiled anew, an engine without a memory, statements that are parsed again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateTable
from sqlmodel import SQLModel

from mobile_app.data import working_set

_STATEMENTS = 1_000
"""How many parsed statements a connection keeps."""


@contextmanager
def quick_boots() -> Iterator[None]:
    """Make working sets from what was compiled once: their tables, and the queries that screens ask."""

    def create_all(bind: Connection, tables: list[Table]) -> None:
        for table in tables:
            bind.exec_driver_sql(_compiled(table))

    with patch.object(SQLModel.metadata, "create_all", create_all), patch.object(working_set, "create_engine", _alike):
        yield


@cache
def _compiled(table: Table) -> str:
    return str(CreateTable(table).compile(dialect=sqlite.dialect()))


def _alike(_url: str, **_options: object) -> Engine:
    """An engine with a connection of its own that shares dialect and compiled statements with all others."""
    first = _first()
    made = Engine(StaticPool(_connect), first.dialect, first.url)
    made._compiled_cache = first._compiled_cache
    prepare: Any = first.dialect.on_connect()
    event.listen(made, "connect", lambda connection, _record: prepare(connection))
    return made


@cache
def _first() -> Engine:
    made = create_engine("sqlite://", poolclass=StaticPool)
    made.connect().close()
    return made


def _connect() -> Any:  # noqa: ANN401 - SQLAlchemy has a type of its own for it
    return sqlite3.connect(":memory:", check_same_thread=False, cached_statements=_STATEMENTS)
