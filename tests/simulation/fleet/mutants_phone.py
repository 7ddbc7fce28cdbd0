"""Planted bugs of the phone: vault, outbox, overlay, and what a page does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import msgspec

from mobile_app.data import outbox, vault_outbox
from mobile_app.data.answers import Answers
from mobile_app.data.feed import Feed
from mobile_app.data.journal import Journal
from mobile_app.data.position import Position
from mobile_app.data.purge import Purge, Purged
from mobile_app.data.vault import Vault
from mobile_app.data.vault_tables import RecordTable
from mobile_app.data.working_set import WorkingSet
from mobile_app.data.writing import Writing
from shared.errors import DiskFull
from shared.sync.change import Base
from tests.simulation.fleet.mutants import mutant, replaced, stand_in

Patch = AbstractContextManager[object]


@mutant
def the_cursor_is_saved_before_the_rows() -> Patch:
    """Two commits where there must be one."""

    def hasty(original: Any) -> Any:
        def take(self: Any, page: Any) -> Any:
            if page.asked == self._parts.position.cursor:
                self._parts.position.save_cursor(page.cursor)
            return original(self, page)

        return take

    return replaced(Feed, "take", hasty)


@mutant
def a_full_disk_is_ignored() -> Patch:
    """The person is told that it was saved."""

    def deaf(original: Any) -> Any:
        @contextmanager
        def transaction(self: Any) -> Iterator[None]:
            try:
                with original(self):
                    yield
            except DiskFull:
                return

        return transaction

    return replaced(Vault, "transaction", deaf)


@mutant
def the_screen_keeps_what_the_disk_refused() -> Patch:
    """The working set is not rolled back."""

    def stubborn(_original: Any) -> Any:
        @contextmanager
        def transaction(self: Any) -> Iterator[None]:
            begun = self._connection.begin()
            try:
                yield
            finally:
                begun.commit()

        return transaction

    return replaced(WorkingSet, "transaction", stubborn)


@mutant
def a_base_is_taken_when_the_form_is_saved() -> Patch:
    """What arrived while the form was open counts as seen."""

    def late(original: Any) -> Any:
        def perform(self: Any, make: Any) -> Any:
            def made(at: Any) -> Any:
                draft = make(at)
                rev = self._parts.position.settled
                edits = tuple(edit if edit.base is None else replace(edit, base=Base(edit.base.epoch, rev)) for edit in draft.edits)
                return replace(draft, edits=edits)

            return original(self, made)

        return perform

    return replaced(Writing, "perform", late)


@mutant
def the_newest_is_sent_first() -> Patch:
    """The outbox is emptied from its end."""

    def reversed_(original: Any) -> Any:
        return lambda self, most: original(self, most)[::-1]

    return replaced(Answers, "_oldest", reversed_)


@mutant
def the_counter_of_seqs_is_not_kept() -> Patch:
    """After a start the numbers begin where they began before."""
    return stand_in(Position, "save_seq", lambda _self, _seq: None)


@mutant
def what_a_refused_one_holds_is_sent() -> Patch:
    """Dependents of a refused transaction go on, and nobody asks for their needs on the way."""
    stack = ExitStack()
    stack.enter_context(stand_in(Answers, "_spread", lambda *_: None))
    stack.enter_context(stand_in(outbox.Outbox, "needs", lambda *_: ()))
    return stack


@mutant
def a_refused_change_stays_on_the_screen() -> Patch:
    """The overlay shows what the server will never take."""
    return stand_in(outbox, "SHOWN", frozenset({*outbox.SHOWN, "refused", "held"}))


@mutant
def an_acknowledged_change_is_hidden_before_it_is_pulled() -> Patch:
    """It leaves the overlay with the answer."""

    def hasty(original: Any) -> Any:
        def acknowledge(self: Any, answer: Any) -> Any:
            ids = original(self, answer)
            gone = [item for item in self._parts.outbox if item.state == "acked"]
            self._parts.outbox.drop(item.txn for item in gone)
            return [*ids, *(id_ for item in gone for id_ in item.ids)]

        return acknowledge

    return replaced(Answers, "acknowledge", hasty)


@mutant
def an_acknowledged_change_is_not_journalled() -> Patch:
    """It leaves the outbox and nothing remembers it until it is pulled."""

    def forgetful(_original: Any) -> Any:
        return lambda self, taken: self._vault.outbox.delete([item.txn for item, _ in taken])

    return replaced(Journal, "add", forgetful)


@mutant
def a_retry_leaves_the_old_one() -> Patch:
    """The refused transaction stays beside its successor, and is sent again after a start."""

    def doubling(original: Any) -> Any:
        def retry(self: Any, txn: str, fixes: Any, form: str = "") -> Any:
            with stand_in(vault_outbox.OutboxTable, "delete", lambda *_: 0):
                ids = original(self, txn, fixes, form)
            self._parts.vault.outbox.set_state([txn], "waiting")
            return ids

        return retry

    return replaced(Answers, "retry", doubling)


@mutant
def what_was_written_about_somebody_erased_stays() -> Patch:
    """Only the record itself goes."""
    return stand_in(Purge, "of", lambda _self, _erased: Purged())


@mutant
def nobody_asks_who_was_erased() -> Patch:
    """Only the feed and refusals tell of an erasure: whoever lost the territory hears of none."""
    return stand_in(Purge, "absent", lambda _self: [])


@mutant
def what_leaves_takes_unsent_work_along() -> Patch:
    """The outbox loses what was written about a customer that left."""

    def greedy(original: Any) -> Any:
        def take(self: Any, page: Any) -> Any:
            gone = set(self._parts.working_set.ids(roots=page.left, scopes=page.lost_scopes)) if page.left or page.lost_scopes else set()
            found = original(self, page)
            lost = [item.txn for item in self._parts.outbox if gone & set(item.ids) and item.state != "acked"]
            self._parts.vault.outbox.delete(lost)
            self._parts.outbox.drop(lost)
            return found

        return take

    return replaced(Feed, "take", greedy)


@mutant
def a_lost_territory_stays_on_the_phone() -> Patch:
    """Scopes that were taken away are not dropped."""

    def keeping(original: Any) -> Any:
        return lambda self, page, *rest: original(self, msgspec.structs.replace(page, lost_scopes=[]), *rest)

    return replaced(Feed, "_left", keeping)


@mutant
def a_record_is_never_brought_up_to_date() -> Patch:
    """What is here already is not replaced by a higher rev."""

    def proud(original: Any) -> Any:
        return lambda self, ids: dict.fromkeys(original(self, ids), 1 << 60)

    return replaced(RecordTable, "revs", proud)


@mutant
def a_child_shows_without_its_parent() -> Patch:
    """Only a record's own deletion hides it."""

    def blind(_original: Any) -> Any:
        return lambda _self, laid: {id_: item.record.live for id_, item in laid.items() if item is not None}

    return replaced(WorkingSet, "_visible", blind)
