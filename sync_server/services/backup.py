"""Backups: made online from one snapshot, sealed, and verified by restoring them before they count (PROTOCOL 22)."""

import base64
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from shared.ports import Clock, Randomness
from sync_server.services import archive, epochs, leftovers
from sync_server.services.organisation import write_private
from sync_server.services.sealed_file import KEY_BYTES
from sync_server.storage import meta
from sync_server.storage.database import Database
from sync_server.storage.folders import sync_folder

SUFFIX: Final = ".backup"
MADE_AT: Final = "backed_up_at"
_NAME: Final = re.compile(r"\d{8}T\d{6}Z-\d+\.backup")


@dataclass(frozen=True, slots=True)
class Made:
    """A verified backup: where it is, its size in bytes, the rev through which it holds everything, and what was deleted for it.

    It does not count where a restore began another epoch meanwhile.
    """

    path: Path
    size: int
    head: int
    dropped: tuple[Path, ...]
    counts: bool


class Backups:
    """Makes backups of one organisation into a folder.

    ``private`` is where they are verified, in plain text for a moment: the organisation's own folder; the system's, unless given.
    """

    def __init__(
        self, database: Database, folder: Path, key: bytes, clock: Clock, randomness: Randomness, *, private: Path | None = None
    ) -> None:
        self._database = database
        self._folder = folder
        self._key = key
        self._clock = clock
        self._randomness = randomness
        self._private = private

    def make(self, keep: int = 0) -> Made:
        """Write a backup, restore it into a database of its own to see that it is whole, and only then let it count.

        ``keep`` is how many of this organisation's newest backups stay in the folder, this one among them; 0 keeps all. What a
        backup that was killed left behind goes first.

        Raises:
            BackupBroken: what was written does not read back as it should; it was removed.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        leftovers.clear([self._folder, *filter(None, [self._private])])
        now = self._clock.now_ms()
        part = self._folder / f".{now}{leftovers.PART}"
        with leftovers.owned(part):
            heading = self._write(part, now)
            verify(part, self._key, self._private)
            path = self._folder / _name(now, heading.head)
            part.replace(path)
            sync_folder(self._folder)
        counts = self._database.run(lambda connection: _note(connection, heading))
        dropped = self._trim(path, keep) if keep and counts else ()
        return Made(path, path.stat().st_size, heading.head, dropped, counts)

    def _write(self, part: Path, now: int) -> archive.Heading:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:

            def written(connection: Connection) -> archive.Heading:
                file.seek(0)
                file.truncate()  # a connection that was lost may have left a part
                return archive.write(connection, file, self._key, now, self._randomness.token(archive.PREFIX_BYTES))

            heading = self._database.run(written, reading=True)
            file.flush()
            os.fsync(file.fileno())
        return heading

    def _trim(self, made: Path, keep: int) -> tuple[Path, ...]:
        """Drop the oldest of this organisation's other backups; the heads tell which, since clocks may have been wrong."""
        organisation = archive.heading(made).organisation
        found = {path: _heading(path) for path in self._folder.iterdir() if _NAME.fullmatch(path.name) and path != made}
        others = {path: said for path, said in found.items() if said is not None and said.organisation == organisation}
        dropped = tuple(sorted(others, key=lambda path: (others[path].head, others[path].made_at), reverse=True)[keep - 1 :])
        for path in dropped:
            path.unlink(missing_ok=True)  # by another backup into the same folder, meanwhile
        return dropped


def _heading(path: Path) -> archive.Heading | None:
    try:
        return archive.heading(path)
    except (OSError, archive.BackupBroken):  # another user's, or just dropped
        return None


def _note(connection: Connection, made: archive.Heading) -> bool:
    """Let the backup count, unless it is of an epoch that ended meanwhile: its last revs are lost to devices, not backed up."""
    standing = epochs.standing(connection)
    if standing.epoch.id != made.epoch:
        return False
    meta.put(connection, meta.BACKED_UP, str(max(made.head, standing.backed_up_through)))
    meta.put(connection, MADE_AT, str(made.made_at))
    return True


def verify(path: Path, key: bytes, private: Path | None = None) -> archive.Heading:
    """Restore a backup into a database that is thrown away, and compare counts and digests.

    It is in a folder of its owner's alone in ``private``, never where backups go: that may be anybody's disk.

    Raises:
        BackupBroken: it is not whole.
    """
    with tempfile.TemporaryDirectory(prefix=leftovers.VERIFYING, dir=private) as folder:
        database = Database.open(Path(folder) / leftovers.DATABASE, serve=True)
        try:
            with database.write() as connection:
                return archive.load(connection, path, key)
        finally:
            database.close()


def backup_key(path: Path, randomness: Randomness) -> tuple[bytes, bool]:
    """Give the key of ``path``, made where there is none, and whether it was made now.

    Raises:
        BackupBroken: the file holds no key.
    """
    if path.exists():
        return read_key(path), False
    key = randomness.token(KEY_BYTES)
    write_private(path, base64.b64encode(key) + b"\n")
    return key, True


def read_key(path: Path) -> bytes:
    """Give the key of ``path``.

    Raises:
        OSError: it is not there, or may not be read.
        BackupBroken: ``backup_key_damaged``: the file holds no key.
    """
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except ValueError as error:
        raise archive.BackupBroken("backup_key_damaged") from error
    if len(key) != KEY_BYTES:
        raise archive.BackupBroken("backup_key_damaged")
    return key


def _name(now: int, head: int) -> str:
    return f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%dT%H%M%SZ}-{head}{SUFFIX}"
