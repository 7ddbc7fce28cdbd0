"""Applying what the server says: a page's records and the cursor in one commit, what left, and the digest of it all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Final

import msgspec

from mobile_app.data.copies import Copies
from mobile_app.data.parts import Parts
from mobile_app.data.purge import Purge
from mobile_app.data.shown import opened_record
from mobile_app.data.working_schema import ORDER
from shared.errors import StorageFailed
from shared.sync import digest
from shared.sync.codec import from_rows, seal_payload
from shared.sync.cursor import again
from shared.sync.protocol import PullAnswer
from shared.sync.record import ERASED, Record

_BELOW_ELSEWHERE: Final = "SELECT e.id FROM json_each(?) home JOIN entry e ON e.root = home.key WHERE e.scope <> home.value AND e.rev > 0"


class Feed:
    """On the owner's thread. What it takes must then be shown: see ``Shown.slice``."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._purge = Purge(parts.vault, parts.outbox)
        self._copies = Copies(parts.vault, parts.outbox, clock=parts.clock, randomness=parts.randomness)

    def take(self, page: PullAnswer) -> tuple[list[str], dict[str, Record]] | None:
        """Keep a page: what left goes, records of a higher rev or fetched again come, the cursor moves, all in one commit.

        Gives the ids to be shown anew and the new records among them; None for an answer to another cursor, which changes nothing.
        """
        if page.asked != self._parts.position.cursor:
            return None
        self._parts.stamps.observe(page.stamp)
        if self._says_nothing(page):
            return [], {}
        records = from_rows(page)
        revs = self._parts.vault.records.revs([record.id for record in records])
        left, stale = self._left(page, {record.id for record in records}, self._behind(records, revs))
        others = self._others(records, revs)
        fresh = [record for record in records if record.id in left | others or record.rev > revs.get(record.id, -1)]
        fresh.sort(key=lambda record: ORDER.get(record.kind, len(ORDER)))
        settled = 0 if page.more else page.head
        copies = self._copies.of(left, {record.id for record in fresh}, max(settled, self._parts.position.settled))
        payloads = [(record.id, record.rev, seal_payload(record)) for record in fresh]
        erased = {record.id for record in fresh if record.deleted == ERASED}
        purged = self._purge.of(erased)
        with self._parts.vault.transaction():
            self._purge.write(purged)
            self._copies.keep(copies)
            if left:
                self._parts.vault.records.delete(left)
            self._parts.vault.records.put(payloads)
            self._parts.stale.save(stale)
            self._parts.position.save_cursor(page.cursor)
            self._parts.position.save_settled(settled)
            self._parts.position.save_answer(page.epoch, page.stamp, page.backed_up_through)
        self._parts.position.load()
        self._copies.show(copies)
        touched = self._purge.show(purged)
        ids = dict.fromkeys([*left, *touched, *(record.id for record in fresh), *self._parts.outbox.settle(self._parts.position.settled)])
        # The page is kept and must be shown: what the disk refuses now is trimmed with a later one, and the log is emptied on closing.
        with suppress(StorageFailed):
            self._tidy(erased=bool(erased), last=not page.more)
        return list(ids), {record.id: record for record in fresh}

    def looking(self, scopes: Collection[str]) -> Iterator[list[str] | None]:
        """Look for the records of these scopes, of unknown kinds too; yields None between parts, and their ids at the end."""
        ids = self._parts.working_set.ids(scopes=scopes)
        for batch in self._parts.vault.records.batches():
            ids += [id_ for id_, _, payload in batch if opened_record(payload).scope in scopes]
            yield None
        yield ids

    def fetch_again(self, scopes: Collection[str], ids: Collection[str]) -> None:
        """Ask for these scopes from their beginning; of the server's records among ``ids`` what does not come then goes."""
        doubted = self._parts.stale.ids | self._parts.vault.records.revs(ids).keys()
        with self._parts.vault.transaction():
            self._parts.stale.save(doubted)
            self._parts.position.save_cursor(again(self._parts.position.cursor, scopes))
        self._parts.position.load()

    def rewind(self) -> None:
        """Go back to the beginning of the feed."""
        self._parts.position.save_cursor("")
        self._parts.position.load()

    def digesting(self) -> Iterator[dict[str, str] | None]:
        """Compute each scope's digest over the vault's live records; yields None between parts, and the digests at the end."""
        items: dict[str, list[int]] = {}
        for batch in self._parts.vault.records.batches():
            for _, _, payload in batch:
                record = opened_record(payload)
                if record.live:
                    items.setdefault(record.scope, []).append(digest.item(record))
            yield None
        yield {scope: digest.shown(digest.total(those), len(those)) for scope, those in items.items()}

    def _says_nothing(self, page: PullAnswer) -> bool:
        """Whether there is nothing to keep: a phone at rest does not wake its disk every few minutes."""
        position = self._parts.position
        settled = page.more or page.head <= position.settled
        known = (page.cursor, page.epoch, page.backed_up_through) == (position.cursor, position.epoch, position.backed_up)
        return known and settled and not (page.kinds or page.left or page.lost_scopes or page.again or self._parts.stale.ids)

    def _others(self, records: Collection[Record], revs: Mapping[str, int]) -> set[str]:
        """The ids of what comes again and is something else than what is here, at a rev that is no higher: the server's word counts."""
        doubted = {record.id: record for record in records if record.id in self._parts.stale.ids and record.rev <= revs.get(record.id, -1)}
        here = self._parts.shown.records(doubted)
        return {id_ for id_, record in doubted.items() if record != here[id_]}

    def _behind(self, records: Collection[Record], revs: Mapping[str, int]) -> set[str]:
        """The ids of what is still elsewhere than a customer who is here and comes now: it comes too, or was deleted and dropped."""
        homes = {record.id: record.scope for record in records if record.id == record.root and 0 <= revs.get(record.id, -1) < record.rev}
        return {id_ for (id_,) in self._parts.working_set.ask(_BELOW_ELSEWHERE, (msgspec.json.encode(homes).decode(),))} if homes else set()

    def _left(self, page: PullAnswer, arrived: Collection[str], behind: set[str]) -> tuple[set[str], set[str]]:
        """The ids of what goes with this page (what left; at a snapshot's end what it did not bring), and of what may yet go."""
        roots, stale = page.left, behind | self._parts.stale.ids
        if page.again:  # what left may be among what comes again
            stale |= set(self._parts.working_set.ids(roots=page.left, scopes=page.again))
            roots = []
        left = set(self._parts.working_set.ids(roots=roots, scopes=page.lost_scopes)) if roots or page.lost_scopes else set()
        stale -= {*arrived, *left}
        return (left, stale) if page.more else (left | stale, set())

    def _tidy(self, *, erased: bool, last: bool) -> None:
        if erased:
            self._parts.vault.scrub()
        if not last:
            return
        with self._parts.vault.transaction():
            self._parts.journal.trim(self._parts.position.backed_up, self._parts.position.settled, self._parts.clock.now_ms())
