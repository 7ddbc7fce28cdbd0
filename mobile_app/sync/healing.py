"""Healing a restored server: journal, records, and once more what of the journal had to wait for a record (PROTOCOL 20, 21)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

import msgspec

from mobile_app.data.healing import Offers
from mobile_app.sync.batches import Batch
from mobile_app.sync.pushing import refused_alone
from shared.errors import AnswerMalformed, ServerRefused, SyncError
from shared.ports import Clock
from shared.sync.change import Epoch
from shared.sync.protocol import HealAnswer, HealEntry, HealRequest, Outcome

Send = Callable[[HealRequest], Awaitable[HealAnswer]]


class EpochChanged(SyncError):  # noqa: N818 - named like the rest of the tree
    """The server lives in another epoch than this device: a backup was restored."""

    code = "epoch_changed"

    def __init__(self, epoch: Epoch) -> None:
        super().__init__()
        self.epoch = epoch


class HealingStore(Protocol):
    """What healing needs of the store; each call is one step that is kept whole or not at all."""

    @property
    def epoch(self) -> str:
        """The epoch that this device lives in; '' before its first answer."""
        ...

    async def entries(self, epoch: Epoch, most: int, done: Collection[str]) -> tuple[HealEntry, ...]:
        """The next entries of the journal that ``epoch`` lacks, without those in ``done``."""
        ...

    async def settle(self, answer: HealAnswer) -> dict[str, Outcome]:
        """Note what was taken, each at its new rev; gives the outcomes of the rest."""
        ...

    async def give_up(self, left: dict[str, Outcome]) -> None:
        """Put entries that the server will not take where their author sees them."""
        ...

    async def lost_records(self, epoch: Epoch) -> list[str]:
        """The ids of the records whose revs were lost, parents before children."""
        ...

    async def offers(self, ids: Sequence[str]) -> Offers:
        """These records, as they are offered."""
        ...

    async def replace(self, ids: Collection[str], answer: HealAnswer) -> None:
        """Take what the server now says of offered records in their place."""
        ...

    async def finish(self, epoch: Epoch) -> None:
        """Live in ``epoch`` from here on."""
        ...


class Healer:
    """Heals one server after one restore. A round that ends in the middle goes on where it was."""

    def __init__(self, store: HealingStore, send: Send, clock: Clock, batch: Batch) -> None:
        self._store = store
        self._batch = batch
        self._send = send
        self._clock = clock

    async def heal(self, epoch: Epoch) -> None:
        """Give back everything that ``epoch`` lacks, then live in it."""
        await self._journal(epoch)
        ids = await self._store.lost_records(epoch)
        while ids:
            part = ids[: self._batch.size]
            await self._offer(part)
            ids = ids[len(part) :]
        await self._store.give_up(await self._journal(epoch, alone=True))
        await self._send(self._request(done=True))
        await self._store.finish(epoch)

    async def _journal(self, epoch: Epoch, *, alone: bool = False) -> dict[str, Outcome]:
        """Send the journal, each entry once, and give the outcomes of what was not taken.

        ``alone`` sends each entry for itself: it no longer waits for one that is nowhere any more.
        """
        left: dict[str, Outcome] = {}
        done: set[str] = set()
        while entries := await self._store.entries(epoch, self._batch.size, done):
            sent = tuple(_alone(entry) for entry in entries) if alone else entries
            try:
                answer = await self._send(self._request(entries=sent))
            except ServerRefused as refused:
                outcome = refused_alone(refused, (entry.transaction for entry in sent))
                if outcome is None:
                    raise
                left[outcome.txn] = outcome
                done.add(outcome.txn)
                continue
            if [outcome.txn for outcome in answer.outcomes] != [entry.transaction.id for entry in entries]:
                raise AnswerMalformed
            left |= await self._store.settle(answer)
            done |= {entry.transaction.id for entry in entries}
        return left

    async def _offer(self, ids: Sequence[str]) -> None:
        offers = await self._store.offers(ids)
        await self._store.replace(ids, await self._send(self._request(offers=offers)))

    def _request(self, *, entries: tuple[HealEntry, ...] = (), offers: Offers | None = None, done: bool = False) -> HealRequest:
        kinds, scopes = (offers.kinds, offers.scopes) if offers is not None else ({}, [])
        return HealRequest(self._clock.now_ms(), self._store.epoch, entries, kinds, scopes, done)


def _alone(entry: HealEntry) -> HealEntry:
    return HealEntry(entry.rev, msgspec.structs.replace(entry.transaction, needs=()))
