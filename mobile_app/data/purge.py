"""Purging what was erased: nothing that this device wrote about an erased record stays on it, sent or not (PROTOCOL 18)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import msgspec

from mobile_app.data.outbox import Entry, Item, Outbox
from mobile_app.data.vault import Vault
from shared.models.registry import KINDS
from shared.sync.change import Change, Transaction
from shared.sync.codec import open_payload, seal_payload


@dataclass(frozen=True, slots=True)
class Purged:
    """What goes, and what stays of the transactions that wrote about other records too."""

    gone: tuple[Item, ...] = ()
    left: tuple[Item, ...] = ()


class Purge:
    """On the owner's thread: ``of`` looks, ``write`` writes inside the vault's transaction, ``show`` tells the outbox after it."""

    def __init__(self, vault: Vault, outbox: Outbox) -> None:
        self._vault = vault
        self._outbox = outbox

    def of(self, erased: Collection[str]) -> Purged:
        """Find the transactions that wrote about erased records."""
        if not erased:
            return Purged()
        touching = [item for item in self._all() if _tells_of(item.entry.transaction, erased)]
        stripped = [(item, _without(item, erased)) for item in touching]
        return Purged(tuple(item for item, rest in stripped if rest is None), tuple(rest for _, rest in stripped if rest is not None))

    def write(self, purged: Purged, erased: Collection[str]) -> None:
        """Drop what goes, drafts too, and rewrite what stays."""
        gone = [item.txn for item in purged.gone]
        if gone:
            self._vault.outbox.delete(gone)
            self._vault.journal.delete(gone)
        for item in purged.left:
            if item.state == "acked":
                self._vault.journal.add(item.txn, item.rev, seal_payload(item.entry))
            else:
                self._outbox.update_row(item)
        for key in self._vault.drafts.ids() if erased else ():
            if any(id_ in key for id_ in erased):
                self._vault.drafts.delete(key)

    def show(self, purged: Purged) -> list[str]:
        """Let the overlay know; gives the records whose overlay is different now."""
        known = [item for item in purged.left if self._outbox.get(item.txn) is not None]
        touched = [id_ for item in (*purged.gone, *known) for id_ in self._ids_before(item)]
        self._outbox.drop(item.txn for item in (*purged.gone, *known))
        for item in known:
            self._outbox.put(item)
        return touched

    def _all(self) -> list[Item]:
        """The outbox, and all of the journal."""
        shown = {item.txn: item for item in self._outbox}
        rows = self._vault.journal.rows()
        kept = (Item(open_payload(row.payload, Entry), "acked", 0, row.acked_rev) for row in rows if row.txn not in shown)
        return [*shown.values(), *kept]

    def _ids_before(self, item: Item) -> tuple[str, ...]:
        before = self._outbox.get(item.txn)
        return before.ids if before is not None else item.ids


def _tells_of(transaction: Transaction, erased: Collection[str]) -> bool:
    return any(_is_about(change, erased) for change in transaction.changes) or any(each.id in erased for each in transaction.whole or ())


def _is_about(change: Change, erased: Collection[str]) -> bool:
    """Whether a change writes an erased record, or one that belongs to it."""
    named = (change.fields.get(name) for name in KINDS[change.kind].references)
    return change.id in erased or any(edit is not None and edit.to in erased for edit in named)


def _without(item: Item, erased: Collection[str]) -> Item | None:
    transaction = item.entry.transaction
    rest = tuple(change for change in transaction.changes if not _is_about(change, erased))
    if not rest:
        return None
    whole = None if transaction.whole is None else tuple(each for each in transaction.whole if each.id not in erased)
    fresh = msgspec.structs.replace(transaction, changes=rest, whole=whole)
    entry = msgspec.structs.replace(item.entry, transaction=fresh, params={}, errors=())
    return replace(item, entry=entry)
