"""Moving to a new phone: what is not sent goes out in a sealed file and comes in on the other side. On the owner's thread."""

from __future__ import annotations

import msgspec

from mobile_app.data.drafts import Drafts, Fields
from mobile_app.data.handover import Handover, Owner, TakenOver, packed, unpacked
from mobile_app.data.outbox import Entry, Item, Outbox, waiting_again
from mobile_app.data.purge import erased_here, named_in, names_any, naming_of, purged
from mobile_app.data.vault import Vault
from shared.errors import RecordRefused
from shared.ports import Clock
from shared.sync.clock import HybridClock


class Moving:
    """Gives and takes handovers of one person's vault."""

    def __init__(self, vault: Vault, outbox: Outbox, user_id: str, *, clock: Clock, stamps: HybridClock) -> None:
        self._vault = vault
        self._outbox = outbox
        self._drafts = Drafts(vault)
        self._owner = Owner(vault.organisation, user_id)
        self._clock = clock
        self._stamps = stamps

    def give(self, passphrase: str) -> bytes:
        """Seal all that this device has not sent, what needs attention, and the drafts.

        Raises:
            RecordRefused: the passphrase is too short.
        """
        entries = [(item.state, _unnumbered(item.entry)) for item in self._outbox if item.state != "acked"]
        return packed(Handover(self._owner, self._clock.now_ms(), [*entries], self._drafts.all()), passphrase, self._vault.crypto)

    def take(self, data: bytes, passphrase: str) -> tuple[TakenOver, list[str]]:
        """Put a handover's work behind what is here; give what was new, and the records it touches. The same file twice changes nothing.

        A transaction keeps its id, so that one which the old phone had sent after all is answered as a duplicate; its device_seq is this
        device's own.

        Raises:
            RecordRefused: no such file, another passphrase, or somebody else's work.
            StorageBusy: the device is being signed off.
        """
        self._vault.must_take_work()
        handover = unpacked(data, passphrase, self._vault.crypto)
        if handover.owner != self._owner:
            raise RecordRefused("handover_of_another")
        acknowledged = set(self._vault.journal.txns())
        items = [
            Item(entry, waiting_again(state), self._outbox.next_place())
            for state, entry in handover.entries
            if self._outbox.get(entry.transaction.id) is None and entry.transaction.id not in acknowledged
        ]
        known = len(handover.entries) - len(items)
        new = {key: fields for key, fields in handover.drafts.items() if self._drafts.get(key) is None}
        items, drafts = self._without_erased(items, new)
        with self._vault.transaction():
            for item in items:
                self._outbox.add_row(item)
            for key, fields in drafts.items():
                self._drafts.put(key, fields)
        for item in items:
            self._outbox.put(item)
            for change in item.entry.transaction.changes:
                self._stamps.observe(change.stamp)
        return TakenOver(len(items), len(drafts), known), [id_ for item in items for id_ in item.ids]

    def _without_erased(self, items: list[Item], drafts: dict[str, Fields]) -> tuple[list[Item], dict[str, Fields]]:
        """Leave out what the file says about people who were erased since it was written, as far as this phone knows."""
        naming = {key: naming_of(key, fields) for key, fields in drafts.items()}
        erased = erased_here(self._vault, named_in(items, naming.values()))
        if not erased:
            return items, drafts
        found = purged(items, erased)
        rest = {item.txn: item for item in found.left}
        gone = {item.txn for item in found.gone}
        kept = {key: fields for key, fields in drafts.items() if not names_any(naming[key], found.named)}
        return [rest.get(item.txn, item) for item in items if item.txn not in gone], kept


def _unnumbered(entry: Entry) -> Entry:
    return msgspec.structs.replace(entry, transaction=msgspec.structs.replace(entry.transaction, seq=0))
