"""One transaction: its changes admitted, merged, checked and staged in the workspace, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec

from shared.models.registry import KINDS, ROOT
from shared.sync.change import Change, Epoch, Transaction
from shared.sync.clock import effective, millis
from shared.sync.healing import still_new
from shared.sync.merge import Home, Merged, Status, Witness, merge_change
from shared.sync.policy import KindSpec
from shared.sync.record import DELETED, ERASED, Mark, Record
from sync_server.services import afterlife, attachments, closed_records, quoting, visits
from sync_server.services.authority import Authority
from sync_server.services.conflicts import Conflicts
from sync_server.services.identity import DeviceIdentity
from sync_server.services.refusal import TransactionRefusedError, refused, unknown
from sync_server.services.returning import Returning
from sync_server.services.scopes import is_archived, territory_scope
from sync_server.services.survivors import target_of
from sync_server.services.validation import as_stored, check_change, check_stays, check_texts
from sync_server.services.workspace import Workspace

_NOWHERE: Final = Home("", "")
_RANK: Final = {"applied": 0, "merged": 1, "conflict": 2}


@dataclass(frozen=True, slots=True)
class Times:
    """What the server's clock says of a push: its now, and how far the device's clock is behind (both ms)."""

    now: int
    offset: int

    def made_at(self, changes: Sequence[Change]) -> int:
        """Say when the first of these changes was made (ms)."""
        return millis(effective(changes[0].stamp, self.offset, self.now)[0]) if changes else self.now


class Applied(msgspec.Struct):
    """What a transaction came to, so far."""

    status: Status = "applied"
    clamped: bool = False
    flags: list[str] = []
    mark: Mark | None = None
    """Who wrote, by the last change."""

    def worsen(self, status: Status) -> None:
        """Take the more eventful of two statuses."""
        if _RANK[status] > _RANK[self.status]:
            self.status = status


class Merging:
    """Merges the transactions of one device into a workspace."""

    def __init__(self, workspace: Workspace, device: DeviceIdentity, authority: Authority, epoch: Epoch, times: Times) -> None:
        self._workspace = workspace
        self._device = device
        self._authority = authority
        self._epoch = epoch
        self._times = times
        self.conflicts = Conflicts(workspace, device, times.now)
        self._returning = Returning(workspace, authority)

    def missing(self, transaction: Transaction) -> tuple[str, ...]:
        """Name the records of which this server needs all before it can judge ``transaction``; nothing once its device was asked."""
        if transaction.whole is not None:
            return ()
        return self._returning.missing(transaction.changes, lambda: self._times.made_at(transaction.changes))

    def apply(self, transaction: Transaction, lost: int = 0) -> Applied:
        """Stage every change of ``transaction``; ``lost`` is the rev that a lost epoch gave it (PROTOCOL 20).

        Raises:
            TransactionRefusedError: a rule refuses one of them, and so all.
        """
        applied = Applied()
        if transaction.whole:
            self._returning.take(transaction.whole, self._times.made_at(transaction.changes), applied.flags)
        seen: set[str] = set()
        for change in transaction.changes:
            if change.id in seen:
                raise refused("repeated_record", change)
            seen.add(change.id)
            self._apply_to_target(change, transaction.seq, lost, applied)
        quoting.check_quotes(self._workspace, self._device, applied.flags, lost)
        return applied

    def _apply_to_target(self, sent: Change, seq: int, lost: int, applied: Applied) -> None:
        """Apply a change where it belongs. What is wrong with it is said of what its author wrote to: she may not have the survivor."""
        made_at = self._times.made_at([sent])
        target = target_of(self._workspace, sent, lambda record: self._authority.may_write(record, made_at))
        try:
            self._apply(sent, target, seq, lost, applied)
        except TransactionRefusedError as error:
            raise error.said_of(target, sent.id) from error

    def _apply(self, sent: Change, target: str, seq: int, lost: int, applied: Applied) -> None:
        spec = self._authority.spec_of(sent)
        change = as_stored(sent)
        stamp, clamped = effective(change.stamp, self._times.offset, self._times.now)
        applied.clamped = applied.clamped or clamped
        made_at = millis(stamp)
        # Whoever changed a duplicate has seen nothing of the customer that it is now.
        stranger = target != change.id
        elsewhere = change.base is not None and not stranger and (lost or change.base.epoch != self._epoch.id)
        knew = change.base.rev if change.base is not None and elsewhere else 0
        applied.mark = mark = Mark(stamp, self._device.code, self._workspace.head + 1, seq, lost, knew=knew if lost else 0)
        seen = min(self._epoch.seen(change.base), self._workspace.head)
        witness = Witness(mark, 0 if stranger else seen, stranger=stranger, epoch=self._epoch, knew=knew)
        change = msgspec.structs.replace(change, id=target) if stranger else change

        self._authority.admit(change, spec, made_at, applied.flags)
        before = self._workspace.record(change.id)
        if before is None and change.op == "delete" and self._authority.may_bring_back(change.id, change.kind, made_at, applied.flags):
            return
        news = still_new(before, change, mark, spec, self._epoch) if lost else change
        if news is None:
            return
        change = news
        creating = before is None and change.op == "create"
        home = self._authority.home_of(change, spec, made_at, applied.flags) if creating else _NOWHERE
        led = partial(self._authority.led, made_at, applied.flags)
        visits.check_rights(change, before, self._device.user_id, led)
        attachments.check_rights(change, before, self._device.user_id, led)
        quoting.check_frozen(self._workspace, change, before)
        check_texts(change)
        check_stays(before, change)
        merged = afterlife.spared(self._workspace, before, change, witness) or merge_change(before, change, witness, spec, home)
        after = self._taken(change, merged)
        if lost and before is not None and before.live and not after.live:
            after = self.conflicts.agree_on_removal(before, after, lost)
        check_change(change, before, after)
        visits.gather_evidence(change, made_at, self._times.offset, applied.flags)
        after = self._placed(change, before, after, made_at=made_at, flags=applied.flags)
        if change.op != "delete":
            self._revive_parents(after, spec, change, witness, applied)
        if after is not before:
            self._workspace.stage(after)
        self.conflicts.note(change, witness, before, after, merged.clashes)
        if stranger and (duplicate := self._workspace.record(sent.id)) is not None:
            self.conflicts.answered_elsewhere(change, Witness(mark, seen, epoch=self._epoch), duplicate)
        applied.worsen(merged.status)

    def _taken(self, change: Change, merged: Merged) -> Record:
        refusal, after = merged.refusal, merged.record
        if refusal is not None:
            raise refused(refusal.code, change, refusal.field)
        if after is None:
            raise unknown(change)
        return after

    def _placed(self, change: Change, before: Record | None, after: Record, *, made_at: int, flags: list[str]) -> Record:
        """Follow a new territory: an account's scope, and that of all below it, is what its fields say."""
        if before is None:
            closed_records.call_back_owner(self._workspace, after)
            return after
        if change.kind == ROOT:
            target = territory_scope(after.value("territory_id"))
            if target != after.scope:
                self._authority.may_move(change, target, made_at, flags)
                self._workspace.stage_move_of_root(after, target, self._times.now)
                after = msgspec.structs.replace(after, scope=target)
            return after
        if is_archived(before.scope):
            after = closed_records.back(self._workspace, after)
        return after

    def _revive_parents(self, record: Record, spec: KindSpec, change: Change, witness: Witness, applied: Applied) -> None:
        """Bring back the deleted parents of a record that was written: nobody's work hangs below nothing."""
        for parent in self._workspace.above(record):
            if parent.deleted == ERASED:
                raise refused("erased", change, spec.parent or "")
            if parent.deleted == DELETED:
                self._revive(parent.id, change, witness, applied)

    def _revive(self, parent_id: str, change: Change, witness: Witness, applied: Applied) -> None:
        before = self._workspace.record(parent_id)
        lost = witness.mark.lost
        if before is None or (lost and self._epoch.showed(lost, before.lost_removal)):  # the lost epoch deleted what it is below after it
            return
        touch = Change(before.kind, parent_id, "update", change.stamp, base=change.base)
        merged = merge_change(before, touch, witness, KINDS[before.kind], Home(before.root, before.scope))
        after = self._taken(change, merged)
        after = after.only_below() if lost else after
        self._workspace.stage(after)
        self.conflicts.note(touch, witness, before, after, merged.clashes)
        applied.worsen("conflict" if merged.clashes else "merged")
