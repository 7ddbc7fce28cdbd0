"""The server without HTTP: production services behind bytes in and bytes out, which dies or runs out of disk at a commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from shared.errors import DiskFull, ServerRefused, StorageBusy, TourneeError
from shared.sync import codec
from shared.sync.protocol import ErasedAnswer, ErasedRequest, HealRequest, PushRequest, RefreshRequest
from sync_server.config import TokenLifetimes
from sync_server.services.authoring import Author
from sync_server.services.erasure import erased_among
from sync_server.services.healing import HealService
from sync_server.services.identity import DeviceIdentity
from sync_server.services.pull import PullRequest, PullService
from sync_server.services.push import PushService
from sync_server.services.tokens import TokenIssuer, authenticate
from sync_server.storage.database import Database
from sync_server.storage.retrying import Retrying
from sync_server.storage.sqlite import SqliteStore
from tests.fakes.device import FakeClock, Killed, SeededRandomness

CommitFault = Literal["", "dies", "full", "busy"]
Call = Literal["push", "pull", "refresh", "heal", "erased"]
_CODES = {"full": sqlite3.SQLITE_FULL, "busy": sqlite3.SQLITE_BUSY}


class FaultyStore(SqliteStore):
    """A database in memory whose commits may fail, as ``at_commit`` says. Its one connection is taken out of the pool for good."""

    def __init__(self, at_commit: Callable[[], None]) -> None:
        super().__init__(None)
        self._at_commit = at_commit
        self._taken = self.engine.connect()
        found = self._taken.connection.driver_connection
        assert isinstance(found, sqlite3.Connection)
        self.raw = found

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._taken.begin():
            self.raw.execute("BEGIN IMMEDIATE")
            yield self._taken
            self._at_commit()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._taken.begin():
            self.raw.execute("BEGIN")
            yield self._taken


class Server:
    """One organisation's server. ``load`` puts the database back to an image; ``fault`` strikes at the next commit."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.randomness = SeededRandomness()
        self.fault: CommitFault = ""
        self._exposed = False
        store = FaultyStore(self._at_commit)
        self.raw = store.raw
        """The connection behind SQLAlchemy: for images, and for oracles that must not cost much."""
        self.database = Database(store, Retrying(sleep=lambda _seconds: None, chance=lambda: 0.0)).prepared()

    def load(self, image: sqlite3.Connection, now: int, seed: int) -> None:
        """Begin anew from ``image`` at ``now``, with the chance of ``seed``."""
        image.backup(self.raw)
        self.clock.now = now
        self.randomness = SeededRandomness(seed)
        self.fault = ""
        self.start()

    def image(self) -> sqlite3.Connection:
        """A copy of the database as it is."""
        copy = sqlite3.connect(":memory:")
        self.raw.backup(copy)
        return copy

    def start(self) -> None:
        """Make the services anew, as after a restart."""
        self.author = Author(self.clock, self.randomness)
        self.tokens = TokenIssuer(TokenLifetimes(), self.randomness)
        self._push = PushService(self.database, self.clock)
        self._pull = PullService(self.database, self.clock)
        self._heal = HealService(self.database, self.clock)

    def who(self, access: str) -> DeviceIdentity:
        """Who bears this token."""
        with self.database.read() as connection:
            return authenticate(connection, access, self.clock.now_ms())

    def push(self, device: DeviceIdentity, request: PushRequest) -> bytes:
        with self._serving():
            return codec.encode(self._push.push(device, request))

    def heal(self, device: DeviceIdentity, request: HealRequest) -> bytes:
        with self._serving():
            return codec.encode(self._heal.heal(device, request))

    def erased(self, request: ErasedRequest) -> bytes:
        return codec.encode(ErasedAnswer(self.database.run(lambda connection: erased_among(connection, request.ids), reading=True)))

    def pull(self, device: DeviceIdentity, request: PullRequest, spoken: int) -> bytes:
        return codec.encode(self._pull.pull(device, request, spoken))

    def refresh(self, request: RefreshRequest) -> bytes:
        with self._serving(), self.database.write() as connection:
            tokens = self.tokens.rotate(connection, request.device_id, request.refresh, self.clock.now_ms())
        if tokens is None:
            raise ServerRefused(401, "session_expired")
        return codec.encode(tokens)

    @contextmanager
    def _serving(self) -> Iterator[None]:
        """A phone's call that writes: the only thing in which the fault strikes."""
        self._exposed = True
        try:
            yield
        finally:
            self._exposed = False

    def _at_commit(self) -> None:
        if not self._exposed:
            return
        fault, self.fault = self.fault, ""
        if fault == "dies":
            raise Killed("the server, before its commit")
        if fault:
            error: Any = sqlite3.OperationalError(fault)
            error.sqlite_errorcode = _CODES[fault]
            raise OperationalError("COMMIT", {}, error)


def status_of(error: TourneeError) -> tuple[int, str]:
    """The status and the code under which the HTTP layer would say it."""
    if isinstance(error, ServerRefused):
        return error.status, error.code
    statuses: dict[type[TourneeError], int] = {DiskFull: 507, StorageBusy: 503}
    return statuses.get(type(error), 500), error.code
