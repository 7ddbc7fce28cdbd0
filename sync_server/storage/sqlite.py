"""What is SQLite's own: one file (or memory, in tests), one writer at a time, pragmas, locks, error codes."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from shared.errors import DiskFull, StorageFailed
from sync_server.storage.lock import ServerLock
from sync_server.storage.prepared import changed, past
from sync_server.storage.retrying import FailedInPassing

BUSY_MS: Final = 2_000
"""How long a connection waits for another process (the command line) that is writing, before its transaction is tried again."""
CACHE_KIB: Final = 64 * 1024
CHECKPOINT_PAGES: Final = 4_000
"""So many pages (16 MB) wait in the write-ahead log, four times as many as usual: a push changes a hundred, mostly the same as the last."""
_STATEMENTS: Final = 512
"""How many parsed statements each connection keeps: there are more different ones than the driver's usual 128."""
_POOL: Final = 16
_OVERFLOW: Final = 48
_DRIVER: Final = {"check_same_thread": False, "isolation_level": None, "cached_statements": _STATEMENTS}


class DatabaseDamaged(StorageFailed):
    """The file is no sound database, or none at all: only a backup helps."""

    code = "database_damaged"


class SqliteStore:
    """One organisation's file. ``serve`` keeps a second server off it."""

    waits_for_network = False

    def __init__(self, path: Path | None, *, serve: bool = False) -> None:
        """Open ``path``, or memory that lives as long as this object.

        Raises:
            StorageBusy: ``serve``, and another process serves this file.
        """
        self._path = path
        self._lock = ServerLock(path) if serve and path is not None else None
        if self._lock is not None:
            self._lock.acquire()
        self.engine = _in_memory() if path is None else _file(path)
        event.listen(self.engine, "connect", _on_connect)
        self._writing = RLock()
        self._reading: AbstractContextManager[Any] = self._writing if path is None else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Begin the only write transaction of this process, and of all others."""
        with self._writing, self.engine.begin() as connection:
            past(connection, "BEGIN IMMEDIATE", (), changed)
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Begin a transaction that reads one snapshot."""
        with self._reading, self.engine.begin() as connection:
            past(connection, "BEGIN", (), changed)
            yield connection

    def named(self, error: DBAPIError) -> Exception:
        """Give the error of ours that says what happened."""
        primary = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if primary == sqlite3.SQLITE_FULL:
            return DiskFull()
        if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return FailedInPassing()
        if primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return DatabaseDamaged(type(error.orig).__name__)
        if primary in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:
            return StorageFailed(type(error.orig).__name__)
        return error

    def rewrite(self) -> None:
        """Write the file anew, without what was deleted in it."""
        with self.engine.connect() as connection, self._beside(connection):
            connection.exec_driver_sql("VACUUM")

    def empty_log(self) -> None:
        """Empty the write-ahead log, which holds what was overwritten as long as anybody reads what was before."""
        with self.engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]:
                raise FailedInPassing

    @contextmanager
    def _beside(self, connection: Connection) -> Iterator[None]:
        """Let what is worked out meanwhile lie in the file's own folder: in memory it would take as much as the file."""
        if self._path is None:
            yield
            return
        folder = str(self._path.parent.absolute()).replace("'", "''")
        try:
            connection.exec_driver_sql(f"PRAGMA temp_store_directory = '{folder}'")
            connection.exec_driver_sql("PRAGMA temp_store = FILE")
            yield
        finally:
            connection.exec_driver_sql("PRAGMA temp_store = MEMORY")
            connection.exec_driver_sql("PRAGMA temp_store_directory = ''")

    def close(self) -> None:
        """Close every connection and let another process serve the file."""
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()


def _file(path: Path) -> Engine:
    return create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={**_DRIVER, "timeout": BUSY_MS / 1000},
        pool_size=_POOL,
        max_overflow=_OVERFLOW,
    )


def _in_memory() -> Engine:
    return create_engine("sqlite://", connect_args=_DRIVER, poolclass=StaticPool)


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"busy_timeout = {BUSY_MS}",
        f"cache_size = -{CACHE_KIB}",
        f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
        "temp_store = MEMORY",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
