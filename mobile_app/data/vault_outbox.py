"""The vault's tables of transactions: the outbox and the journal. Payloads are bytes that the vault does not understand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from mobile_app.data.among import among
from mobile_app.data.ports import Sql, SqlRow
from mobile_app.data.vault_seal import Sealer
from mobile_app.data.vault_tables import Write


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A transaction in the outbox. ``ord`` is its place in the local order, ``seq`` its device_seq once it was sent."""

    txn: str
    ord: int
    seq: int | None
    state: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class JournalRow:
    """An acknowledged transaction, kept until the server says that it is backed up through its rev."""

    txn: str
    acked_rev: int
    payload: bytes


class OutboxTable:
    """Transactions that the server has not acknowledged, in their local order. The states' names are the outbox's, not the vault's."""

    def __init__(self, sql: Sql, sealer: Sealer, write: Write) -> None:
        self._sql, self._sealer, self._write = sql, sealer, write

    def add(self, txn: str, payload: bytes, state: str) -> None:
        """Append a transaction."""
        seal, _ = self._sealer.for_table("outbox")
        with self._write():
            self._sql.execute(
                "INSERT INTO outbox (txn, state, key_version, sealed) VALUES (?, ?, ?, ?)",
                (txn, state, self._sealer.version, seal(txn, payload)),
            )

    def rows(self, *states: str, limit: int = -1) -> list[OutboxRow]:
        """Those in one of ``states`` (none named: all), in the local order."""
        statement = (
            "SELECT txn, ord, seq, state, key_version, sealed FROM outbox"
            " WHERE ?1 = '[]' OR state IN (SELECT value FROM json_each(?1)) ORDER BY ord LIMIT ?2"
        )
        return self._opened(self._sql.query(statement, (among(states), limit)))

    def get(self, txn: str) -> OutboxRow | None:
        """One transaction, or None."""
        rows = self._sql.query("SELECT txn, ord, seq, state, key_version, sealed FROM outbox WHERE txn = ?", (txn,))
        return self._opened(rows)[0] if rows else None

    def rewrite(self, txn: str, payload: bytes) -> bool:
        """Replace the payload of a transaction in place; False if it is gone."""
        seal, _ = self._sealer.for_table("outbox")
        with self._write():
            values = (self._sealer.version, seal(txn, payload), txn)
            return self._sql.execute("UPDATE outbox SET key_version = ?, sealed = ? WHERE txn = ?", values) == 1

    def set_state(self, txns: Collection[str], state: str) -> None:
        """Put these transactions into ``state``."""
        with self._write():
            self._sql.execute("UPDATE outbox SET state = ? WHERE txn IN (SELECT value FROM json_each(?))", (state, among(txns)))

    def freeze_seq(self, txn: str, seq: int) -> bool:
        """Give the device_seq of the first send; False if the transaction has one already (it keeps it) or is gone."""
        return self.freeze_seqs({txn: seq}) == 1

    def freeze_seqs(self, seqs: Mapping[str, int]) -> int:
        """Give many their device_seqs, as ``freeze_seq`` does one; the number that had none before."""
        with self._write():
            rows = ((seq, txn) for txn, seq in seqs.items())
            return self._sql.executemany("UPDATE outbox SET seq = ? WHERE txn = ? AND seq IS NULL", rows)

    def forget_seqs(self) -> None:
        """Take every device_seq back: the device enrolled under a new id and counts anew."""
        with self._write():
            self._sql.execute("UPDATE outbox SET seq = NULL")

    def delete(self, txns: Collection[str]) -> int:
        """Drop these; the number that were there."""
        with self._write():
            return self._sql.execute("DELETE FROM outbox WHERE txn IN (SELECT value FROM json_each(?))", (among(txns),))

    def _opened(self, rows: Iterable[SqlRow]) -> list[OutboxRow]:
        _, open_ = self._sealer.for_table("outbox")
        typed = cast("Iterable[tuple[str, int, int | None, str, int, bytes]]", rows)
        return [OutboxRow(txn, ord_, seq, state, open_(txn, version, sealed)) for txn, ord_, seq, state, version, sealed in typed]


class JournalTable:
    """Acknowledged transactions, in the order they were acknowledged, until the server has them in a backup."""

    def __init__(self, sql: Sql, sealer: Sealer, write: Write) -> None:
        self._sql, self._sealer, self._write = sql, sealer, write

    def add(self, txn: str, acked_rev: int, payload: bytes) -> None:
        """Append a transaction; one that is there already is replaced, so that a repeated acknowledgement is harmless."""
        self.add_many([(txn, acked_rev, payload)])

    def add_many(self, rows: Iterable[tuple[str, int, bytes]]) -> None:
        """Append transactions ``(txn, acked_rev, payload)`` in order, as ``add`` does one."""
        seal, _ = self._sealer.for_table("journal")
        version = self._sealer.version
        with self._write():
            self._sql.executemany(
                "INSERT INTO journal (txn, acked_rev, key_version, sealed) VALUES (?, ?, ?, ?) ON CONFLICT (txn) DO UPDATE"
                " SET acked_rev = excluded.acked_rev, key_version = excluded.key_version, sealed = excluded.sealed",
                ((txn, rev, version, seal(txn, payload)) for txn, rev, payload in rows),
            )

    def rows(self) -> list[JournalRow]:
        """All of it, oldest first."""
        _, open_ = self._sealer.for_table("journal")
        rows = self._sql.query("SELECT txn, acked_rev, key_version, sealed FROM journal ORDER BY ord")
        typed = cast("list[tuple[str, int, int, bytes]]", rows)
        return [JournalRow(txn, rev, open_(txn, version, sealed)) for txn, rev, version, sealed in typed]

    def oldest(self) -> str | None:
        """The lowest id: of UUIDv7s the earliest; None where the journal is empty."""
        lowest = self._sql.query("SELECT min(txn) FROM journal")[0][0]
        return None if lowest is None else str(lowest)

    def txns(self) -> list[str]:
        """The ids, oldest first; nothing is opened. A UUIDv7 tells its instant (``shared.ids.instant_of``)."""
        return [str(row[0]) for row in self._sql.query("SELECT txn FROM journal ORDER BY ord")]

    def trim(self, through_rev: int, but: Collection[str] = ()) -> int:
        """Drop what was acknowledged at or below ``through_rev``, ``but`` these; the number dropped."""
        with self._write():
            if not but:
                return self._sql.execute("DELETE FROM journal WHERE acked_rev <= ?", (through_rev,))
            kept = "txn NOT IN (SELECT value FROM json_each(?))"
            return self._sql.execute(f"DELETE FROM journal WHERE acked_rev <= ? AND {kept}", (through_rev, among(but)))  # noqa: S608

    def delete(self, txns: Collection[str]) -> int:
        """Drop these; the number that were there."""
        with self._write():
            return self._sql.execute("DELETE FROM journal WHERE txn IN (SELECT value FROM json_each(?))", (among(txns),))
