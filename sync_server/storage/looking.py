"""Looks at a database as it is: nothing is made, mended or brought to another step."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from shared.errors import StorageFailed
from sync_server.config import Config
from sync_server.storage.postgresql import PostgresStore

_PATIENCE_S = 5


@contextmanager
def looking_at(config: Config) -> Iterator[Connection]:
    """Give a connection that reads one snapshot of the database that ``config`` names.

    Raises:
        StorageFailed: it does not answer, or is not what it should be.
    """
    engine = PostgresStore(config.database_url, config.schema).engine if config.database_url else _read_only(config.database)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise StorageFailed(type(error.orig).__name__) from error
    finally:
        engine.dispose()


def _read_only(path: Path) -> Engine:
    address = f"{path.absolute().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True, timeout=_PATIENCE_S), poolclass=NullPool)
