"""The ledger: what must hold whatever backup is restored. One line each, durable before the database says so; never in a backup.

A line that is written though the database then failed is harmless: applying it again changes nothing that it should not.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sync_server.storage.folders import sync_folder

_OWNER_ONLY = 0o600


class Erased(msgspec.Struct, frozen=True, tag="erased"):
    """A record that was erased for good. Nothing of what it said is here."""

    id: str
    kind: str
    root: str
    scope: str
    at: int


class Revoked(msgspec.Struct, frozen=True, tag="revoked"):
    """A device that was shut out for good."""

    device: str
    code: str
    user_id: str
    at: int


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """A user who may sign in from now on, or no longer."""

    user_id: str
    allowed: bool
    at: int


class Begun(msgspec.Struct, frozen=True, tag="epoch"):
    """An epoch that a restore began: see ``shared.sync.change.Epoch``."""

    epoch: str
    parent: str
    fork: int
    start: int
    older: dict[str, int]
    at: int
    codes: int = 0
    """Device codes up to this ordinal are never given again."""
    before: tuple[tuple[int, int], ...] = ()
    """The restores before it, where another machine's ledger has their lines: see ``Epoch.before``."""


class Enrolled(msgspec.Struct, frozen=True, tag="enrolled"):
    """Whose device it is: what a backup was made too early for."""

    device: str
    user_id: str
    at: int


Line = Erased | Revoked | Welcome | Begun | Enrolled
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Line).decode


class Ledger:
    """The file. Appending is durable when it returns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, lines: Iterable[Line]) -> None:
        """Write lines behind the others and force them to the disk."""
        content = b"".join(_encode(line) + b"\n" for line in lines)
        if not content:
            return
        new, torn = not self._path.exists(), self._torn()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
        with os.fdopen(descriptor, "ab") as file:
            file.write(b"\n" + content if torn else content)
            file.flush()
            os.fsync(file.fileno())
        if new:
            sync_folder(self._path.parent)

    def lines(self) -> list[Line]:
        """Give all lines, oldest first. A line that a power cut tore was never acted on, and is left out."""
        if not self._path.exists():
            return []
        found: list[Line] = []
        for line in self._path.read_bytes().splitlines():
            try:
                found.append(_decode(line))
            except msgspec.MsgspecError:
                continue
        return found

    def _torn(self) -> bool:
        if not self._path.exists():
            return False
        content = self._path.read_bytes()
        return bool(content) and not content.endswith(b"\n")
