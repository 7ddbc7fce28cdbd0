"""The organisation's database: the one door to what is stored, on SQLite or PostgreSQL.

Everything above speaks SQLAlchemy Core over a ``Connection``. What is one engine's own is in ``sqlite.py``, ``postgresql.py``, ``bulk.py``.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.errors import StorageBusy
from sync_server.config import Config
from sync_server.storage.bell import Bell
from sync_server.storage.postgresql import PostgresStore
from sync_server.storage.retrying import Retrying
from sync_server.storage.schema import has_tables, prepare
from sync_server.storage.sqlite import SqliteStore

T = TypeVar("T")


def is_there(config: Config) -> bool:
    """Say whether the database that ``config`` names was ever made.

    Raises:
        StorageBusy: PostgreSQL does not answer.
    """
    if not config.database_url:
        return config.database.exists()
    database = Database(PostgresStore(config.database_url, config.schema))
    try:
        return database.run(has_tables, reading=True)
    finally:
        database.close()


class Store(Protocol):
    """What one engine does in its own way."""

    engine: Engine
    waits_for_network: bool

    def write(self) -> AbstractContextManager[Connection]:
        """Begin a write transaction; there is one at a time, and it sees all that those before it wrote."""
        ...

    def read(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that reads one snapshot, which no writer disturbs."""
        ...

    def named(self, error: DBAPIError) -> Exception:
        """Give the error of ours that says what happened."""
        ...

    def rewrite(self) -> None:
        """Leave nothing in the tables' files of what was overwritten or deleted."""
        ...

    def empty_log(self) -> None:
        """Leave nothing of it in the log of what was written, either."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class _RehearsedError(Exception):
    """Rolls a rehearsal back. Never leaves it."""


class Database:
    """Transactions on one organisation's store. Services use ``run``, which begins again what failed in passing."""

    def __init__(self, store: Store, retrying: Retrying | None = None) -> None:
        self._store = store
        self._retrying = retrying or Retrying()
        self.bell = Bell()
        """Rung after each commit of this process."""

    @classmethod
    def configured(cls, config: Config, *, serve: bool = False, alone: bool = False) -> "Database":
        """Open the database that ``config`` names, making its tables where they are missing; ``alone`` keeps every server off it.

        Raises:
            StorageBusy: ``serve``, and another process serves this SQLite file; ``alone``, and any does; no answer from PostgreSQL.
        """
        if config.database_url:
            return cls.connect(config.database_url, config.schema, serve=serve, alone=alone)
        return cls.open(config.database, serve=serve or alone)

    @classmethod
    def open(cls, path: Path, *, serve: bool = False) -> "Database":
        """Open a SQLite file, making it and its tables where they are missing. ``serve`` keeps a second server off it.

        Raises:
            StorageBusy: ``serve``, and another process serves this file.
        """
        return cls(SqliteStore(path, serve=serve)).prepared()

    @classmethod
    def connect(cls, url: str, schema: str, *, serve: bool = False, alone: bool = False) -> "Database":
        """Connect to PostgreSQL, making the organisation's schema and its tables where they are missing.

        ``serve`` lets the bell ring for what other processes commit, too; ``alone`` keeps those that serve off.

        Raises:
            StorageBusy: PostgreSQL does not answer; ``alone``, and a server is there, or the other way round.
        """
        store = PostgresStore(url, schema)
        database = cls(store).prepared()
        try:
            if alone:
                store.be_alone()
            if serve:
                store.hear(database.bell.ring)
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def in_memory(cls) -> "Database":
        """Make a SQLite database that lives as long as this object."""
        return cls(SqliteStore(None)).prepared()

    def prepared(self) -> "Database":
        """Make what is missing of the tables; give this database."""
        try:
            self.run(prepare)
        except BaseException:
            self.close()
            raise
        return self

    @property
    def engine(self) -> Engine:
        """The engine, for tests and tools that look inside."""
        return self._store.engine

    def scrub(self) -> None:
        """Leave nothing in the database's files of what was overwritten or deleted, as far as that is ours to say.

        Raises:
            StorageBusy: somebody was reading or writing all the time; what was written stands, and this can be done again.
            StorageFailed: the disk refused, or is full; likewise.
        """
        for step in (self._store.rewrite, self._store.empty_log):
            self._retrying.run(self._translated()(step))

    @property
    def waits_for_network(self) -> bool:
        """Whether a query may take as long as a network lets it."""
        return self._store.waits_for_network

    def run(self, work: Callable[[Connection], T], *, reading: bool = False) -> T:
        """Give what ``work`` gives in a transaction of its own, which is begun again when it failed in passing.

        So ``work`` may be called several times, and its effects are the database's alone. When a connection was lost while it committed,
        it is called again although it may have been kept: whatever it does must be harmless when done twice.

        Raises:
            StorageBusy: it failed in passing each time.
            StorageFailed: the disk refused.
        """
        begin = self.read if reading else self.write

        def once() -> T:
            with begin() as connection:
                return work(connection)

        return self._retrying.run(once)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run a transaction that may write; it commits at the end and is rolled back by any error.

        Raises:
            DiskFull: no room left; nothing of the transaction was kept.
            StorageBusy: another process held the database longer than we wait; nothing was written.
            StorageFailed: the disk refused otherwise.
        """
        with self._translated(), self._store.write() as connection:
            yield connection
        self.bell.ring()

    def rehearse(self, work: Callable[[Connection], T]) -> T:
        """Give what ``work`` gives in a transaction that may write, which is rolled back: nothing is kept and nobody is told.

        Raises:
            StorageBusy: another process held the database longer than we wait.
            StorageFailed: the disk refused.
        """
        found: list[T] = []
        with self._translated(), suppress(_RehearsedError), self._store.write() as connection:
            found.append(work(connection))
            raise _RehearsedError
        return found[0]

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run a transaction that reads one snapshot."""
        with self._translated(), self._store.read() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection and let another process serve the file."""
        self._store.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError as error:
            raise StorageBusy from error
        except DBAPIError as error:
            named = self._store.named(error)
            if named is error:
                raise
            raise named from error
