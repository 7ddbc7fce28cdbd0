"""Purging what was erased: nothing that this device wrote about an erased record stays on it, sent or not (PROTOCOL 18)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from mobile_app.data.drafts import Drafts, Fields
from mobile_app.data.outbox import Entry, Item, Outbox
from mobile_app.data.shown import opened_record
from mobile_app.data.vault import Vault
from shared.errors import SealBroken
from shared.models.registry import KINDS
from shared.sync.change import Change, Edit, Transaction
from shared.sync.codec import open_payload, seal_payload
from shared.sync.record import ERASED

_ATTENTION: Final = "attention:"
"""The forms that are called by a transaction: their fields name the records."""
_ID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Purged:
    """What goes, and what stays of the transactions that wrote about other records too. Drafts go that name any of ``named``."""

    gone: tuple[Item, ...] = ()
    left: tuple[Item, ...] = ()
    named: frozenset[str] = frozenset()


class Purge:
    """On the owner's thread: ``of`` looks, ``write`` writes inside the vault's transaction, ``show`` tells the outbox after it."""

    def __init__(self, vault: Vault, outbox: Outbox) -> None:
        self._vault = vault
        self._outbox = outbox

    def of(self, erased: Collection[str]) -> Purged:
        """Find the transactions that wrote about erased records."""
        return purged(self._all(), erased) if erased else Purged()

    def away(self, erased: Collection[str]) -> list[str]:
        """Do all of it at once, in a transaction of its own; gives the records whose overlay is different now."""
        if not erased:
            return []
        purged = self.of(erased)
        with self._vault.transaction():
            self.write(purged)
        self._vault.scrub()
        return self.show(purged)

    def absent(self) -> list[str]:
        """Give the records that something here writes about or names and that are not here: the feed tells nothing of these."""
        named = self._named()
        return sorted(named - self._vault.records.revs(named).keys())

    def overlooked(self) -> list[str]:
        """Give the records that something here writes about or names although they are known to be erased: a form was open for long."""
        return erased_here(self._vault, self._named())

    def write(self, purged: Purged) -> None:
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
        for key, naming in self._drafts().items() if purged.named else ():
            if names_any(naming, purged.named):
                self._vault.drafts.delete(key)

    def show(self, purged: Purged) -> list[str]:
        """Let the overlay know; gives the records whose overlay is different now."""
        known = [item for item in purged.left if self._outbox.get(item.txn) is not None]
        touched = [id_ for item in (*purged.gone, *known) for id_ in self._ids_before(item)]
        self._outbox.drop(item.txn for item in (*purged.gone, *known))
        for item in known:
            self._outbox.put(item)
        return touched

    def _named(self) -> set[str]:
        return named_in(self._all(), self._drafts().values())

    def _drafts(self) -> dict[str, str]:
        """What names records in each draft, by its form's key. One that does not open names none but in its key."""
        drafts, found = Drafts(self._vault), {}
        for key in drafts.keys():  # noqa: SIM118
            fields: Fields = {}
            with suppress(SealBroken):
                fields = (drafts.get(key) if key.startswith(_ATTENTION) else None) or {}
            found[key] = naming_of(key, fields)
        return found

    def _all(self) -> list[Item]:
        """The outbox, and all of the journal."""
        shown = {item.txn: item for item in self._outbox}
        rows = self._vault.journal.rows()
        kept = (Item(open_payload(row.payload, Entry), "acked", 0, row.acked_rev) for row in rows if row.txn not in shown)
        return [*shown.values(), *kept]

    def _ids_before(self, item: Item) -> tuple[str, ...]:
        before = self._outbox.get(item.txn)
        return before.ids if before is not None else item.ids


def purged(kept: Collection[Item], erased: Collection[str]) -> Purged:
    """Say what becomes of these transactions when ``erased`` records are forgotten."""
    about = _with_what_is_below(kept, erased)
    touching = [item for item in kept if _tells_of(item.entry.transaction, about)]
    stripped = [(item, _without(item, about)) for item in touching]
    gone = tuple(item for item, rest in stripped if rest is None)
    return Purged(gone, tuple(rest for _, rest in stripped if rest is not None), about | {item.txn for item in touching})


def named_in(items: Iterable[Item], drafts: Iterable[str]) -> set[str]:
    """Give the records that transactions write about or name, or drafts, of which ``naming_of`` gives what names them."""
    return {id_ for item in items for id_ in _ids_in(item.entry.transaction)} | {id_ for naming in drafts for id_ in _ID.findall(naming)}


def naming_of(key: str, fields: Collection[str]) -> str:
    """Give what of a draft names records: its form's key, and its fields' names where the key is a transaction's."""
    return " ".join([key, *(fields if key.startswith(_ATTENTION) else ())])


def names_any(naming: str, ids: Collection[str]) -> bool:
    """Say whether one of ``ids`` is named there."""
    return any(id_ in naming for id_ in ids)


def erased_here(vault: Vault, ids: Collection[str]) -> list[str]:
    """Give those of the records that this device knows to be erased."""
    return sorted(id_ for id_, (_, payload) in vault.records.get(ids).items() if opened_record(payload).deleted == ERASED)


def _ids_in(transaction: Transaction) -> Iterator[str]:
    """All that a transaction writes about or names, and what it shows of other people's words."""
    for change in transaction.changes:
        yield change.id
        yield from (str(edit.to) for edit in _named(change) if edit.to)
    yield from (each.id for each in transaction.whole or ())


def _with_what_is_below(kept: Collection[Item], erased: Collection[str]) -> frozenset[str]:
    """Give the erased records, and those below them that the server never had: nobody else names them."""
    unborn = [change for item in kept if item.state != "acked" for change in item.entry.transaction.changes if change.op == "create"]
    found, before = frozenset(erased), -1
    while len(found) != before:
        before = len(found)
        found |= {change.id for change in unborn if not found.isdisjoint(_above(change))}
    return found


def _above(change: Change) -> set[str]:
    """The records below which a change puts its own."""
    spec = KINDS[change.kind]
    names = [spec.parent] if spec.owner is None else [spec.parent, spec.owner[0]]
    return {str(edit.to) for name in names if name and (edit := change.fields.get(name)) is not None}


def _named(change: Change) -> Iterator[Edit]:
    """The edits that name another record."""
    return (edit for name in KINDS[change.kind].references if (edit := change.fields.get(name)) is not None)


def _tells_of(transaction: Transaction, erased: Collection[str]) -> bool:
    return any(_is_about(change, erased) for change in transaction.changes) or any(each.id in erased for each in transaction.whole or ())


def _is_about(change: Change, erased: Collection[str]) -> bool:
    """Whether a change writes an erased record, or one that belongs to it."""
    return change.id in erased or any(edit.to in erased for edit in _named(change))


def _without(item: Item, erased: Collection[str]) -> Item | None:
    transaction = item.entry.transaction
    rest = tuple(change for change in transaction.changes if not _is_about(change, erased))
    if not rest:
        return None
    whole = None if transaction.whole is None else tuple(each for each in transaction.whole if each.id not in erased)
    fresh = replace(transaction, changes=rest, whole=whole, purged=True)
    entry = replace(item.entry, transaction=fresh, params={}, errors=())
    return replace(item, entry=entry)
