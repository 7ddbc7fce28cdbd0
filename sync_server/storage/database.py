"""The organisation's database: one SQLite file, one writer at a time, readers in snapshots.

Everything above speaks SQLAlchemy Core over a ``Connection``; what is SQLite's own (pragmas, locks, error codes) is here.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import StaticPool

from shared.errors import DiskFull, StorageBusy, StorageFailed
from sync_server.storage.lock import ServerLock
from sync_server.storage.tables import create_tables

BUSY_MS = 5_000
"""How long a connection waits for another process (the command line) that is writing."""
CACHE_KIB = 64 * 1024
_POOL = 16
_OVERFLOW = 48
_BEGIN = "sqlite_begin"


class Database:
    """Connections to one organisation's file (or to memory, in tests).

    ``write`` gives the only writer of this process a transaction; ``read`` a snapshot that no writer disturbs.
    """

    def __init__(self, engine: Engine, lock: ServerLock | None = None, *, shared_connection: bool = False) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._lock = lock
        self._writing = RLock()
        self._reading: AbstractContextManager[Any] = self._writing if shared_connection else nullcontext()

    @classmethod
    def open(cls, path: Path, *, serve: bool = False) -> "Database":
        """Open the file, making it and its tables where they are missing. ``serve`` keeps a second server off it.

        Raises:
            StorageBusy: ``serve``, and another process serves this file.
        """
        lock = ServerLock(path) if serve else None
        if lock is not None:
            lock.acquire()
        engine = create_engine(
            URL.create("sqlite", database=str(path)),
            connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000, "isolation_level": None},
            pool_size=_POOL,
            max_overflow=_OVERFLOW,
        )
        return cls._prepared(cls(_listening(engine), lock))

    @classmethod
    def in_memory(cls) -> "Database":
        """Make a database that lives as long as this object."""
        engine = create_engine("sqlite://", connect_args={"check_same_thread": False, "isolation_level": None}, poolclass=StaticPool)
        return cls._prepared(cls(_listening(engine), shared_connection=True))

    @classmethod
    def _prepared(cls, database: "Database") -> "Database":
        with database.write() as connection:
            create_tables(connection)
        return database

    @property
    def engine(self) -> Engine:
        """The engine, for tests and tools that look into the file."""
        return self._engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run a transaction that may write; it commits at the end and is rolled back by any error.

        Raises:
            DiskFull: no room left; nothing of the transaction was kept.
            StorageBusy: another process held the file longer than we wait; nothing was written.
            StorageFailed: the disk refused otherwise.
        """
        with self._writing, _translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run a transaction that reads one snapshot."""
        with self._reading, _translated(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection and let another process serve the file."""
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()


def _listening(engine: Engine) -> Engine:
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"busy_timeout = {BUSY_MS}",
        f"cache_size = -{CACHE_KIB}",
        "temp_store = MEMORY",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise StorageBusy from error
    except OperationalError as error:
        raise _named(error) from error


def _named(error: OperationalError) -> Exception:
    primary = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull()
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StorageBusy()
    if primary in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:
        return StorageFailed(type(error.orig).__name__)
    return error
