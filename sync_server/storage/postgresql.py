"""What is PostgreSQL's own: a schema per organisation, a lock that makes revs rise in the order of commits, pooled connections, errors.

Readers run at REPEATABLE READ: one snapshot each. Writers run at READ COMMITTED behind a lock that is held until they have committed, so
that each sees all that the one before it wrote, and whoever sees a rev sees every rev below it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Final

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from shared.errors import DiskFull, RecordRefused, StorageBusy, StorageFailed
from sync_server.config import require_plain
from sync_server.storage.listening import Listening, seat
from sync_server.storage.retrying import FailedInPassing

LOCK_MS: Final = 5_000
"""How long a writer waits for the writers before it."""
IDLE_MS: Final = 60_000
"""After so long a transaction that does nothing is ended: its process may be gone, and others wait for it."""
CONNECT_S: Final = 5
POOL_S: Final = 5
_POOL: Final = 8
_OVERFLOW: Final = 12
_PASSING: Final = frozenset({"40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03"})
"""Serialization failure, deadlock, too many connections, lock not available, and a server that is going down or coming up."""
_CONNECTION: Final = "08"
_DISK_FULL: Final = "53100"
_FORBIDDEN: Final = "42501"
_IO_ERROR: Final = "58"


class RoleForbidden(StorageFailed):
    """PostgreSQL does not let this role do what it must: it needs a schema that it owns, or may make."""

    code = "role_forbidden"


class DatabaseUnreachable(FailedInPassing):
    """No connection to PostgreSQL could be made; its message is the driver's, which names host, user and database, never the password.

    In passing, perhaps: a server that was up waits for it. A command that still has none after that was given a wrong address.
    """

    code = "database_unreachable"


class PostgresStore:
    """One organisation's schema in a PostgreSQL database. Several processes may serve it."""

    waits_for_network = True

    def __init__(self, url: str, schema: str) -> None:
        """Prepare to connect; ``url`` is ``postgresql://…``.

        Raises:
            ConfigError: the schema's name is not plain.
        """
        self._url, self._schema = url, require_plain(schema)
        self._listening: Listening | None = None
        self._alone: Connection | None = None
        self.engine = _engine(url, schema)
        self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._lock = f"SELECT pg_advisory_xact_lock({_key(schema)})"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Begin a write transaction once all before it have ended."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql(self._lock)
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Begin a transaction that reads one snapshot."""
        with self._reader.begin() as connection:
            yield connection

    def named(self, error: DBAPIError) -> Exception:
        """Give the error of ours that says what happened."""
        state = getattr(error.orig, "sqlstate", None)
        if error.connection_invalidated or state in _PASSING or (state or "").startswith(_CONNECTION):
            return FailedInPassing()
        if state is None and isinstance(error.orig, psycopg.OperationalError):
            return DatabaseUnreachable(" ".join(str(error.orig).split()))
        if isinstance(error.orig, psycopg.DataError):
            return RecordRefused("not_storable")  # a text with a NUL, a number out of range: what was asked for, not the database
        if state == _DISK_FULL:
            return DiskFull()
        if state == _FORBIDDEN:
            return RoleForbidden()
        return StorageFailed(type(error.orig).__name__) if (state or "").startswith(_IO_ERROR) else error

    def rewrite(self) -> None:
        """Free what deleted rows took, for new rows to be written over it."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")

    def empty_log(self) -> None:
        """Do nothing: the server's own log and archives are its administrator's."""

    def hear(self, ring: Callable[[], None]) -> Listening:
        """Call ``ring`` whenever any process has moved the feed's head; gives the thread that does."""
        self._listening = Listening(self._url, self._schema, ring)
        return self._listening

    def be_alone(self) -> None:
        """Keep servers off until this store is closed.

        Raises:
            StorageBusy: one is there, or another command that must be alone.
        """
        self._alone = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not self._alone.exec_driver_sql(f"SELECT pg_try_advisory_lock({seat(self._schema)})").scalar_one():
            raise StorageBusy("a server process uses this schema")

    def close(self) -> None:
        """Close every connection."""
        if self._alone is not None:
            self._alone.close()
        if self._listening is not None:
            self._listening.stop()
        self.engine.dispose()


def be_patient(connection: Connection) -> None:
    """Let a transaction wait for what is done elsewhere, however long it takes. Does nothing on another engine."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _key(schema: str) -> int:
    """Give the number of the schema's writers' lock."""
    return int.from_bytes(sha256(f"tournee/{schema}".encode()).digest()[:8], "big", signed=True)


def _engine(url: str, schema: str) -> Engine:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    connect = {"connect_timeout": CONNECT_S, "application_name": "tournee"}
    engine = create_engine(parsed, connect_args=connect, pool_size=_POOL, max_overflow=_OVERFLOW, pool_timeout=POOL_S)
    settings = {
        "search_path": f'"{schema}"',
        "lock_timeout": str(LOCK_MS),
        "idle_in_transaction_session_timeout": str(IDLE_MS),
        "timezone": "UTC",
    }

    @event.listens_for(engine, "connect")
    def _on_connect(connection: psycopg.Connection, _record: object) -> None:
        chosen = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.items())
        connection.execute(f"SELECT {chosen}")
        connection.commit()

    return engine
