"""What a seed need not pay for: tables made anew at each boot, statements parsed again, a search for garbage where there is little."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from mobile_app.data import working_set
from mobile_app.data.listing import Lists
from mobile_app.data.working_set import WorkingSet
from shared.models.registry import MODELS

_STATEMENTS: Final = 1_000
"""How many parsed statements a connection keeps."""
_GARBAGE: Final = 50_000
"""So many objects more than before make it worth looking for cycles."""
_LISTS: Final = ("account", "product")
_TABLES: Final = (*MODELS, "entry", "pending", *(f"{kind}_{of}" for kind in _LISTS for of in ("listing", "search_fresh")))
_EMPTY: Final = (
    *(f'DELETE FROM "{name}"' for name in _TABLES),  # noqa: S608
    *(f"INSERT INTO {kind}_search ({kind}_search) VALUES ('delete-all')" for kind in _LISTS),  # noqa: S608
)
_make: Final = WorkingSet.__init__
_emptied: Final[list[tuple[Engine, sqlite3.Connection, Lists]]] = []
"""What working sets that were closed leave to the next ones."""


@contextmanager
def quick_boots() -> Iterator[None]:
    """Let working sets share the queries that were compiled once, and take over the emptied tables of one that was closed."""
    thresholds = gc.get_threshold()
    gc.set_threshold(_GARBAGE, *thresholds[1:])
    try:
        with (
            patch.object(working_set, "create_engine", _alike),
            patch.object(WorkingSet, "__init__", _take_over),
            patch.object(WorkingSet, "close", _leave),
        ):
            yield
    finally:
        gc.set_threshold(*thresholds)


def _take_over(fresh: Any, *, fts: bool = True) -> None:  # noqa: ANN401 - what is not yet a working set
    if not _emptied:
        _make(fresh, fts=fts)
        return
    fresh._engine, fresh._sqlite, fresh.lists = _emptied.pop()
    fresh._connection, fresh._late = fresh._engine.connect(), {}


def _leave(used: WorkingSet) -> None:
    if used._connection.closed:
        return
    used._late.clear()
    used._connection.close()
    tables = used._sqlite
    if tables.in_transaction:
        tables.execute("ROLLBACK")
    tables.execute("BEGIN")
    for statement in _EMPTY:
        tables.execute(statement)
    tables.execute("COMMIT")
    _emptied.append((used._engine, tables, used.lists))


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
    return sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None, cached_statements=_STATEMENTS)
