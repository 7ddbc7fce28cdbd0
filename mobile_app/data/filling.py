"""Filling the working set at unlock: what somebody is waiting for first, the rest of the vault in slices with room for others between.

Right at every moment: what is here is as vault and outbox have it, and what an edit brings meanwhile is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mobile_app.data.outbox import Outbox
from mobile_app.data.shown import SLICE_MS, Shown
from mobile_app.data.stored_rows import stored_row
from mobile_app.data.vault import Vault
from mobile_app.data.working_set import WorkingSet
from shared.ports import Clock

_BATCH: Final = 250

Progress = tuple[int, int]
"""How much of how much is done."""


class Filling:
    """On the owner's thread. ``first`` once, then ``rest``."""

    def __init__(self, vault: Vault, working_set: WorkingSet, outbox: Outbox, shown: Shown, clock: Clock) -> None:
        self._vault = vault
        self._working_set = working_set
        self._outbox = outbox
        self._shown = shown
        self._clock = clock

    def first(self) -> None:
        """Show what the outbox changes: from here on only rows that it does not touch are missing."""
        touched = list(dict.fromkeys(id_ for item in self._outbox for id_ in item.ids))
        with self._working_set.transaction():
            self._shown.show(touched, index=False)

    def rest(self) -> Iterator[Progress]:
        """Bring the rest; one progress a slice. Whatever happens between two slices, in the end nothing is missing.

        Raises:
            VaultDamaged, SealBroken: a row does not open.
        """
        end = self._clock.now_ms() + SLICE_MS
        for progress in self._steps():
            if self._clock.now_ms() >= end:
                yield progress
                end = self._clock.now_ms() + SLICE_MS
        yield from self._listing()

    def _steps(self) -> Iterator[Progress]:
        records = self._vault.counts().records
        done = 0
        for batch in self._vault.records.batches(_BATCH):
            rows = [(id_, stored_row(payload)) for id_, _, payload in batch]
            with self._working_set.transaction():
                self._working_set.load([row for _, row in rows if row is not None])
                self._shown.show([id_ for id_, row in rows if row is None], index=False)
            done += len(batch)
            yield done, 2 * records + 1
        for _ in self._working_set.finish():
            yield done, 2 * records + 1
        with self._working_set.transaction():
            self._shown.show(self._working_set.hidden_by_order(), index=False)

    def _listing(self) -> Iterator[Progress]:
        late = self._working_set.late
        while self._shown.listing():
            yield 2 * late - self._working_set.late, 2 * late
