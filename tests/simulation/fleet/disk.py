"""A phone's disk in memory: what is committed survives a kill, and a kill comes at a named point of a transaction."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from mobile_app.data.crypto import NativeCrypto
from mobile_app.data.ports import Cipher, SqlRow, SqlValue
from shared.errors import SealBroken
from tests.fakes.device import Killed
from tests.fakes.disk import MemoryDisk, MemorySql

Point = Literal["", "in_transaction", "before_commit", "after_commit"]
_TAG = 4


class Disk(MemoryDisk):
    """``die_at`` arms a kill: after ``die_in`` more statements that write, or at the ``die_in``-th commit from now."""

    def __init__(self, image: bytes = b"") -> None:
        super().__init__()
        if image:
            self.database.deserialize(image)
        self.die_at: Point = ""
        self.die_in = 0
        self.life = 0
        """Connections of an earlier life write nothing more."""

    def __call__(self, _path: Path) -> DiskSql:
        super().__call__(_path)
        self.life += 1
        return DiskSql(self)

    def arm(self, point: Point, count: int) -> None:
        """Let the process die at ``point``, the ``count``-th time that it passes there."""
        self.die_at, self.die_in = point, count

    def passes(self, point: Point) -> None:
        """Die here if this is the point."""
        if self.die_at == point:
            self.die_in -= 1
            if self.die_in <= 0:
                self.die_at = ""
                self.power_off()
                raise Killed(point)

    def power_off(self) -> None:
        """Lose what was not committed."""
        self.life += 1
        if self.database.in_transaction:
            self.database.execute("ROLLBACK")


class DiskSql(MemorySql):
    """A connection that is good for one life of the process."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(disk)
        self._of = disk
        self._life = disk.life

    def execute(self, statement: str, values: Sequence[SqlValue] = ()) -> int:
        self._live()
        self._of.passes("in_transaction")
        return super().execute(statement, values)

    def executemany(self, statement: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        self._live()
        self._of.passes("in_transaction")
        return super().executemany(statement, rows)

    def query(self, statement: str, values: Sequence[SqlValue] = ()) -> list[SqlRow]:
        self._live()
        if statement == "PRAGMA quick_check(1)":  # pages in memory do not rot
            return [("ok",)]
        return super().query(statement, values)

    def in_transaction(self) -> bool:
        return self._life == self._of.life and super().in_transaction()

    def close(self) -> None:
        if self._life == self._of.life:
            super().close()

    def _commit(self) -> int:
        self._of.passes("before_commit")
        super()._commit()
        self._of.passes("after_commit")
        return 0

    def _live(self) -> None:
        if self._life != self._of.life:
            raise Killed("an earlier life")


class ChecksumCipher:
    """Seals with a checksum over the bytes and what they are bound to: as strict as the real one, and a hundredth of its cost."""

    def seal(self, data: bytes, associated: bytes) -> bytes:
        return zlib.crc32(data, zlib.crc32(associated)).to_bytes(_TAG, "big") + data

    def open(self, sealed: bytes, associated: bytes) -> bytes:
        data = sealed[_TAG:]
        if sealed[:_TAG] != zlib.crc32(data, zlib.crc32(associated)).to_bytes(_TAG, "big"):
            raise SealBroken
        return data


class CheapCrypto(NativeCrypto):
    """The crypto port with the checksum in the cipher's place."""

    def cipher(self, key: bytes) -> Cipher:
        return ChecksumCipher()
