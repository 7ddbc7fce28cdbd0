"""What screens show: keeps the working set equal to vault and outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from mobile_app.data.laid import Laid
from mobile_app.data.outbox import Outbox
from mobile_app.data.position import Position
from mobile_app.data.vault import Vault
from mobile_app.data.working_set import WorkingSet
from shared.errors import VaultDamaged
from shared.models.registry import KINDS
from shared.ports import Clock
from shared.sync.codec import TornPayloadError, open_payload
from shared.sync.overlay import overlay
from shared.sync.record import Record

SLICE_MS: Final = 40
"""After this long a slice ends, so that a read waits no more than 50 ms."""
_STEP: Final = 250
_LISTED_AT_ONCE: Final = 250
_LISTED: Final = frozenset({"account", "product"})


class Shown:
    """Lays the outbox over the vault's records, into the working set. On the owner's thread."""

    def __init__(self, vault: Vault, working_set: WorkingSet, outbox: Outbox, position: Position, *, device: str, clock: Clock) -> None:
        self._vault = vault
        self._working_set = working_set
        self._outbox = outbox
        self._position = position
        self._device = device
        self._clock = clock

    def lay(self, ids: Collection[str], known: Mapping[str, Record] | None = None) -> dict[str, Laid | None]:
        """Give these records as they are shown, None for one of which nothing is left. ``known`` spares opening what was just sealed."""
        known = known or {}
        missing = [id_ for id_ in ids if id_ not in known]
        records = self.records(missing) if missing else {}
        return {id_: self._laid(id_, known.get(id_) or records.get(id_)) for id_ in ids}

    def records(self, ids: Collection[str]) -> dict[str, Record]:
        """The server's newest version of those that are here."""
        return {id_: opened_record(payload) for id_, (_, payload) in self._vault.records.get(ids).items()}

    def show(self, ids: Collection[str], known: Mapping[str, Record] | None = None, *, index: bool = True) -> frozenset[str]:
        """Bring the working set up to date for these records and give the kinds that changed. Inside its transaction."""
        return self._working_set.put(self.lay(ids, known), self.lay, index=index)

    def slice(self, ids: list[str], known: Mapping[str, Record], *, index: bool = True) -> frozenset[str]:
        """Show the first of ``ids``, as many as fit in a slice, in a transaction; they are taken off the list.

        Without ``index`` they are listed by ``listing`` later, once all that belongs to them is here.
        """
        end = self._clock.now_ms() + SLICE_MS
        kinds: frozenset[str] = frozenset()
        with self._working_set.transaction():
            while ids:
                kinds |= self.show(ids[:_STEP], known, index=index)
                del ids[:_STEP]
                if self._clock.now_ms() >= end:
                    break
        return kinds

    def listing(self) -> frozenset[str]:
        """List what was shown without being listed, as much as fits in a slice; gives the kinds whose lists changed, none at the end."""
        if not self._working_set.listing_is_late:
            return frozenset()
        end = self._clock.now_ms() + SLICE_MS
        with self._working_set.transaction():
            while self._working_set.list_late(_LISTED_AT_ONCE) and self._clock.now_ms() < end:
                pass
        return _LISTED

    def _laid(self, id_: str, record: Record | None) -> Laid | None:
        changes, fields = self._outbox.pending(id_)
        rev = record.rev if record is not None else 0
        if changes:
            record = overlay(record, changes, KINDS[changes[0].change.kind], self._device, self._position.epoch)
        return Laid(record, rev, fields) if record is not None else None


def opened_record(payload: bytes) -> Record:
    """Decode a record of the vault.

    Raises:
        VaultDamaged: it does not decode.
    """
    try:
        return open_payload(payload, Record)
    except TornPayloadError as error:
        raise VaultDamaged from error
