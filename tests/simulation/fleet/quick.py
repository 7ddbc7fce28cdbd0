"""What a seed need not pay for at each boot: an engine without a memory, and statements that are parsed again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from mobile_app.data import working_set

_STATEMENTS = 1_000
"""How many parsed statements a connection keeps."""


@contextmanager
def quick_boots() -> Iterator[None]:
    """Let working sets share the queries that were compiled once."""
    with patch.object(working_set, "create_engine", _alike):
        yield


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
