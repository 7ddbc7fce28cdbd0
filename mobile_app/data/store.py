"""The store: the only door to what this device knows. Reads come from memory; a write is durable before it returns.

One owner (``executor``) for vault and working set. The vault passed in is open and unlocked; ``close`` locks it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from sqlmodel import Session

from mobile_app.data.again import Fixes
from mobile_app.data.answers import Answers
from mobile_app.data.blob_names import BlobNames
from mobile_app.data.blob_shelf import BlobShelf
from mobile_app.data.blobs import Blobs
from mobile_app.data.desk import Desk, Draft, Identity, Written
from mobile_app.data.feed import Feed
from mobile_app.data.filling import Filling
from mobile_app.data.handover import TakenOver
from mobile_app.data.healing import Healing
from mobile_app.data.hot_list import HotList
from mobile_app.data.kept import Kept
from mobile_app.data.mentions import Mentions
from mobile_app.data.moving import Moving
from mobile_app.data.notifier import Notifier
from mobile_app.data.outbox import ATTENTION, SENDABLE
from mobile_app.data.parts import Parts
from mobile_app.data.ports import Executor
from mobile_app.data.position import KEEP_META
from mobile_app.data.sync_status import SyncStatus
from mobile_app.data.unlocking import SMALL, Progress, Unlocking
from mobile_app.data.vault import Vault
from mobile_app.data.working_set import WorkingSet
from mobile_app.data.writing import Writing
from shared.models.registry import MODELS
from shared.ports import Clock, Randomness
from shared.sync.change import Epoch, Transaction
from shared.sync.protocol import Outcome, PullAnswer, PushAnswer
from shared.sync.record import Record

P = ParamSpec("P")
T = TypeVar("T")
__all__ = ["KEEP_META", "Identity", "Progress", "Store"]


class Store(Kept):
    """See the module. Made by ``Store.open``; every method may be called from any task of the event loop."""

    def __init__(
        self,
        vault: Vault,
        executor: Executor,
        *,
        identity: Identity,
        clock: Clock,
        randomness: Randomness,
        notifier: Notifier,
        status: SyncStatus,
        working_set: WorkingSet,
    ) -> None:
        super().__init__(vault, executor, status, clock, randomness)
        self.identity = identity
        self.notifier = notifier
        self._turn = asyncio.Lock()
        self._working_set = working_set
        parts = Parts.over(vault, working_set, self._outbox, self._journal, device=identity.device, clock=clock, randomness=randomness)
        self._position, self._shown = parts.position, parts.shown
        self._hot = HotList(vault, working_set, identity.user_id, clock)
        self._unlocking = Unlocking(Filling(parts, self._hot), executor, status, self._turn)
        self._writing = Writing(parts)
        self._answers = Answers(parts)
        self._feed = Feed(parts)
        shelf = BlobShelf(vault, BlobNames(working_set, self._shown, self._outbox, self._journal), clock)
        self.unsent.photos_counted_by(shelf.not_taken)
        self.blobs = Blobs(shelf, executor, self._position, status=status, notifier=notifier, is_full=lambda: self.full)
        self._moving = Moving(vault, self._outbox, identity.user_id, clock=clock, stamps=parts.stamps)
        self.mentions = Mentions(parts, executor=executor, change=self._finished)
        self.healing = Healing(vault, self._outbox, self._journal, self._position, parts.stale, executor=executor, change=self._finished)

    @classmethod
    async def open(
        cls,
        vault: Vault,
        executor: Executor,
        *,
        identity: Identity,
        clock: Clock,
        randomness: Randomness,
        notifier: Notifier | None = None,
        status: SyncStatus | None = None,
        progress: Progress | None = None,
        fts: bool = True,
        whole: bool = True,
        small: int = SMALL,
    ) -> Store:
        """Build the working set from an unlocked vault. ``progress`` hears (done, total) on the event loop.

        Unless it must be ``whole``, a vault of more than ``small`` records is open once today's screens have what they show, and then
        somebody must call ``fill``.

        Raises:
            VaultDamaged, SealBroken: a row does not open; salvage the vault.
        """
        working_set = await executor.run(WorkingSet, fts=fts)
        store = cls(
            vault,
            executor,
            identity=identity,
            clock=clock,
            randomness=randomness,
            notifier=notifier or Notifier(),
            status=status or SyncStatus(),
            working_set=working_set,
        )
        try:
            enough = await store._begin(small)
            if whole or not enough:
                await store.fill(progress)
        except BaseException:
            await executor.run(working_set.close)
            raise
        return store

    @property
    def epoch(self) -> Epoch:
        """The life of the server's store that the last answer named."""
        return self._position.epoch

    @property
    def full(self) -> bool:
        """Whether nothing was left for ``fill``."""
        return self._unlocking.over

    async def fill(self, progress: Progress | None = None) -> None:
        """Bring what an opening left for later. Repeatable, also after it raised; whoever calls it while it runs waits for its end.

        Raises:
            StorageFailed: the disk refused a read.
            VaultDamaged, SealBroken: a row does not open; salvage the vault.
        """
        if await self._unlocking.fill(progress or (lambda _done, _total: None), self.blobs.load):
            self._publish(frozenset(MODELS), await self._executor.run(self._counts))

    async def read(self, query: Callable[[Session], T]) -> T:
        """Ask the working set. ``query`` runs on the owner's thread and gives back plain values, not rows tied to the session."""
        return await self._unlocking.patiently(lambda: self._executor.run(self._query, query))

    async def write(self, draft: Draft) -> str:
        """Write one action as one transaction and give its id, once it survives a power cut. See ``act`` for what it raises."""
        return (await self.act(lambda _desk: draft)).txn

    async def act(self, make: Callable[[Desk], Draft]) -> Written:
        """Decide an action by what is here now, and write it: nothing else is written in between. A draft without edits changes nothing.

        Raises:
            RecordNotFound: a record that it edits is not here.
            RecordRefused: a rule refuses it; ``invalid`` names the fields.
            DiskFull, StorageBusy, StorageFailed: the disk did; nothing of it was kept.
        """
        return await self._unlocking.patiently(lambda: asyncio.shield(self._act(self._unlocking.early(make))))

    async def outgoing(self, max_changes: int) -> tuple[Transaction, ...]:
        """The transactions to send now, oldest first, at least one if there is any. What was sent and not answered comes again."""
        if self._outbox.count(["held"]):
            await self._finished(lambda: (self._answers.release(), {}))
        return await self._executor.run(self._answers.outgoing, max_changes) if self._outbox.count(SENDABLE) else ()  # mostly no trip

    async def acknowledge(self, answer: PushAnswer) -> None:
        """Take a push's outcomes. The same answer twice changes nothing."""
        await asyncio.shield(self._change(lambda: (self._answers.acknowledge(answer), {})))

    async def refuse(self, outcome: Outcome) -> None:
        """Take the refusal of one transaction, for which a whole request was refused. Repeatable."""
        await asyncio.shield(self._change(lambda: (self._answers.refuse(outcome), {})))

    async def apply(self, page: PullAnswer) -> bool:
        """Take a page of the feed: records and cursor in one commit, then the screens in slices. False: it answers another cursor."""
        late = page.more or self._working_set.listing_is_late
        taken = await asyncio.shield(self._change(lambda: self._feed.take(page), index=not late))
        if late and not page.more:
            await self.finish_lists()
        if not page.more and (late or page.kinds or page.left):
            await self._executor.run(self._hot.keep)
        if not page.more and (page.left or page.lost_scopes or page.again):
            await self.blobs.settle()
        return taken

    async def finish_lists(self) -> None:
        """List what pages that others follow have brought: the end of a download, also of one that broke off. Repeatable."""
        async with self._turn:
            while self._working_set.listing_is_late:
                self._publish(*await self._executor.run(self._counted, self._shown.listing))

    async def cursor(self) -> str:
        """Where the next pull goes on; '' for the beginning."""
        return self._position.cursor

    async def digest(self) -> dict[str, str]:
        """Each scope's digest over what the server has said, never over the overlay."""
        async with self._turn:
            parts = self._feed.digesting()
            while (found := await self._executor.run(next, parts, None)) is None:
                pass
            return found

    async def fetch_again(self, scopes: Sequence[str]) -> None:
        """Ask for these scopes, and only them, anew. What is here stays until it comes, and goes at the end if it did not."""
        parts = self._feed.looking(scopes)
        while (found := await self._executor.run(next, parts, None)) is None:
            pass
        await self._executor.run(self._feed.fetch_again, scopes, found)

    async def start_over(self) -> None:
        """Ask for everything anew: the server does not know our cursor. What is here stays until something newer comes."""
        await self._executor.run(self._feed.rewind)

    async def hand_over(self, passphrase: str) -> bytes:
        """Seal what was not sent, and the drafts, for this person's next phone.

        Raises:
            RecordRefused: the passphrase is too short.
        """
        return await self._executor.run(self._moving.give, passphrase)

    async def take_over(self, data: bytes, passphrase: str) -> TakenOver:
        """Take what this person's other phone sealed. The same file twice changes nothing.

        Raises:
            RecordRefused: it is no such file, the passphrase is another, or it is somebody else's.
        """
        taken, ids = await self._executor.run(self._moving.take, data, passphrase)
        await asyncio.shield(self._change(lambda: (ids, {})))
        return taken

    async def retry(self, txn: str, fixes: Fixes | None = None, *, form: str = "") -> None:
        """Send a refused one again, and in order what it held; ``fixes``, by record id and field, were typed into the ``form``."""
        await asyncio.shield(self._change(lambda: (self._answers.retry(txn, fixes or {}, form), {})))

    async def discard(self, txn: str, *, form: str = "") -> None:
        """Give up a refused transaction and its dependents, which ``dependents`` lists, with what was typed into the ``form``."""
        await asyncio.shield(self._change(lambda: (self._answers.discard(txn, form), {})))

    async def close(self) -> None:
        """Lock: what is being applied is finished, then working set and key are dropped. ``fill`` must have ended. Repeatable."""
        async with self._turn:
            await self._executor.run(self._working_set.close)
            await self._executor.run(self._vault.close)
        self._unlocking.end()

    async def _act(self, make: Callable[[Desk], Draft]) -> Written:
        wrote, counts = await self._executor.run(self._counted, self._writing.perform, make)
        if wrote.kinds:
            self._publish(wrote.kinds, counts)
        return wrote.written

    async def _begin(self, small: int) -> bool:
        enough = await self._unlocking.begin(small)
        self._publish(frozenset(), await self._executor.run(self._counts))
        await self._recall()
        await self.blobs.load()
        return enough

    def _query(self, query: Callable[[Session], T]) -> T:
        with self._working_set.session() as session:
            return query(session)

    async def _change(self, change: Callable[[], tuple[list[str], dict[str, Record]] | None], *, index: bool = True) -> bool:
        """Commit a change to the vault, then show the records it gives in slices, the executor free between them.

        One notification per slice. Finished even when its caller is cancelled: the screens must agree with the vault.
        """
        async with self._turn:
            changed, counts = await self._executor.run(self._counted, change)
            if changed is None:
                return False
            rest = list(dict.fromkeys(changed[0]))
            if not rest:
                self._publish(frozenset(), counts)
            while rest:
                self._publish(*await self._executor.run(self._counted, self._shown.slice, rest, changed[1], index=index))
            return True

    async def _finished(self, change: Callable[[], tuple[list[str], dict[str, Record]] | None]) -> bool:
        return await asyncio.shield(self._change(change))

    def _counted(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, dict[str, int]]:
        """Do ``work`` and count, in one visit to the owner's thread."""
        return work(*args, **kwargs), self._counts()

    def _publish(self, kinds: frozenset[str], counts: dict[str, int]) -> None:
        self.status.update(**counts)
        if kinds:
            self.notifier.publish(kinds)

    def _counts(self) -> dict[str, int]:
        waiting, attention = self._outbox.count(SENDABLE), self._outbox.count(ATTENTION)
        return {"waiting": waiting, "attention": attention, "conflicts": self._working_set.open_conflicts()}
