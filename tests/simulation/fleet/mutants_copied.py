"""Planted bugs around phones that were restored from a copy of themselves, on both sides."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from mobile_app.data.kept import Kept
from sync_server.storage import transactions
from tests.simulation.fleet.mutants import mutant, replaced, stand_in

Patch = AbstractContextManager[object]


@mutant
def a_seq_that_was_used_is_taken_again() -> Patch:
    """A copied phone is not found out, and goes on as the device that it was."""
    return stand_in(transactions, "owners_of_seqs", lambda *_: {})


@mutant
def who_becomes_another_device_leaves_its_work_behind() -> Patch:
    """What was waiting stays with the device that it was."""

    def leaving(original: Any) -> Any:
        def enrolled_anew(self: Any, session: Any) -> None:
            original(self, session)
            self._vault.outbox.delete([row.txn for row in self._vault.outbox.rows("waiting")])

        return enrolled_anew

    return replaced(Kept, "_enrolled_anew", leaving)
