"""The journal: what the server has acknowledged, kept until it says that a backup holds it (PROTOCOL 20, 22)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mobile_app.data.named_files import files_named
from mobile_app.data.outbox import Entry, Item
from mobile_app.data.vault import Vault
from shared.ids import instant_of
from shared.sync.codec import open_payload, seal_payload

KEPT_MS: Final = 90 * 24 * 3_600 * 1_000
"""Where a server makes no backups, entries are dropped at this age."""


class Journal:
    """The vault's journal, on the owner's thread, inside the vault's transactions."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def add(self, taken: Sequence[tuple[Item, int]]) -> None:
        """Move transactions here from the outbox, each with its rev. Repeatable."""
        self._vault.journal.add_many((item.txn, rev, seal_payload(item.entry)) for item, rev in taken)
        self._vault.outbox.delete([item.txn for item, _ in taken])

    def trim(self, backed_up: int, settled: int, now_ms: int) -> None:
        """Drop what a backup holds or, where none is made, what is older than 90 days.

        What is still shown (above ``settled``) stays, and what names a file that the server has not got: nothing else says that its bytes
        are owed once its record has left this device.
        """
        if backed_up:
            self._vault.journal.trim(min(backed_up, settled), self._naming_files_to_send())
            return
        oldest = now_ms - KEPT_MS
        first = self._vault.journal.oldest()
        if first is None or instant_of(first) >= oldest:
            return
        if old := [txn for txn in self._vault.journal.txns() if instant_of(txn) < oldest]:
            kept = {row.txn for row in self._vault.journal.rows() if row.acked_rev > settled} | self._naming_files_to_send()
            self._vault.journal.delete([txn for txn in old if txn not in kept])

    def _naming_files_to_send(self) -> set[str]:
        waiting = {row.sha256 for row in self._vault.blobs.rows() if row.may_still_be_sent}
        sent = (entry.transaction for _, entry in self.entries()) if waiting else ()
        return {each.id for each in sent if not waiting.isdisjoint(files_named(each.changes))}

    def entries(self) -> list[tuple[int, Entry]]:
        """All of it with the revs that were given, oldest first: what a restored server is sent again."""
        return [(row.acked_rev, open_payload(row.payload, Entry)) for row in self._vault.journal.rows()]
