"""What other processes commit rings the bell of this one: PostgreSQL's NOTIFY carries the new rev, and nothing else."""

import logging
from collections.abc import Callable
from contextlib import ExitStack, suppress
from hashlib import sha256
from threading import Event, Thread
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection, func, select

from shared.errors import StorageBusy

_CHANNEL: Final = "tournee_"
_SCHEMA_PART: Final = 50
"""A channel's name has at most 63 bytes; two organisations that share one hear each other ring, which tells neither anything."""
_CONNECT_S: Final = 5
_LOOK_S: Final = 0.5
"""How soon the thread sees that it is to stop."""
_WAIT_S: Final = 1.0
"""Between two tries to connect again."""
_log = logging.getLogger(__name__)


def seat(schema: str) -> int:
    """Give the number of the lock that each server of an organisation shares, and a command that must be alone has to itself."""
    return int.from_bytes(sha256(f"tournee/{schema}/seat".encode()).digest()[:8], "big", signed=True)


def announce(connection: Connection, rev: int) -> None:
    """Tell every process, once this transaction has committed, that the feed's head moved to ``rev``."""
    if connection.dialect.name == "postgresql":
        channel = func.concat(_CHANNEL, func.left(func.current_schema(), _SCHEMA_PART))
        connection.execute(select(func.pg_notify(channel, str(rev))))


class Listening:
    """A server's connection of its own, and the thread that waits on it: it hears what others commit, and keeps its seat.

    Whatever was missed while the connection was lost is rung for when it is back.
    """

    def __init__(self, url: str, schema: str, ring: Callable[[], None]) -> None:
        """Take a seat and begin to listen.

        Raises:
            StorageBusy: PostgreSQL does not answer, or a command has the organisation to itself.
        """
        self._url = url
        self._seat = seat(schema)
        self._command = sql.SQL("LISTEN {}").format(sql.Identifier(f"{_CHANNEL}{schema[:_SCHEMA_PART]}"))
        self._ring = ring
        self._stopping = Event()
        try:
            connection = self._connected()
        except psycopg.OperationalError as error:
            raise StorageBusy from error
        self._thread = Thread(target=self._run, args=(connection,), name="listening", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread. Repeatable."""
        self._stopping.set()
        self._thread.join()

    def _connected(self) -> psycopg.Connection:
        connection = psycopg.connect(self._url, autocommit=True, connect_timeout=_CONNECT_S, application_name="tournee listening")
        with ExitStack() as unseated:
            unseated.callback(connection.close)
            seated = connection.execute("SELECT pg_try_advisory_lock_shared(%s)", (self._seat,)).fetchone()
            if seated is None or not seated[0]:
                raise StorageBusy
            connection.execute(self._command)
            unseated.pop_all()
        return connection

    def _run(self, connection: psycopg.Connection) -> None:
        while not self._stopping.is_set():
            try:
                self._listen(connection)
            except psycopg.Error:  # whatever it is: without this thread the bell is silent for good
                _log.warning("the connection that hears other processes is lost")
                connection.close()
                connection = self._again(connection)
        connection.close()

    def _again(self, lost: psycopg.Connection) -> psycopg.Connection:
        """Connect anew as soon as that goes; what was lost comes back when we are to stop."""
        while not self._stopping.wait(_WAIT_S):
            with suppress(psycopg.Error, StorageBusy):  # a standby refuses to listen with an error of another kind
                return self._connected()
        return lost

    def _listen(self, connection: psycopg.Connection) -> None:
        self._ring()
        while not self._stopping.is_set():
            for _ in connection.notifies(timeout=_LOOK_S, stop_after=1):
                self._ring()
