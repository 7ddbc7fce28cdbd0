"""The bell between processes goes on ringing, whatever becomes of the connection that carries it."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import cast

import psycopg
import pytest

from sync_server.storage import listening
from sync_server.storage.listening import Listening


class Line:
    """A connection that fails once it is listened to, or rings without end."""

    def __init__(self, failure: psycopg.Error | None) -> None:
        self._failure = failure
        self.closed = False

    def notifies(self, *, timeout: float, stop_after: int) -> Iterator[str]:
        if self._failure is not None:
            raise self._failure
        yield "17"

    def close(self) -> None:
        self.closed = True


class Switchboard(Listening):
    """Gives these lines in their order; an error in the place of one is what connecting ended with."""

    def __init__(self, lines: list[Line | psycopg.Error], ring: Callable[[], None]) -> None:
        self._lines = iter(lines)
        super().__init__("", "public", ring)

    def _connected(self) -> psycopg.Connection:
        found = next(self._lines)
        if isinstance(found, psycopg.Error):
            raise found
        return cast("psycopg.Connection", found)


def test_the_bell_rings_again_after_an_error_of_any_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_WAIT_S", 0.001)
    lost, back, rung = Line(psycopg.InternalError("the server gave up")), Line(None), Event()

    def ring() -> None:
        if lost.closed:
            rung.set()

    heard = Switchboard([lost, psycopg.errors.ReadOnlySqlTransaction("a standby"), back], ring)

    assert rung.wait(10)
    heard.stop()
    assert back.closed
