"""Planted bugs of the server: the log, the merge, rights, the feed."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

import msgspec

from shared.errors import StorageFailed
from shared.sync import merge, settle
from shared.sync.policy import Policy
from shared.sync.text3 import MergedText
from sync_server.services import conflicts, cursors, merging, pull, push, quote_totals, scopes, workspace
from sync_server.services.authority import Authority
from sync_server.services.erasure import Eraser
from sync_server.services.refusal import TransactionRefusedError
from sync_server.storage import change_feed, transactions
from tests.fakes.device import Killed
from tests.simulation.fleet.mutants import mutant, replaced, stand_in

Patch = AbstractContextManager[object]


@mutant
def acknowledged_before_the_commit() -> Patch:
    """The answer is made before the commit, and sent although it failed."""
    answers: list[Any] = []

    def noted(run: Any) -> Any:
        def run_(self: Any) -> Any:
            answers.append(run(self))
            return answers[-1]

        return run_

    def deaf(original: Any) -> Any:
        def push_(self: Any, device: Any, request: Any) -> Any:
            try:
                return original(self, device, request)
            except (StorageFailed, Killed):
                return answers[-1]

        return push_

    stack = ExitStack()
    stack.enter_context(replaced(push.Batch, "run", noted))
    stack.enter_context(replaced(push.PushService, "push", deaf))
    return stack


@mutant
def a_duplicate_is_not_recognised() -> Patch:
    """The log is not asked whether a transaction was taken before."""
    return stand_in(transactions, "logged", lambda _connection, _ids: {})


@mutant
def a_refused_transaction_is_written_all_the_same() -> Patch:
    """What it had staged when it was refused is kept."""

    def kept(original: Any) -> Any:
        def apply(self: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return original(self, *args, **kwargs)
            except TransactionRefusedError:
                self._workspace.keep()
                raise

        return apply

    return replaced(merging.Merging, "apply", kept)


@mutant
def needs_are_not_asked_for() -> Patch:
    """A transaction is judged although one that it needs was refused."""

    def careless(original: Any) -> Any:
        def judge(self: Any, transaction: Any) -> Any:
            return original(self, msgspec.structs.replace(transaction, needs=()))

        return judge

    return replaced(push.Batch, "_judge", careless)


@mutant
def a_stamp_is_not_clamped() -> Patch:
    """A clock that is ahead is believed."""
    return stand_in(merging, "effective", lambda stamp, _offset, _now: (stamp, False))


@mutant
def rights_are_judged_on_pull_only() -> Patch:
    """Whoever writes may."""
    stack = ExitStack()
    for name in ("_may_write", "_may_write_in"):
        stack.enter_context(stand_in(Authority, name, lambda *_: True))
    return stack


@mutant
def a_conflict_is_not_recorded() -> Patch:
    """The losing value is dropped."""
    return stand_in(conflicts.Conflicts, "_open", lambda *_: None)


@mutant
def a_conflict_is_closed_by_anybody() -> Patch:
    """An edit closes a conflict that its author had not seen."""

    def blind(original: Any) -> Any:
        return lambda self, field, witness, after: original(self, field, msgspec.structs.replace(witness, seen=1 << 60), after)

    return replaced(conflicts.Conflicts, "_settle", blind)


@mutant
def a_conflict_keeps_only_two_values() -> Patch:
    """A third value pushes the first out."""

    def short(original: Any) -> Any:
        def put(entries: Any, entry: Any, *, apart: bool = False, told: bool = False) -> int:
            if len(entries) >= 2 and all(each.device != entry.device for each in entries):
                del entries[0]
            return int(original(entries, entry, apart=apart, told=told))

        return put

    return replaced(conflicts, "put_entry", short)


@mutant
def the_later_stamp_wins_without_a_word() -> Patch:
    """Everybody counts as having seen everything."""
    return stand_in(settle.Witness, "has_seen", lambda _self, _mark: True)


@mutant
def a_set_loses_what_was_added_unseen() -> Patch:
    """A remove takes every add."""

    def greedy(original: Any) -> Any:
        def set_(standing: Any, draft: Any, spec: Any, edit: Any, witness: Any) -> None:
            original(standing, draft, spec, edit, msgspec.structs.replace(witness, seen=1 << 60))

        return set_

    return patch.dict(settle.SETTLE, {Policy.SET: greedy(settle._set)})


@mutant
def sums_are_not_worked_out() -> Patch:
    """A draft's sums stay as they were when somebody adds a line."""
    return stand_in(quote_totals.Sums, "work_out", lambda _self, _quotes=None: None)


