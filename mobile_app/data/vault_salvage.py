"""Salvage of a damaged vault: what its owner wrote is carried into a new vault, the damaged one is set aside, a snapshot follows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from mobile_app.data.key_states import DataKey
from mobile_app.data.ports import Connect, CryptoPort, Sql, SqlRow
from mobile_app.data.vault import Vault
from mobile_app.data.vault_files import adopt_salvaged, copy_aside, publish_salvaged, remove_database, salvaging_path
from mobile_app.data.vault_seal import Sealer
from shared.errors import SealBroken, StorageFailed, VaultDamaged

# For each table: its rows from the front, and from the back. The name and the sealed value stand at the same place in all.
_WALKS: Final = {
    "outbox": (
        "SELECT ord, key_version, txn, sealed, state, seq FROM outbox WHERE ord > ? ORDER BY ord LIMIT 1",
        "SELECT ord, key_version, txn, sealed, state, seq FROM outbox WHERE ord < ? ORDER BY ord DESC LIMIT 1",
    ),
    "journal": (
        "SELECT ord, key_version, txn, sealed, acked_rev FROM journal WHERE ord > ? ORDER BY ord LIMIT 1",
        "SELECT ord, key_version, txn, sealed, acked_rev FROM journal WHERE ord < ? ORDER BY ord DESC LIMIT 1",
    ),
    "draft": (
        "SELECT ord, key_version, id, sealed FROM draft WHERE ord > ? ORDER BY ord LIMIT 1",
        "SELECT ord, key_version, id, sealed FROM draft WHERE ord < ? ORDER BY ord DESC LIMIT 1",
    ),
    "meta": (
        "SELECT ord, key_version, key, value FROM meta WHERE ord > ? ORDER BY ord LIMIT 1",
        "SELECT ord, key_version, key, value FROM meta WHERE ord < ? ORDER BY ord DESC LIMIT 1",
    ),
}
_UNREADABLE: Final = (VaultDamaged, StorageFailed)
LOST: Final = "lost:"
"""Before the name of a value of meta: it was to be carried over and is not among what could be read, if it ever was there."""
_PLAIN_NAMES: Final = frozenset({"epoch", "cursor", "settled", "backed_up", "blobs_epoch"})
"""The values of meta that are not sealed. A sealed one whose name was hit does not open; of these only the name can tell."""
Keep: TypeAlias = Callable[[Vault, str, bytes, SqlRow], None]


@dataclass(slots=True)
class Salvaged:
    """What a salvage carried over, by table; ``broken`` rows were found but do not open; ``whole`` says that no row was out of reach."""

    aside: Path
    kept: dict[str, int] = field(default_factory=dict)
    broken: int = 0
    whole: bool = True


def salvage(
    path: Path, organisation: str, key: DataKey, *, connect: Connect, crypto: CryptoPort, keep_meta: Collection[str] = ()
) -> Salvaged:
    """Carry outbox, journal, drafts and the values named in ``keep_meta`` into a new vault at ``path``, and note what of these is lost.

    The damaged file is kept as ``<name>.damaged-<n>``, for 30 days. Records and cursors are left behind: the server's snapshot brings
    them. A kill at any point leaves either the damaged vault, to be salvaged again, or the new one; ``Vault.open`` finishes the last step.

    Raises:
        DiskFull, StorageFailed: there is no room for it; all is as it was.
    """
    found = Salvaged(copy_aside(path))
    sealer = Sealer(organisation, crypto)
    sealer.take(key)
    remove_database(salvaging_path(path))
    try:
        new = Vault.open(salvaging_path(path), organisation, connect=connect, crypto=crypto)
        try:
            new.unlock(key)
            with new.transaction():
                _Carrier(found, new, sealer, frozenset(keep_meta)).carry(connect)
            new.fold()  # only the file itself is published
        finally:
            new.close()
    except StorageFailed:
        with suppress(StorageFailed):  # the damaged vault is still there, and each attempt would leave its files on a full disk
            remove_database(found.aside)
            remove_database(salvaging_path(path))
        raise
    publish_salvaged(path)
    adopt_salvaged(path)
    return found


@dataclass(frozen=True, slots=True)
class _Carrier:
    """Carries rows from the copy set aside into the new vault, and notes what it could not."""

    found: Salvaged
    new: Vault
    sealer: Sealer
    keep_meta: frozenset[str]
    carried: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def carry(self, connect: Connect) -> None:
        self._carry(connect)
        read = self.found.whole and not self.found.broken  # then what is not there never was, but for what was lost before
        for name in sorted((self.lost if read else self.keep_meta) - self.carried):
            self.new.meta.put_plain(LOST + name, b"")

    def _carry(self, connect: Connect) -> None:
        try:
            old = connect(self.found.aside)
        except _UNREADABLE:
            self.found.whole = False
            return
        try:
            for table, keep in _KEEPERS.items():
                self._carry_table(old, table, keep)
        finally:
            with suppress(*_UNREADABLE):
                old.close()

    def _carry_table(self, old: Sql, table: str, keep: Keep) -> None:
        _, open_ = self.sealer.for_table(table)
        for row in self._rows(old, table):
            match row:
                case (_, 0, str(name), bytes(value)) if table == "meta":
                    self._carry_plain(name, value)
                case (_, int(version), str(name), bytes(sealed), *_):
                    try:
                        opened = open_(name, version, sealed)
                    except SealBroken:
                        self.found.broken += 1
                        continue
                    if table == "meta":
                        if name not in self.keep_meta:
                            continue
                        self.carried.add(name)
                    keep(self.new, name, opened, row)
                    self.found.kept[table] = self.found.kept.get(table, 0) + 1
                case _:
                    self.found.broken += 1

    def _carry_plain(self, name: str, value: bytes) -> None:
        before = name.removeprefix(LOST)
        if name != before and before in self.keep_meta:
            self.lost.add(before)
        elif name not in _PLAIN_NAMES:
            self.found.broken += 1
        elif name in self.keep_meta:
            self.new.meta.put_plain(name, value)
            self.carried.add(name)

    def _rows(self, old: Sql, table: str) -> list[SqlRow]:
        """The rows that can be read, in their order: from the front up to the damage, and from the back down to it."""
        forwards, backwards = _WALKS[table]
        front: dict[int, SqlRow] = {}
        back: dict[int, SqlRow] = {}
        try:
            _walk(old, forwards, -(1 << 62), front)
        except _UNREADABLE:
            self.found.whole = False
            with suppress(*_UNREADABLE):
                _walk(old, backwards, 1 << 62, back)
        both = back | front
        return [both[place] for place in sorted(both)]


def _walk(old: Sql, statement: str, start: int, into: dict[int, SqlRow]) -> None:
    """Read row after row into ``into`` until the end, or until the damage raises. A row met twice is damage too."""
    at = start
    while rows := old.query(statement, (at,)):
        place = rows[0][0]
        if not isinstance(place, int) or place in into:
            raise VaultDamaged
        into[place] = rows[0]
        at = place


def _keep_outbox(new: Vault, txn: str, payload: bytes, row: SqlRow) -> None:
    state, seq = row[4], row[5]
    if new.outbox.get(txn) is None:
        new.outbox.add(txn, payload, str(state))
        if isinstance(seq, int):
            new.outbox.freeze_seq(txn, seq)


def _keep_journal(new: Vault, txn: str, payload: bytes, row: SqlRow) -> None:
    new.journal.add(txn, row[4] if isinstance(row[4], int) else 0, payload)


def _keep_draft(new: Vault, draft_id: str, payload: bytes, _row: SqlRow) -> None:
    new.drafts.put(draft_id, payload)


def _keep_meta(new: Vault, name: str, value: bytes, _row: SqlRow) -> None:
    new.meta.put(name, value)


_KEEPERS: Final[dict[str, Keep]] = {"outbox": _keep_outbox, "journal": _keep_journal, "draft": _keep_draft, "meta": _keep_meta}
