"""Applying what the server says: a page's records and the cursor in one commit, what left, and the digest of it all."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mobile_app.data.copies import Copies
from mobile_app.data.journal import Journal
from mobile_app.data.outbox import Outbox
from mobile_app.data.position import Position
from mobile_app.data.purge import Purge
from mobile_app.data.shown import opened_record
from mobile_app.data.stale import Stale
from mobile_app.data.vault import Vault
from mobile_app.data.working_schema import ORDER
from mobile_app.data.working_set import WorkingSet
from shared.ports import Clock, Randomness
from shared.sync import digest
from shared.sync.clock import HybridClock
from shared.sync.codec import from_rows, seal_payload
from shared.sync.cursor import again
from shared.sync.protocol import PullAnswer
from shared.sync.record import ERASED, Record


class Feed:
    """On the owner's thread. What it takes must then be shown: see ``Shown.slice``."""

    def __init__(
        self,
        vault: Vault,
        working_set: WorkingSet,
        outbox: Outbox,
        journal: Journal,
        position: Position,
        *,
        clock: Clock,
        randomness: Randomness,
        stamps: HybridClock,
    ) -> None:
        self._vault = vault
        self._working_set = working_set
        self._outbox = outbox
        self._journal = journal
        self._position = position
        self._clock = clock
        self._stamps = stamps
        self._purge = Purge(vault, outbox)
        self._stale = Stale(vault)
        self._copies = Copies(vault, outbox, clock=clock, randomness=randomness)

    def take(self, page: PullAnswer) -> tuple[list[str], dict[str, Record]] | None:
        """Keep a page: what left goes, records of a higher rev come, the cursor moves, all in one commit.

        Gives the ids to be shown anew and the new records among them; None for an answer to another cursor, which changes nothing.
        """
        if page.asked != self._position.cursor:
            return None
        self._stamps.observe(page.stamp)
        if self._says_nothing(page):
            return [], {}
        records = from_rows(page)
        left, stale = self._left(page, {record.id for record in records})
        revs = self._vault.records.revs([record.id for record in records])
        fresh = [record for record in records if record.id in left or record.rev > revs.get(record.id, -1)]
        fresh.sort(key=lambda record: ORDER.get(record.kind, len(ORDER)))
        settled = 0 if page.more else page.head
        copies = self._copies.of(left, {record.id for record in fresh}, max(settled, self._position.settled))
        payloads = [(record.id, record.rev, seal_payload(record)) for record in fresh]
        erased = {record.id for record in fresh if record.deleted == ERASED}
        purged = self._purge.of(erased)
        with self._vault.transaction():
            self._purge.write(purged, erased)
            self._copies.keep(copies)
            if left:
                self._vault.records.delete(left)
            self._vault.records.put(payloads)
            self._stale.save(stale)
            self._position.save_cursor(page.cursor)
            self._position.save_settled(settled)
            self._position.save_answer(page.epoch, page.stamp, page.backed_up_through)
        self._position.load()
        self._copies.show(copies)
        touched = self._purge.show(purged)
        if erased:
            self._vault.scrub()
        ids = dict.fromkeys([*left, *touched, *(record.id for record in fresh), *self._outbox.settle(self._position.settled)])
        if not page.more:
            self._trim()
        return list(ids), {record.id: record for record in fresh}

    def looking(self, scopes: Collection[str]) -> Iterator[list[str] | None]:
        """Look for the records of these scopes, of unknown kinds too; yields None between parts, and their ids at the end."""
        ids = self._working_set.ids(scopes=scopes)
        for batch in self._vault.records.batches():
            ids += [id_ for id_, _, payload in batch if opened_record(payload).scope in scopes]
            yield None
        yield ids

    def forget(self, scopes: Collection[str], ids: Collection[str]) -> list[str]:
        """Drop these records of the server's, to pull their scopes again from the beginning. What this device wrote stays."""
        with self._vault.transaction():
            self._vault.records.delete(ids)
            self._position.save_cursor(again(self._position.cursor, scopes))
        self._position.load()
        return list(dict.fromkeys(ids))

    def rewind(self) -> None:
        """Go back to the beginning of the feed."""
        self._position.save_cursor("")
        self._position.load()

    def digesting(self) -> Iterator[dict[str, str] | None]:
        """Compute each scope's digest over the vault's live records; yields None between parts, and the digests at the end."""
        sums: dict[str, tuple[int, int]] = {}
        for batch in self._vault.records.batches():
            for _, _, payload in batch:
                record = opened_record(payload)
                if record.live:
                    count, total = sums.get(record.scope, (0, 0))
                    sums[record.scope] = (count + 1, digest.replaced(total, 0, digest.item(record)))
            yield None
        yield {scope: digest.shown(total, count) for scope, (count, total) in sums.items()}

    def _says_nothing(self, page: PullAnswer) -> bool:
        """Whether there is nothing to keep: a phone at rest does not wake its disk every few minutes."""
        position = self._position
        settled = page.more or page.head <= position.settled
        known = (page.cursor, page.epoch, page.backed_up_through) == (position.cursor, position.epoch, position.backed_up)
        return known and settled and not (page.kinds or page.left or page.lost_scopes or page.again or self._stale.ids)

    def _left(self, page: PullAnswer, arrived: Collection[str]) -> tuple[set[str], set[str]]:
        """The ids of what goes with this page (what left; at a snapshot's end what it did not bring), and of what may yet go."""
        roots, stale = page.left, set(self._stale.ids)
        if page.again:  # what left may be among what comes again
            stale |= set(self._working_set.ids(roots=page.left, scopes=page.again))
            roots = []
        left = set(self._working_set.ids(roots=roots, scopes=page.lost_scopes)) if roots or page.lost_scopes else set()
        stale -= {*arrived, *left}
        return (left, stale) if page.more else (left | stale, set())

    def _trim(self) -> None:
        with self._vault.transaction():
            self._journal.trim(self._position.backed_up, self._position.settled, self._clock.now_ms())
