"""What other processes commit rings the bell of this one: PostgreSQL's NOTIFY carries the new rev, and nothing else."""

import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection, func, select

_CHANNEL: Final = "tournee_"
_SCHEMA_PART: Final = 50
"""A channel's name has at most 63 bytes; two organisations that share one hear each other ring, which tells neither anything."""
_LOOK_S: Final = 0.5
"""How soon the thread sees that it is to stop."""
_WAIT_S: Final = 1.0
"""Between two tries to connect again."""
_log = logging.getLogger(__name__)


def announce(connection: Connection, rev: int) -> None:
    """Tell every process, once this transaction has committed, that the feed's head moved to ``rev``."""
    if connection.dialect.name == "postgresql":
        channel = func.concat(_CHANNEL, func.left(func.current_schema(), _SCHEMA_PART))
        connection.execute(select(func.pg_notify(channel, str(rev))))


class Listening:
    """A thread with a connection of its own. Whatever was missed while that was lost is rung for when it is back."""

    def __init__(self, url: str, schema: str, ring: Callable[[], None]) -> None:
        """Begin to listen."""
        self._url = url
        self._command = sql.SQL("LISTEN {}").format(sql.Identifier(f"{_CHANNEL}{schema[:_SCHEMA_PART]}"))
        self._ring = ring
        self._stopping = Event()
        self.begun = Event()
        """Set once every later commit will be heard."""
        self._thread = Thread(target=self._run, name="listening", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread. Repeatable."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.OperationalError:
                _log.warning("the connection that hears other processes is lost")
                self._stopping.wait(_WAIT_S)

    def _listen(self) -> None:
        with psycopg.connect(self._url, autocommit=True, application_name="tournee listening") as connection:
            connection.execute(self._command)
            self.begun.set()
            self._ring()
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=_LOOK_S, stop_after=1):
                    self._ring()
