"""The vault's tables: each a small class over one connection and one sealer. Payloads are bytes that the vault does not understand.

A write outside ``Vault.transaction`` is a transaction of its own. All calls are synchronous and belong to the owner's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import cast

from mobile_app.data.among import among
from mobile_app.data.ports import Sql, SqlRow
from mobile_app.data.vault_seal import PLAIN, Sealer
from shared.errors import SealBroken

Write = Callable[[], AbstractContextManager[None]]


class RecordTable:
    """The server's newest version of each record: ``(id, rev, payload)``."""

    def __init__(self, sql: Sql, sealer: Sealer, write: Write) -> None:
        self._sql, self._sealer, self._write = sql, sealer, write

    def put(self, rows: Iterable[tuple[str, int, bytes]]) -> None:
        """Keep these versions, replacing older ones, all or none. Rows are sealed as they are drawn from ``rows``."""
        seal, _ = self._sealer.for_table("record")
        version = self._sealer.version
        sealed = ((id_, rev, version, seal(id_, payload)) for id_, rev, payload in rows)
        with self._write():
            self._sql.executemany("REPLACE INTO record (id, rev, key_version, sealed) VALUES (?, ?, ?, ?)", sealed)

    def delete(self, ids: Collection[str]) -> int:
        """Forget these; the number that were there."""
        with self._write():
            return self._sql.execute("DELETE FROM record WHERE id IN (SELECT value FROM json_each(?))", (among(ids),))

    def get(self, ids: Collection[str]) -> dict[str, tuple[int, bytes]]:
        """``(rev, payload)`` of those that are here."""
        rows = self._sql.query(
            "SELECT id, rev, key_version, sealed FROM record WHERE id IN (SELECT value FROM json_each(?))", (among(ids),)
        )
        return {id_: (rev, payload) for id_, rev, payload in self._opened(rows)}

    def revs(self, ids: Collection[str]) -> dict[str, int]:
        """The revs of those that are here; nothing is opened."""
        rows = self._sql.query("SELECT id, rev FROM record WHERE id IN (SELECT value FROM json_each(?))", (among(ids),))
        return dict(cast("list[tuple[str, int]]", rows))

    def batches(self, size: int = 500) -> Iterator[list[tuple[str, int, bytes]]]:
        """Every record in the order of ids, ``size`` at a time. Writes between two batches are allowed: no cursor stays open."""
        after = ""
        while rows := self._page(after, size):
            yield list(self._opened(rows))
            after = cast("str", rows[-1][0])

    def between(self, after: int, below: int) -> Iterator[tuple[str, int, bytes]]:
        """Those with a rev above ``after`` and below ``below``."""
        rows = self._sql.query("SELECT id, rev, key_version, sealed FROM record WHERE rev > ? AND rev < ?", (after, below))
        return self._opened(rows)

    def clear(self) -> None:
        """Forget every record: a snapshot follows."""
        with self._write():
            self._sql.execute("DELETE FROM record")

    def _page(self, after: str, size: int) -> list[SqlRow]:
        return self._sql.query("SELECT id, rev, key_version, sealed FROM record WHERE id > ? ORDER BY id LIMIT ?", (after, size))

    def _opened(self, rows: Iterable[SqlRow]) -> Iterator[tuple[str, int, bytes]]:
        _, open_ = self._sealer.for_table("record")
        typed = cast("Iterable[tuple[str, int, int, bytes]]", rows)
        return ((id_, rev, open_(id_, version, sealed)) for id_, rev, version, sealed in typed)


class DraftTable:
    """What a person was typing, by the form's id."""

    def __init__(self, sql: Sql, sealer: Sealer, write: Write) -> None:
        self._sql, self._sealer, self._write = sql, sealer, write

    def put(self, draft_id: str, payload: bytes) -> None:
        """Keep a draft, replacing the one of that id."""
        seal, _ = self._sealer.for_table("draft")
        with self._write():
            self._sql.execute(
                "INSERT INTO draft (id, key_version, sealed) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET key_version = excluded.key_version, sealed = excluded.sealed",
                (draft_id, self._sealer.version, seal(draft_id, payload)),
            )

    def get(self, draft_id: str) -> bytes | None:
        """The draft, or None."""
        _, open_ = self._sealer.for_table("draft")
        rows = cast("list[tuple[int, bytes]]", self._sql.query("SELECT key_version, sealed FROM draft WHERE id = ?", (draft_id,)))
        return open_(draft_id, *rows[0]) if rows else None

    def delete(self, draft_id: str) -> None:
        """Drop it. Repeatable."""
        with self._write():
            self._sql.execute("DELETE FROM draft WHERE id = ?", (draft_id,))

    def ids(self) -> list[str]:
        """The ids of all drafts, oldest first."""
        return [str(row[0]) for row in self._sql.query("SELECT id FROM draft ORDER BY ord")]


class MetaTable:
    """Values by name. A sealed value needs the key; a plain one (the epoch, a cursor) can be read while locked."""

    def __init__(self, sql: Sql, sealer: Sealer, write: Write) -> None:
        self._sql, self._sealer, self._write = sql, sealer, write

    def put(self, name: str, value: bytes) -> None:
        """Keep a sealed value, replacing what was there."""
        seal, _ = self._sealer.for_table("meta")
        self._keep(name, self._sealer.version, seal(name, value))

    def get(self, name: str) -> bytes | None:
        """A sealed value, or None.

        Raises:
            SealBroken: the value is plain, or was altered: somebody put it there who lacked the key.
        """
        _, open_ = self._sealer.for_table("meta")
        row = self._row(name)
        return None if row is None else open_(name, *row)

    def put_plain(self, name: str, value: bytes) -> None:
        """Keep a plain value, replacing what was there. Nothing about a customer or a person goes here."""
        self._keep(name, PLAIN, value)

    def get_plain(self, name: str) -> bytes | None:
        """A plain value, or None. Whoever can write the file can forge it.

        Raises:
            SealBroken: the value is sealed.
        """
        row = self._row(name)
        if row is None:
            return None
        if row[0] != PLAIN:
            raise SealBroken
        return row[1]

    def delete(self, *names: str) -> None:
        """Drop these. Repeatable."""
        with self._write():
            self._sql.execute("DELETE FROM meta WHERE key IN (SELECT value FROM json_each(?))", (among(names),))

    def _keep(self, name: str, version: int, value: bytes) -> None:
        with self._write():
            self._sql.execute(
                "INSERT INTO meta (key, key_version, value) VALUES (?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET key_version = excluded.key_version, value = excluded.value",
                (name, version, value),
            )

    def _row(self, name: str) -> tuple[int, bytes] | None:
        rows = self._sql.query("SELECT key_version, value FROM meta WHERE key = ?", (name,))
        return cast("tuple[int, bytes]", rows[0]) if rows else None
