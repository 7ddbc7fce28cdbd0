"""A vault's disk in memory: it survives the death of the process, and it can be full or die at a commit."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path

from mobile_app.data.ports import SqlRow, SqlValue
from shared.errors import DiskFull
from tests.fakes.device import Killed


class MemoryDisk:
    """A ``Connect`` port: every connection is the same database, which only this object forgets."""

    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self.database.close)
        self.full = False
        self.dies_before_commit = False
        self.dies_after_commit = False

    def __call__(self, _path: Path) -> MemorySql:
        if self.database.in_transaction:
            self.database.execute("ROLLBACK")
        return MemorySql(self)

    def close(self) -> None:
        self.database.close()


class MemorySql:
    """One connection to it."""

    def __init__(self, disk: MemoryDisk) -> None:
        self._disk = disk

    def execute(self, statement: str, values: Sequence[SqlValue] = ()) -> int:
        if statement == "COMMIT":
            return self._commit()
        return max(self._disk.database.execute(statement, values).rowcount, 0)

    def executemany(self, statement: str, rows: Iterable[Sequence[SqlValue]]) -> int:
        return max(self._disk.database.executemany(statement, rows).rowcount, 0)

    def query(self, statement: str, values: Sequence[SqlValue] = ()) -> list[SqlRow]:
        return self._disk.database.execute(statement, values).fetchall()

    def in_transaction(self) -> bool:
        return self._disk.database.in_transaction

    def close(self) -> None:
        if self._disk.database.in_transaction:
            self._disk.database.execute("ROLLBACK")

    def _commit(self) -> int:
        if self._disk.full:
            raise DiskFull
        if self._disk.dies_before_commit:
            raise Killed("before the commit")
        self._disk.database.execute("COMMIT")
        if self._disk.dies_after_commit:
            raise Killed("after the commit")
        return 0
