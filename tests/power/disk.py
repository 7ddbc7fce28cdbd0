"""A disk that loses power: a VFS for ``apsw`` that keeps what was synced and forgets, or half forgets, the rest.

The model: a write since the last sync of its file survives a cut or not, sector by sector and in any combination, and so does a change of
the file's size. That is weaker than most disks promise and what SQLite is made for.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from mobile_app.data.ports import SqlRow, SqlValue

SECTOR = 512
CHECKPOINT_PAGES = 12
"""Small, so that a short run has checkpoints in it."""


class PowerCut(BaseException):
    """The current is gone; nothing after this reaches the disk."""


@dataclass
class _File:
    """What programs see of one file, what is safe, and what was done since the last sync: (offset, bytes), or (size, None) for a cut."""

    seen: bytearray = field(default_factory=bytearray)
    safe: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, offset: int, data: bytes) -> None:
        _put(self.seen, offset, data)
        for start in range(0, len(data), SECTOR):
            self.since.append((offset + start, data[start : start + SECTOR]))

    def truncate(self, size: int) -> None:
        del self.seen[size:]
        self.since.append((size, None))

    def sync(self) -> None:
        self.safe = bytearray(self.seen)
        self.since.clear()

    def lose(self, chance: random.Random) -> None:
        """Keep what is safe, and of the rest what happened to get there."""
        kept = chance.choice((0.0, 0.5, 0.9, 1.0))
        for offset, data in self.since:
            if chance.random() >= kept:
                continue
            if data is None:
                del self.safe[offset:]
            else:
                _put(self.safe, offset, data)
        self.seen = bytearray(self.safe)
        self.since.clear()


def _put(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class PowerDisk:
    """A ``Connect`` port of the device. ``cut_after`` counts down writes and syncs; at zero the current goes.

    ``synchronous`` replaces the vault's own setting, for a test that must see a loss.
    """

    def __init__(self, seed: int, synchronous: str = "FULL") -> None:
        self.files: dict[str, _File] = {}
        self.operations = 0
        self.cut_after: int | None = None
        self.dark = False
        self._chance = random.Random(seed)  # noqa: S311 - a test's chance
        self._name = f"power-{id(self)}"
        self._synchronous = synchronous
        self._vfs = _Vfs(self._name, self)
        self._open: list[PowerSql] = []

    def __call__(self, _path: Path) -> PowerSql:
        sql = PowerSql(apsw.Connection("vault", vfs=self._name), self._synchronous)
        self._open.append(sql)
        return sql

    def step(self) -> None:
        """Count one write or sync; raise where the current goes or is gone."""
        self.operations += 1
        if self.dark or self.operations == self.cut_after:
            self.dark = True
            raise PowerCut

    def cut(self) -> None:
        """Lose power now, and let the disk come back with what it kept."""
        self.dark = True
        for sql in self._open:
            sql.drop()
        self._open.clear()
        for name in list(self.files):
            self.files[name].lose(self._chance)
        self.dark, self.cut_after = False, None

    def close(self) -> None:
        """Unregister the VFS."""
        self.cut()
        self._vfs.unregister()


class _Vfs(apsw.VFS):
    def __init__(self, name: str, disk: PowerDisk) -> None:
        self._disk = disk
        super().__init__(name, base="")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> _OpenFile:  # noqa: N802 - SQLite's names
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        flags[1] = flags[0]
        return _OpenFile(self._disk, self._disk.files.setdefault(Path(path).name, _File()))

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self._disk.files.pop(Path(filename).name, None)

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        return Path(pathname).name in self._disk.files

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return f"/{Path(name).name}"


class _OpenFile(apsw.VFSFile):
    """One open file; nothing else opens it, so locks are always given."""

    def __init__(self, disk: PowerDisk, file: _File) -> None:
        # Not opened in the file system below: this object is the whole file, so the base class is left without one.
        self._disk, self._file = disk, file

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self._file.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.step()
        self._file.write(offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.step()
        self._file.truncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.step()
        self._file.sync()

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._file.seen)

    def xLock(self, level: int) -> None:  # noqa: N802
        return

    def xUnlock(self, level: int) -> None:  # noqa: N802
        return

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0

    def xClose(self) -> None:  # noqa: N802
        return


class PowerSql:
    """The vault's five methods over ``apsw``."""

    def __init__(self, connection: apsw.Connection, synchronous: str) -> None:
        self._connection = connection
        self._synchronous = synchronous

    def execute(self, statement: str, values: Sequence[SqlValue] = ()) -> int:
        before = self._connection.total_changes()
        self._connection.execute(statement, tuple(values))
        return self._connection.total_changes() - before

    def executemany(self, statement: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        before = self._connection.total_changes()
        self._connection.executemany(statement, (tuple(row) for row in rows))
        return self._connection.total_changes() - before

    def query(self, statement: str, values: Sequence[SqlValue] = ()) -> list[SqlRow]:
        if statement == "PRAGMA synchronous = FULL":
            statement = f"PRAGMA synchronous = {self._synchronous}"
        rows: list[Any] = self._connection.execute(statement, tuple(values)).fetchall()
        if statement == "PRAGMA journal_mode = WAL":
            self._connection.wal_autocheckpoint(CHECKPOINT_PAGES)
        return rows

    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def close(self) -> None:
        self._connection.close()

    def drop(self) -> None:
        """Forget the connection as a process does that is gone: nothing it still wants to write gets anywhere."""
        try:
            self._connection.close(force=True)
        except PowerCut:
            return