@mutant
def a_text_loses_one_side() -> Patch:
    """The later text replaces the other."""
    return stand_in(settle, "merge_text", lambda _base, _ours, theirs: MergedText(theirs, clashed=False))


@mutant
def a_text_that_clashes_keeps_one_side() -> Patch:
    """Lines that two wrote at one place: one of them stands."""

    def one_sided(original: Any) -> Any:
        def merged(base: str, ours: str, theirs: str) -> MergedText:
            both: MergedText = original(base, ours, theirs)
            return MergedText(ours, clashed=False) if both.clashed else both

        return merged

    return replaced(settle, "merge_text", one_sided)


@mutant
def a_delete_beats_an_edit_it_had_not_seen() -> Patch:
    """Nobody asks what was written meanwhile."""
    return stand_in(merge, "every_mark", lambda _record: [])


@mutant
def work_below_a_deleted_customer_is_buried() -> Patch:
    """Nothing brings the customer back."""
    return stand_in(merging.Merging, "_revive_parents", lambda *_: None)


@mutant
def a_tombstone_is_dropped_early() -> Patch:
    """A deleted record is no longer in the feed."""

    def forgetful(original: Any) -> Any:
        def rows_of(connection: Any, part: Any, index: int, kinds: Any) -> None:
            original(connection, part, index, kinds)
            for laid in kinds.values():
                laid.rows[:] = [row for row in laid.rows if not row[4]]

        return rows_of

    return replaced(change_feed, "rows_of", forgetful)


@mutant
def a_page_ends_within_a_rev() -> Patch:
    """What one transaction wrote is cut at the page's size, and the cursor says that all of it was sent."""

    def cut(original: Any) -> Any:
        def rows_of(connection: Any, part: Any, index: int, kinds: Any) -> None:
            before = {kind: len(laid.rows) for kind, laid in kinds.items()}
            original(connection, part, index, kinds)
            for kind, laid in kinds.items():
                if not part.whole and len(laid.rows) - before.get(kind, 0) > 2:
                    del laid.rows[-1]

        return rows_of

    return replaced(change_feed, "rows_of", cut)


@mutant
def a_cursor_runs_ahead() -> Patch:
    """The cursor names a rev that has not been given."""

    def hasty(original: Any) -> Any:
        def take(self: Any, part: Any) -> None:
            original(self, part)
            if self.revs[part.scope] == self._head:
                self.revs[part.scope] += 1

        return take

    def believing(original: Any) -> Any:
        def read(cursor: str, standing: Any, held: int) -> Any:
            return original(cursor, standing._replace(head=standing.head + 1), held)

        return read

    stack = ExitStack()
    stack.enter_context(replaced(pull._Page, "_take", hasty))
    stack.enter_context(replaced(cursors, "read", believing))
    return stack


@mutant
def a_restore_brings_back_who_was_erased() -> Patch:
    """The ledger is not applied."""
    return stand_in(Eraser, "apply", lambda _self, _connection: 0)


@mutant
def a_moved_customer_stays_on_the_phone() -> Patch:
    """Nobody is told that a root left."""
    return stand_in(change_feed, "roots_that_left", lambda *_: [])


@mutant
def a_moved_customer_leaves_its_records_behind() -> Patch:
    """Only the customer itself goes to the new territory."""
    return stand_in(workspace.Workspace, "stage_move_of_root", lambda *_: None)


@mutant
def a_new_scope_is_not_filled() -> Patch:
    """A scope that is new to a device begins at the feed's end."""

    def late(original: Any) -> Any:
        def fill(self: Any, room: int) -> None:
            if any(self.revs.values()):
                self.revs = {scope: rev or self._head for scope, rev in self.revs.items()}
            original(self, room)

        return fill

    return replaced(pull._Page, "fill", late)


@mutant
def everybody_receives_every_territory() -> Patch:
    """Scopes are not asked on pull."""
    asked = "SELECT DISTINCT scope FROM record_meta"

    def all_of_them(original: Any) -> Any:
        def readable(connection: Any, device: Any, now: int) -> tuple[str, ...]:
            held = original(connection, device, now)
            every = connection.exec_driver_sql(asked).scalars()
            return (*held, *(scope for scope in sorted(every) if scope not in held and scope.startswith("territory:")))

        return readable

    return replaced(scopes, "readable", all_of_them)
