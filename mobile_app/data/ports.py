"""What the device needs from outside: every port is here, so that a simulation, a phone and a browser can each bring their own.

The clock and randomness are in ``shared.ports``; the HTTP transport is ``httpx.AsyncBaseTransport``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, ParamSpec, Protocol, TypeAlias, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

SqlValue: TypeAlias = str | int | float | bytes | None
SqlRow: TypeAlias = tuple[SqlValue, ...]


class Executor(Protocol):
    """The one owner of the device's databases: a thread natively, inline in the browser."""

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``fn`` on the owner, after all calls asked before it, and give its result or its exception.

        A call that has begun is always finished, even when its caller is cancelled.
        """
        ...

    def close(self) -> None:
        """Finish what was asked, then end the owner. Repeatable."""
        ...


class Sleep(Protocol):
    """Waiting. A simulation advances its clock instead."""

    async def __call__(self, seconds: float) -> None:
        """Give way for ``seconds``."""
        ...


class Cipher(Protocol):
    """AES-256-GCM under one key. Made once per key, since making it costs more than a row."""

    def seal(self, data: bytes, associated: bytes) -> bytes:
        """``data`` sealed, bound to ``associated``; a fresh random nonce each time."""
        ...

    def open(self, sealed: bytes, associated: bytes) -> bytes:
        """What was sealed.

        Raises:
            SealBroken: another key, other associated data, or altered bytes.
        """
        ...


class CryptoPort(Protocol):
    """The primitives. Natively ``cryptography``; in the browser noble's, equal on the test vectors."""

    def scrypt(self, secret: bytes, salt: bytes, n: int) -> bytes:
        """RFC 7914 with r=8, p=1: 32 bytes. Slow on purpose: run it on the executor."""
        ...

    def hkdf(self, secret: bytes, salt: bytes, info: bytes) -> bytes:
        """RFC 5869 with SHA-256: 32 bytes."""
        ...

    def cipher(self, key: bytes) -> Cipher:
        """AES-256-GCM under ``key`` (32 bytes)."""
        ...

    def seal_to(self, public_key: bytes, data: bytes, associated: bytes) -> bytes:
        """``data`` sealed so that only the holder of the X25519 private key opens it (``shared.recovery`` is the format)."""
        ...

    def token(self, size: int) -> bytes:
        """``size`` bytes that nobody can guess, for keys and salts."""
        ...


class SecureStore(Protocol):
    """The platform's store of small secrets. The system may empty it at any time (a reset key store): then ``get`` gives None."""

    async def get(self, name: str) -> bytes | None:
        """The secret of that name, or None."""
        ...

    async def set(self, name: str, secret: bytes) -> None:
        """Keep ``secret`` durably under ``name``, replacing what was there."""
        ...

    async def delete(self, name: str) -> None:
        """Forget it. Repeatable."""
        ...


class Biometrics(Protocol):
    """A key that the platform gives back only to a finger or a face. Absent (None) where there is no such thing."""

    async def keep(self, key: bytes) -> bool:
        """Put ``key`` behind the sensor; False if the person or the platform refused."""
        ...

    async def release(self) -> bytes | None:
        """Ask for the finger or the face and give the key, or None: refused, cancelled, or invalidated."""
        ...

    async def forget(self) -> None:
        """Drop the key. Repeatable."""
        ...


class Files(Protocol):
    """Small files that only their owner may read, replaced whole or not at all."""

    def read(self, path: Path) -> bytes | None:
        """The contents, or None if there is no such file."""
        ...

    def write(self, path: Path, data: bytes) -> None:
        """Replace the file atomically and durably: after a kill it holds the old or the new bytes, never a mix."""
        ...

    def delete(self, path: Path) -> None:
        """Remove the file durably. Repeatable."""
        ...


class Sql(Protocol):
    """One connection to the vault's SQLite file, in autocommit mode; transactions are ordinary statements (``BEGIN IMMEDIATE``).

    Exactly these five methods, so that ``sqlite3`` and ``apsw`` can both stand behind it. All of them raise the tree's errors:
    ``StorageBusy``, ``DiskFull``, ``VaultDamaged`` (corrupt, not a database) and ``StorageFailed`` for other failures of the disk.
    """

    def execute(self, statement: str, values: Sequence[SqlValue] = ()) -> int:
        """Run one statement; the number of rows it changed."""
        ...

    def executemany(self, statement: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        """Run one statement for each row (``rows`` may be a generator); the number of rows changed in all."""
        ...

    def query(self, statement: str, values: Sequence[SqlValue] = ()) -> list[SqlRow]:
        """All rows of a query, or of a pragma."""
        ...

    def in_transaction(self) -> bool:
        """Whether a transaction is open: SQLite itself rolls back on some errors."""
        ...

    def close(self) -> None:
        """Close the connection. Repeatable."""
        ...


class Connect(Protocol):
    """Opens a ``Sql`` on a file, on the owner's thread. The file is made if it is missing, for its owner's eyes only."""

    def __call__(self, path: Path, /) -> Sql:
        """The connection."""
        ...


@dataclass(frozen=True, slots=True)
class Fix:
    """One position as the platform gave it: degrees, accuracy in metres, and whether the platform says it was faked."""

    lat: float
    lon: float
    accuracy: float
    mocked: bool


@dataclass(frozen=True, slots=True)
class PlaceRefused:
    """There is no position, and why. The visit goes on without one."""

    reason: Literal["denied", "off", "unavailable", "timeout"]


class Places(Protocol):
    """Where we are, asked once and only when the person checks in."""

    async def fix(self) -> Fix | PlaceRefused:
        """One position; may ask for permission; takes some seconds at most."""
        ...


class Opener(Protocol):
    """Hands an address or words over to the platform's own app. False where nothing on the device takes it."""

    async def call(self, number: str) -> bool:
        """The phone, with an E.164 number filled in."""
        ...

    async def mail(self, address: str) -> bool:
        """The mail app, with the address filled in."""
        ...

    async def message(self, number: str) -> bool:
        """The messages app, with an E.164 number filled in."""
        ...

    async def navigate(self, lat: float, lon: float, label: str) -> bool:
        """The maps app, with the way to a point given in degrees."""
        ...

    async def share(self, words: str, subject: str) -> bool:
        """An app that the person chooses on the system's own sheet, with ``words`` to pass on; a mail has the ``subject``."""
        ...


@dataclass(frozen=True, slots=True)
class Picked:
    """A photo as the platform gave it: its file's name and its bytes."""

    name: str
    data: bytes


class PhotoPicker(Protocol):
    """The platform's own way to take photos or to choose some that are there."""

    async def pick(self) -> tuple[Picked, ...]:
        """What the person took or chose; nothing where she thought better of it."""
        ...


class Shell(Protocol):
    """What stands around the app where the app does not change its own version: a browser's page. Absent (None) everywhere else.

    It lets a new version take over only where nothing is being written and nothing would become unreadable.
    """

    def shown(self) -> None:
        """The first screen is rendered."""
        ...

    def busy(self, *, on: bool) -> None:
        """A form is open, or none is any more."""
        ...

    def unsent(self, count: int) -> None:
        """So many transactions lie here that the server has not settled."""
        ...


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that a browser's storage holds and may hold in all; ``kept``: the browser has promised to drop nothing of it by itself."""

    used: int
    granted: int
    kept: bool


class Storage(Protocol):
    """The storage that a browser lends. Absent (None) where the disk is the device's own."""

    async def room(self) -> Room:
        """How it stands now."""
        ...

    async def keep(self) -> bool:
        """Ask the browser to drop nothing by itself; whether it has promised. It may ask the person. Repeatable."""
        ...
