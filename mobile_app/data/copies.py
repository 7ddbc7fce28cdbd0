"""Copies for their author (PROTOCOL 13, 14): her own words about a record that has left this device, kept until she has read them.

A copy is a row of the outbox that is never sent: it waits in *Needs attention*, survives a restart and a salvage, and goes when its author
discards it. What was refused because of a move needs none: the refused transaction itself stays there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import msgspec

from mobile_app.data.desk import new_id
from mobile_app.data.draft_words import own_words
from mobile_app.data.drafts import Drafts, Fields, about
from mobile_app.data.outbox import Entry, Item, Outbox
from mobile_app.data.vault import Vault
from shared.models.registry import KINDS, ROOT
from shared.ports import Clock, Randomness
from shared.sync.change import Change, Transaction
from shared.sync.codec import open_payload
from shared.sync.record import Record

DRAFT_KEPT: Final = "draft.kept"
RECORD_LEFT: Final = "record_left"
CONFLICT_ELSEWHERE: Final = "conflict_elsewhere"


@dataclass(frozen=True, slots=True)
class Made:
    """Copies to be kept, and the drafts that they take the place of."""

    items: tuple[Item, ...]
    drafts: tuple[str, ...]


class Copies:
    """On the owner's thread. ``of`` before the vault's transaction, ``keep`` inside it, ``show`` after it."""

    def __init__(self, vault: Vault, outbox: Outbox, *, clock: Clock, randomness: Randomness) -> None:
        self._vault = vault
        self._outbox = outbox
        self._drafts = Drafts(vault)
        self._clock = clock
        self._randomness = randomness

    def of(self, left: Collection[str], arrived: Collection[str], settled: int) -> Made:
        """Make the copies for what leaves with ``left``: drafts about it, and values that met another in a conflict out of sight.

        ``arrived`` is what a page brings, ``settled`` the rev through which everything will have been pulled.
        """
        drafts = {key: found for key in (self._drafts.keys() if left else ()) if (found := self._about(key, left)) is not None}
        conflicts = [item for item in self._outbox if self._is_elsewhere(item, left, arrived, settled)]
        typed = [item for found in drafts.values() if (item := self._of_draft(*found)) is not None]
        return Made((*typed, *(self._of_conflict(item) for item in conflicts)), tuple(drafts))

    def keep(self, made: Made) -> None:
        """Write them."""
        for item in made.items:
            self._outbox.add_row(item)
        for key in made.drafts:
            self._vault.drafts.delete(key)

    def show(self, made: Made) -> None:
        """List them."""
        for item in made.items:
            self._outbox.put(item)

    def _about(self, key: str, left: Collection[str]) -> tuple[str, str, Fields] | None:
        """Give what a draft is about and what was typed; None where that stays."""
        kind, id_ = about(key)
        fields = self._drafts.get(key) if kind in KINDS and id_ in left else None
        return (kind, id_, fields) if fields else None

    def _is_elsewhere(self, item: Item, left: Collection[str], arrived: Collection[str], settled: int) -> bool:
        if item.state != "acked" or item.entry.code != "conflict" or item.rev > settled:
            return False
        here = self._vault.records.revs(item.ids)
        return not any(id_ in arrived or (id_ in here and id_ not in left) for id_ in item.ids)

    def _of_draft(self, kind: str, id_: str, fields: Fields) -> Item | None:
        """Make a copy of what was typed; None where that is nothing."""
        record, account = self._record(id_), self._account(id_)
        stood = record.fields if record is not None and record.kind == kind else {}
        edits = own_words(fields, stood, str(account.value("country") or "") if account is not None else "")
        if not edits:
            return None
        change = Change(kind, id_, "update", 0, edits)
        transaction = Transaction(new_id(self._clock, self._randomness), (change,))
        entry = Entry(transaction, DRAFT_KEPT, {"name": self._name(id_)}, self._clock.now_ms(), RECORD_LEFT)
        return Item(entry, "copy", self._outbox.next_place())

    def _of_conflict(self, item: Item) -> Item:
        transaction = Transaction(new_id(self._clock, self._randomness), item.entry.transaction.changes)
        entry = msgspec.structs.replace(item.entry, transaction=transaction, code=CONFLICT_ELSEWHERE)
        return Item(entry, "copy", self._outbox.next_place())

    def _name(self, id_: str) -> str:
        """The customer's name, while it is still here."""
        account = self._account(id_)
        return str(account.value("name") or "") if account is not None else ""

    def _account(self, id_: str) -> Record | None:
        record = self._record(id_)
        return record if record is None or record.kind == ROOT else self._record(record.root)

    def _record(self, id_: str) -> Record | None:
        found = self._vault.records.get([id_]).get(id_)
        return open_payload(found[1], Record) if found is not None else None
