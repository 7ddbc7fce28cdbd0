"""The production store with everything that it says it saved, and every page that it took, noted for the oracles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mobile_app.data.again import Fixes
from mobile_app.data.desk import Desk, Draft, RecordEdit, Written
from mobile_app.data.sheet import OutboxItem
from mobile_app.data.store import Store
from shared.sync.change import Transaction
from shared.sync.protocol import PullAnswer
from tests.fakes.device import Killed
from tests.simulation.fleet.ledger import Ledger

Doubt = Callable[[list[OutboxItem], set[str]], None]
"""Settles what a death left open, by the outbox's unknown transactions and by all that is in it."""


class WatchedStore(Store):
    """``batch`` bounds the changes of one push. ``doubt`` is what the phone died in."""

    ledger: Ledger
    label: str
    on_applied: Callable[[PullAnswer], None]
    batch: int = 500
    doubt: Doubt | None = None

    async def act(self, make: Callable[[Desk], Draft]) -> Written:
        """Save an action, and note it."""
        edits: tuple[RecordEdit, ...] = ()

        def noted(desk: Desk) -> Draft:
            nonlocal edits
            draft = make(desk)
            edits = draft.edits
            return draft

        def settled(unknown: list[OutboxItem], _here: set[str]) -> None:
            for item in unknown:
                self.ledger.accept(self.ledger.attempt(self.label, edits), item.txn)

        try:
            written = await super().act(noted)
        except Killed:
            self.doubt = settled
            raise
        if written.txn:
            self.ledger.accept(self.ledger.attempt(self.label, edits), written.txn)
        return written

    async def retry(self, txn: str, fixes: Fixes | None = None, *, form: str = "") -> None:
        """Send again: new transactions take the old ones' places."""
        old = [txn, *(item.txn for item in await self.dependents(txn) if item.state in ("refused", "held"))]
        before = {item.txn for item in await self.waiting()}

        def settled(unknown: list[OutboxItem], here: set[str]) -> None:
            if txn not in here:
                self.ledger.replace(old, [(item.txn, _edits(item)) for item in unknown], self.label)

        try:
            await super().retry(txn, fixes, form=form)
        except Killed:
            self.doubt = settled
            raise
        settled([item for item in await self.waiting() if item.txn not in before], set())

    async def discard(self, txn: str, *, form: str = "") -> None:
        """Give up, and note what went with it."""
        gone = [txn, *(item.txn for item in await self.dependents(txn))]

        def settled(_unknown: list[OutboxItem], here: set[str]) -> None:
            if txn not in here:
                self.ledger.discard(gone)

        try:
            await super().discard(txn, form=form)
        except Killed:
            self.doubt = settled
            raise
        settled([], set())

    async def outgoing(self, max_changes: int) -> tuple[Transaction, ...]:
        """Send small batches."""
        return await super().outgoing(min(max_changes, self.batch))

    async def apply(self, page: PullAnswer) -> bool:
        """Take a page; the oracles look at the phone after the last one."""
        taken = await super().apply(page)
        if taken and not page.more:
            self.on_applied(page)
        return taken

    async def fetch_again(self, scopes: Sequence[str]) -> None:
        """Repair a scope: it must never be needed, except after a restore."""
        if not self.ledger.restored:
            self.ledger.blame("diverged", f"{self.label} had to repair {sorted(scopes)}")
        await super().fetch_again(scopes)


def _edits(item: OutboxItem) -> tuple[RecordEdit, ...]:
    return tuple(RecordEdit(change.kind, change.id, change.op, change.base, change.fields) for change in item.changes)
