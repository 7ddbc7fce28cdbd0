"""The vault: one user's durable, sealed data on one device, and the only code that touches its file.

Calls are synchronous and belong to the owner's thread (see ``executor``). The store is built on it and is what everyone else uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mobile_app.data.blob_files import BlobFiles
from mobile_app.data.files import storage_error
from mobile_app.data.key_states import DataKey
from mobile_app.data.ports import Connect, CryptoPort, Sql
from mobile_app.data.vault_blobs import BlobTable
from mobile_app.data.vault_files import adopt_salvaged, blobs_path
from mobile_app.data.vault_outbox import JournalTable, OutboxTable
from mobile_app.data.vault_schema import migrate
from mobile_app.data.vault_seal import Sealer
from mobile_app.data.vault_tables import DraftTable, MetaTable, RecordTable
from shared.errors import SealBroken, StorageBusy, StorageFailed, VaultDamaged, WrongKey

_CHECK: Final = "vault-check"
_CHECK_VALUE: Final = b"tournee vault 1"


@dataclass(frozen=True, slots=True)
class VaultCounts:
    """What a locked app may say: numbers, never contents. ``outbox`` counts by state."""

    records: int
    outbox: dict[str, int]
    journal: int
    drafts: int

    @property
    def unsettled(self) -> int:
        """How many transactions the server has not settled."""
        return sum(self.outbox.values())


class Vault:
    """The tables of one vault, and the transactions over them."""

    def __init__(self, sql: Sql, organisation: str, crypto: CryptoPort, path: Path) -> None:
        self._sql = sql
        self.organisation = organisation
        self.crypto = crypto
        self._sealer = Sealer(organisation, crypto)
        self.blob_files = BlobFiles(blobs_path(path), self._sealer)
        self.records = RecordTable(sql, self._sealer, self._write)
        self.outbox = OutboxTable(sql, self._sealer, self._write)
        self.journal = JournalTable(sql, self._sealer, self._write)
        self.drafts = DraftTable(sql, self._sealer, self._write)
        self.blobs = BlobTable(sql, self._write)
        self.meta = MetaTable(sql, self._sealer, self._write)
        self.takes_work = True

    @classmethod
    def open(
        cls, path: Path, organisation: str, *, connect: Connect, crypto: CryptoPort, busy_ms: int = 2_000, alone: bool = False
    ) -> Vault:
        """Open the vault of ``path``, still locked; make it if it is missing; finish an interrupted salvage; migrate; check the file.

        ``busy_ms`` bounds how long SQLite retries when another connection holds the file. ``alone`` takes the file for this
        connection only, which a browser's file system needs.

        Raises:
            VaultDamaged: the file is not a sound database: ``salvage`` it.
            VaultTooNew: a newer app wrote it.
            StorageBusy: another connection holds it.
        """
        try:
            adopt_salvaged(path)
        except OSError as error:
            raise storage_error(error) from error
        sql = connect(path)
        try:
            _configure(sql, busy_ms, alone=alone)
            _check(sql)
            migrate(sql)
        except BaseException:
            sql.close()
            raise
        return cls(sql, organisation, crypto, path)

    def must_take_work(self) -> None:
        """To be asked before anything new of a person's is kept.

        Raises:
            StorageBusy: the device is being signed off: what came now would be removed unsent.
        """
        if not self.takes_work:
            raise StorageBusy

    @property
    def unlocked(self) -> bool:
        """Whether the key is here."""
        return self._sealer.unlocked

    def unlock(self, key: DataKey) -> None:
        """Seal and open with ``key`` until ``lock``. The first unlock of a new vault leaves a check value for the later ones.

        Raises:
            WrongKey: the vault was sealed with another key; it stays locked.
        """
        self._sealer.take(key)
        try:
            check = self.meta.get(_CHECK)
            if check is None:
                self.meta.put(_CHECK, _CHECK_VALUE)
        except SealBroken as error:
            self._sealer.drop()
            raise WrongKey from error
        except BaseException:
            self._sealer.drop()
            raise

    def lock(self) -> None:
        """Forget the key. Contents raise ``VaultLocked`` from here on. Repeatable."""
        self._sealer.drop()

    def close(self) -> None:
        """Lock and close the file. Repeatable."""
        self.lock()
        self._sql.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are durable together when the block ends, or none of them is if it raises. Not nested.

        Raises:
            StorageBusy, DiskFull, StorageFailed: nothing of the block was kept.
        """
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._sql.execute("COMMIT")
        except BaseException:
            if self._sql.in_transaction():
                self._sql.execute("ROLLBACK")
            raise

    def scrub(self) -> None:
        """Empty the write-ahead log: with ``secure_delete``, no byte of what was deleted is left in the files."""
        self._sql.query("PRAGMA wal_checkpoint(TRUNCATE)")

    def fold(self) -> None:
        """Write the whole write-ahead log into the file. Closing would, too, but says nothing where the disk is full.

        Raises:
            DiskFull, StorageFailed: it is not all there.
        """
        [(busy, logged, written)] = self._sql.query("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy or logged != written:
            raise StorageFailed("checkpoint")

    def counts(self) -> VaultCounts:
        """How much is here; answers while locked too."""
        one = "SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM journal), (SELECT count(*) FROM draft)"
        records, journal, drafts = (int(number or 0) for number in self._sql.query(one)[0])
        states = self._sql.query("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
        return VaultCounts(records, {str(state): int(number or 0) for state, number in states}, journal, drafts)

    def _write(self) -> AbstractContextManager[None]:
        return nullcontext() if self._sql.in_transaction() else self.transaction()


def _configure(sql: Sql, busy_ms: int, *, alone: bool) -> None:
    """Durable before fast: FULL forces each commit to the disk, also where only ``F_FULLFSYNC`` does (Apple)."""
    sql.query(f"PRAGMA busy_timeout = {busy_ms}")
    if alone:
        sql.query("PRAGMA locking_mode = EXCLUSIVE")
    sql.query("PRAGMA trusted_schema = OFF")
    sql.query("PRAGMA journal_mode = WAL")
    for pragma in ("synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON", "temp_store = MEMORY", "secure_delete = ON"):
        sql.query(f"PRAGMA {pragma}")


def _check(sql: Sql) -> None:
    if sql.query("PRAGMA quick_check(1)") != [("ok",)]:
        raise VaultDamaged
