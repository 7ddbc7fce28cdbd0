"""Giving back to a restored server what it lost: this device's journal, then the records it holds (PROTOCOL 20, 21).

What is left to give is read off the vault each time: entries and records whose rev was lost. So a kill at any point costs nothing but
sending a part again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from mobile_app.data.journal import Journal
from mobile_app.data.outbox import Entry, Item, Outbox, with_state
from mobile_app.data.parcel import Parcel
from mobile_app.data.ports import Executor
from mobile_app.data.position import Position
from mobile_app.data.purge import Purge
from mobile_app.data.shown import opened_record
from mobile_app.data.stale import Stale
from mobile_app.data.vault import Vault
from mobile_app.data.working_schema import ORDER
from shared.models.registry import COLUMNS
from shared.sync.change import Epoch
from shared.sync.codec import records_of, seal_payload, to_rows
from shared.sync.protocol import HealAnswer, HealEntry, KindRows, Outcome
from shared.sync.record import ERASED, Record

Shown = tuple[list[str], dict[str, Record]]
_TAKEN: Final = frozenset({"applied", "merged", "conflict", "duplicate"})


Change = Callable[[Callable[[], Shown]], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Offers:
    """Records to offer, as they travel."""

    ids: tuple[str, ...]
    kinds: dict[str, KindRows]
    scopes: list[str]


class Healing:
    """The door to it; made by the store."""

    def __init__(
        self, vault: Vault, outbox: Outbox, journal: Journal, position: Position, stale: Stale, *, executor: Executor, change: Change
    ) -> None:
        self._vault = vault
        self._outbox = outbox
        self._journal = journal
        self._position = position
        self._stale = stale
        self._purge = Purge(vault, outbox)
        self._run = executor.run
        self._change = change

    @property
    def epoch(self) -> str:
        """The epoch that this device lives in; '' before its first answer."""
        return self._position.epoch.id

    async def entries(self, epoch: Epoch, most: int, done: Collection[str]) -> tuple[HealEntry, ...]:
        """The next entries that ``epoch`` lacks, in order, of at most ``most`` changes (at least one entry), without those in ``done``."""
        return await self._run(self._entries, epoch, most, done)

    async def settle(self, answer: HealAnswer) -> dict[str, Outcome]:
        """Note what was taken, each at its new rev; gives the outcomes of the rest."""
        left = {outcome.txn: outcome for outcome in answer.outcomes if outcome.status not in _TAKEN}
        revs = {outcome.txn: outcome.rev for outcome in answer.outcomes if outcome.status in _TAKEN}
        await self._change(lambda: (self._settle(revs), {}))
        return left

    async def give_up(self, left: dict[str, Outcome]) -> None:
        """Put entries that the server will not take where their author sees them, with the reason."""
        await self._change(lambda: (self._give_up(left), {}))

    async def lost_records(self, epoch: Epoch) -> list[str]:
        """The ids of the records whose revs were lost, parents before children."""
        return await self._run(self._lost_records, epoch)

    async def offers(self, ids: Sequence[str]) -> Offers:
        """These records, as they are offered."""
        return await self._run(self._offers, ids)

    async def replace(self, ids: Collection[str], answer: HealAnswer) -> None:
        """Take what the server now says of offered records in their place; those of which it says nothing go.

        That is its word of them: the feed need not confirm it where they are fetched again.
        """
        await self._change(lambda: self._replace(ids, answer))

    async def finish(self, epoch: Epoch) -> None:
        """Live in ``epoch`` from here on."""
        await self._run(self._finish, epoch)

    def _entries(self, epoch: Epoch, most: int, done: Collection[str]) -> tuple[HealEntry, ...]:
        parcel = Parcel(most)
        lost = (
            HealEntry(rev, entry.transaction)
            for rev, entry in self._journal.entries()
            if epoch.lost(rev, self.epoch) and entry.transaction.id not in done
        )
        return tuple(takewhile(lambda entry: parcel.takes(entry.transaction), lost))

    def _settle(self, revs: dict[str, int]) -> list[str]:
        items = [(item, revs[item.txn]) for item in self._items(revs)]
        with self._vault.transaction():
            self._journal.add(items)
        for item, rev in items:
            self._outbox.put(Item(item.entry, "acked", 0, rev))
        return [id_ for item, _ in items for id_ in item.ids]

    def _give_up(self, left: dict[str, Outcome]) -> list[str]:
        items = [
            with_state(item, "refused", code=left[item.txn].code or left[item.txn].status, errors=left[item.txn].errors)
            for item in self._items(left)
        ]
        with self._vault.transaction():
            self._vault.journal.delete(list(left))
            for item in items:
                self._outbox.add_row(item)
        for item in items:
            self._outbox.put(item)
        return [id_ for item in items for id_ in item.ids]

    def _items(self, txns: Collection[str]) -> list[Item]:
        found: list[Entry] = [entry for _, entry in self._journal.entries() if entry.transaction.id in txns]
        return [Item(entry, "acked", self._outbox.next_place()) for entry in found]

    def _lost_records(self, epoch: Epoch) -> list[str]:
        records = self._vault.records.between(epoch.shared(self.epoch), epoch.start)
        kinds = {id_: opened_record(payload).kind for id_, rev, payload in records if epoch.lost(rev, self.epoch)}
        return sorted(kinds, key=lambda id_: ORDER.get(kinds[id_], len(ORDER)))

    def _offers(self, ids: Sequence[str]) -> Offers:
        found = self._vault.records.get(ids)
        records = [opened_record(found[id_][1]) for id_ in ids if id_ in found]
        known = [record for record in records if record.kind in COLUMNS]
        scopes: dict[str, int] = {}
        return Offers(tuple(ids), to_rows(known, COLUMNS, scopes), list(scopes))

    def _replace(self, ids: Collection[str], answer: HealAnswer) -> Shown:
        records = records_of(answer.kinds, answer.scopes)
        erased = {record.id for record in records if record.deleted == ERASED}
        purged = self._purge.of(erased)
        with self._vault.transaction():
            self._purge.write(purged)
            self._vault.records.delete(ids)
            self._stale.save(self._stale.ids - set(ids))
            self._vault.records.put((record.id, record.rev, seal_payload(record)) for record in records)
        touched = self._purge.show(purged)
        if erased:
            self._vault.scrub()
        return list(dict.fromkeys([*ids, *touched])), {record.id: record for record in records}

    def _finish(self, epoch: Epoch) -> None:
        with self._vault.transaction():
            self._position.save_answer(epoch, self._position.stamp, self._position.backed_up)
        self._position.load()
