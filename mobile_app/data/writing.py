"""Writing: one action of a person becomes one transaction in the outbox, durable and visible at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from mobile_app.data.desk import Desk, Draft, RecordEdit, Written, local_day, new_id
from mobile_app.data.outbox import Entry, Item, Outbox
from mobile_app.data.position import Position
from mobile_app.data.shown import Shown
from mobile_app.data.vault import Vault
from mobile_app.data.working_set import WorkingSet
from shared.errors import RecordNotFound, RecordRefused
from shared.models.registry import KINDS
from shared.ports import Clock, Randomness
from shared.rules.checks import FieldError
from shared.rules.validation import blocking, check
from shared.sync.change import Change, Transaction
from shared.sync.clock import HybridClock
from shared.sync.overlay import UNSENT, Pending, lay
from shared.sync.record import Record

Make = Callable[[Desk], Draft]


@dataclass(frozen=True, slots=True)
class Wrote:
    """An action's outcome, and the kinds of records that it changed."""

    written: Written
    kinds: frozenset[str]


class Writing:
    """On the owner's thread."""

    def __init__(
        self,
        vault: Vault,
        working_set: WorkingSet,
        outbox: Outbox,
        position: Position,
        shown: Shown,
        *,
        device: str,
        clock: Clock,
        randomness: Randomness,
        stamps: HybridClock,
    ) -> None:
        self._vault = vault
        self._working_set = working_set
        self._outbox = outbox
        self._position = position
        self._shown = shown
        self._device = device
        self._clock = clock
        self._randomness = randomness
        self._stamps = stamps

    def perform(self, make: Make) -> Wrote:
        """Decide and write an action. When this returns it survives a power cut; when it raises nothing of it was kept.

        Raises:
            RecordNotFound: a record that it edits is not here.
            RecordRefused: a rule refuses it.
            DiskFull, StorageBusy, StorageFailed: the disk did.
        """
        with ExitStack() as opened:
            desk = Desk(
                lambda: opened.enter_context(self._working_set.session()),
                self._clock,
                self._randomness,
                self._position.epoch.id,
                self._position.counter,
            )
            draft = make(desk)
        subject = draft.subject or (draft.edits[0].id if draft.edits else "")
        if not draft.edits:
            return Wrote(Written("", subject), frozenset())
        stamp = self._stamps.tick()
        changes = tuple(Change(edit.kind, edit.id, edit.op, stamp, edit.fields, edit.base) for edit in draft.edits)
        item = self._item(draft, changes)
        known = self._shown.records(dict.fromkeys(item.ids))
        warnings = self._judge(draft.edits, item, known)
        return Wrote(Written(item.txn, subject, warnings), self._keep(item, known, desk.counters, draft.form))

    def _item(self, draft: Draft, changes: tuple[Change, ...]) -> Item:
        transaction = Transaction(new_id(self._clock, self._randomness), changes, self._outbox.needs(changes))
        entry = Entry(transaction, draft.label.action, draft.label.params, self._clock.now_ms())
        return Item(entry, "waiting", self._outbox.next_place())

    def _keep(self, item: Item, known: dict[str, Record], counters: dict[str, int], form: str) -> frozenset[str]:
        """Show it inside an open transaction of the working set, make it durable, then let the working set have it."""
        self._outbox.put(item)
        try:
            with self._working_set.transaction():
                kinds = self._shown.show(list(dict.fromkeys(item.ids)), known)
                with self._vault.transaction():
                    self._outbox.add_row(item)
                    for name, number in counters.items():
                        self._position.save_counter(name, number)
                    if form:
                        self._vault.drafts.delete(form)
        except BaseException:
            self._outbox.drop([item.txn])
            raise
        return kinds

    def _judge(self, edits: tuple[RecordEdit, ...], item: Item, known: dict[str, Record]) -> tuple[FieldError, ...]:
        """Refuse here what the server would refuse, and give the warnings."""
        before = self._shown.lay({edit.id for edit in edits}, known)
        records = {id_: laid.record if laid is not None else None for id_, laid in before.items()}
        found: list[FieldError] = []
        for change in item.entry.transaction.changes:
            standing = records[change.id]
            if change.op != "create" and standing is None:
                raise RecordNotFound
            merged = lay(standing, Pending(change, UNSENT + item.place), KINDS[change.kind], self._device, self._position.epoch)
            if merged.refusal is not None:
                raise RecordRefused(merged.refusal.code, {merged.refusal.field: merged.refusal.code} if merged.refusal.field else {})
            records[change.id] = merged.record
            if change.op != "delete" and merged.record is not None:
                found += self._checked(change, standing, merged.record)
        if errors := blocking(found):
            raise RecordRefused("invalid", {error.field: error.code for error in errors})
        return tuple(found)

    def _checked(self, change: Change, standing: Record | None, record: Record) -> tuple[FieldError, ...]:
        written = {name: record.value(name) for name in change.fields}
        existing = None if standing is None else standing.fields
        country = "" if record.kind == "account" else self._working_set.country_of(record.root)
        return check(change.kind, written, existing, today=local_day(self._clock).isoformat(), country=country)
