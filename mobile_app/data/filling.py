"""Filling the working set at unlock: what somebody is waiting for first, the rest of the vault in slices with room for others between.

Right at every moment: what is here is as vault and outbox have it, and what an edit brings meanwhile is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mobile_app.data.hot_list import HotList
from mobile_app.data.parts import Parts
from mobile_app.data.position import QUOTES
from mobile_app.data.shown import SLICE_MS
from mobile_app.data.stored_rows import stored_row

BATCH: Final = 250
"""Records between two looks at the clock."""

Progress = tuple[int, int]
"""How much of how much is done."""


class Filling:
    """On the owner's thread. ``first`` once, then ``rest`` to its end."""

    def __init__(self, parts: Parts, hot: HotList) -> None:
        self._parts = parts
        self._hot = hot

    def first(self, small: int) -> bool:
        """Read how far sync has come, and show what the outbox changes and what today shows first.

        Is that enough to begin with? Not where nobody prepared this day, nor where the rest (``small`` records) takes but a moment.
        """
        self._load()
        hot = self._hot.today()
        touched = (id_ for item in self._parts.outbox for id_ in item.ids)
        with self._parts.working_set.transaction():
            self._parts.shown.show(list(dict.fromkeys([*touched, *(hot or ())])))
        return hot is not None and self._parts.vault.counts().records > small

    def rest(self) -> Iterator[Progress]:
        """Bring the rest, a slice at a time. Whatever is written between two slices, in the end nothing is missing.

        Raises:
            VaultDamaged, SealBroken: a row does not open.
        """
        end = self._parts.clock.now_ms() + SLICE_MS
        for progress in self._steps():
            if self._parts.clock.now_ms() >= end:
                yield progress
                end = self._parts.clock.now_ms() + SLICE_MS
        yield from self._listing()
        self._hot.keep()

    def _load(self) -> None:
        self._parts.position.load()
        self._parts.position.counter(QUOTES)  # damage to it is to be found now, and not whenever a quote is begun
        self._parts.outbox.load(self._parts.position.settled)
        self._parts.stamps.observe(self._parts.position.stamp)
        highest = max((item.entry.transaction.seq for item in self._parts.outbox), default=0)
        if highest > self._parts.position.seq:  # a salvage that lost the counter
            self._parts.position.save_seq(highest)
            self._parts.position.load()
        for item in self._parts.outbox:
            for change in item.entry.transaction.changes:
                self._parts.stamps.observe(change.stamp)

    def _steps(self) -> Iterator[Progress]:
        records = self._parts.vault.counts().records
        done = 0
        for batch in self._parts.vault.records.batches(BATCH):
            rows = [(id_, stored_row(payload)) for id_, _, payload in batch]
            with self._parts.working_set.transaction():
                self._parts.working_set.load([row for _, row in rows if row is not None])
                self._parts.shown.show([id_ for id_, row in rows if row is None], index=False)
            done += len(batch)
            yield done, 2 * records + 1
        for _ in self._parts.working_set.finish():
            yield done, 2 * records + 1
        with self._parts.working_set.transaction():
            self._parts.shown.show(self._parts.working_set.hidden_by_order(), index=False)

    def _listing(self) -> Iterator[Progress]:
        late = self._parts.working_set.late
        while self._parts.shown.listing():
            yield 2 * late - self._parts.working_set.late, 2 * late
