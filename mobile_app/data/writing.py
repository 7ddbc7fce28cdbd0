"""Writing: one action of a person becomes one transaction in the outbox, durable and visible at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from mobile_app.data.desk import Desk, Draft, RecordEdit, Written, local_day, new_id
from mobile_app.data.outbox import Entry, Item
from mobile_app.data.parts import Parts
from shared.errors import RecordNotFound, RecordRefused
from shared.models.registry import KINDS
from shared.rules.checks import FieldError
from shared.rules.validation import blocking, check
from shared.sync.change import Change, Transaction
from shared.sync.edits import judged
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

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def perform(self, make: Make) -> Wrote:
        """Decide and write an action. When this returns it survives a power cut; when it raises nothing of it was kept.

        Raises:
            RecordNotFound: a record that it edits is not here.
            RecordRefused: a rule refuses it.
            DiskFull, StorageBusy, StorageFailed: the disk did.
        """
        self._parts.vault.must_take_work()
        with ExitStack() as opened:
            desk = Desk(
                lambda: opened.enter_context(self._parts.working_set.session()),
                self._parts.clock,
                self._parts.randomness,
                (self._parts.position.epoch.id, self._parts.position.settled),
                self._last_number,
            )
            draft = make(desk)
        subject = draft.subject or (draft.edits[0].id if draft.edits else "")
        if not draft.edits:
            return Wrote(Written("", subject), frozenset())
        stamp = self._parts.stamps.tick()
        changes = tuple(Change(edit.kind, edit.id, edit.op, stamp, edit.fields, edit.base) for edit in draft.edits)
        item = self._item(draft, changes)
        known = self._parts.shown.records(dict.fromkeys(item.ids))
        warnings = self._judge(draft.edits, item, known)
        return Wrote(Written(item.txn, subject, warnings), self._keep(item, known, desk.counters, draft.form))

    def _last_number(self, counter: str) -> int:
        """What a counter says.

        Raises:
            RecordRefused: ``numbers_unknown``: damage took it, and the device has not become another one yet, whose counter begins anew.
        """
        position = self._parts.position
        if position.lost(counter):
            raise RecordRefused("numbers_unknown")
        return position.counter(counter)

    def _item(self, draft: Draft, changes: tuple[Change, ...]) -> Item:
        transaction = Transaction(new_id(self._parts.clock, self._parts.randomness), changes, self._parts.outbox.needs(changes))
        entry = Entry(transaction, draft.label.action, draft.label.params, self._parts.clock.now_ms())
        return Item(entry, "waiting", self._parts.outbox.next_place())

    def _keep(self, item: Item, known: dict[str, Record], counters: dict[str, int], form: str) -> frozenset[str]:
        """Show it inside an open transaction of the working set, make it durable, then let the working set have it."""
        self._parts.outbox.put(item)
        try:
            with self._parts.working_set.transaction():
                kinds = self._parts.shown.show(list(dict.fromkeys(item.ids)), known)
                with self._parts.vault.transaction():
                    self._parts.outbox.add_row(item)
                    for name, number in counters.items():
                        self._parts.position.save_counter(name, number)
                    if form:
                        self._parts.vault.drafts.delete(form)
        except BaseException:
            self._parts.outbox.drop([item.txn])
            raise
        return kinds

    def _judge(self, edits: tuple[RecordEdit, ...], item: Item, known: dict[str, Record]) -> tuple[FieldError, ...]:
        """Refuse here what the server would refuse, and give the warnings."""
        before = self._parts.shown.lay({edit.id for edit in edits}, known)
        records = {id_: laid.record if laid is not None else None for id_, laid in before.items()}
        found: list[FieldError] = []
        for change in item.entry.transaction.changes:
            standing = records[change.id]
            if change.op != "create" and standing is None:
                raise RecordNotFound
            merged = lay(standing, Pending(change, UNSENT + item.place), KINDS[change.kind], self._parts.device, self._parts.position.epoch)
            if merged.refusal is not None:
                raise RecordRefused(merged.refusal.code, {merged.refusal.field: merged.refusal.code} if merged.refusal.field else {})
            records[change.id] = merged.record
            if change.op != "delete" and merged.record is not None:
                found += self._checked(change, standing, merged.record)
        if errors := blocking(found):
            raise RecordRefused("invalid", {error.field: error.code for error in errors})
        return tuple(found)

    def _checked(self, change: Change, standing: Record | None, record: Record) -> tuple[FieldError, ...]:
        written = judged(KINDS[change.kind], change, record)
        existing = None if standing is None else standing.fields
        country = "" if record.kind == "account" else self._parts.working_set.country_of(record.root)
        return check(change.kind, written, existing, today=local_day(self._parts.clock).isoformat(), country=country)
