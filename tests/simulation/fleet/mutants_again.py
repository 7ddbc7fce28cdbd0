"""Planted bugs of questions about what was deleted, and of refused work that goes again."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from mobile_app.data import again
from shared.sync.merge import Witness
from sync_server.services.conflicts import Conflicts
from tests.simulation.fleet.mutants import mutant, replaced, stand_in

Patch = AbstractContextManager[object]


@mutant
def a_delete_settles_what_its_author_had_not_seen() -> Patch:
    """Whatever was asked about the record is settled when it goes."""

    def blind(original: Any) -> Any:
        def drop(self: Any, field: str, witness: Witness, after: Any) -> None:
            original(self, field, Witness(witness.mark, witness.mark.rev), after)

        return drop

    return replaced(Conflicts, "_drop", blind)


@mutant
def a_delete_settles_nothing() -> Patch:
    """What was asked about the record stays open, and nobody can answer it."""
    return stand_in(Conflicts, "_drop", lambda *_: None)


@mutant
def a_retry_leaves_out_what_nobody_wrote_since() -> Patch:
    """All that was refused counts as written anew."""

    def everything(_parts: Any, item: Any) -> set[tuple[str, str]]:
        return {(change.id, name) for change in item.entry.transaction.changes for name in change.fields}

    return stand_in(again, "_written_since", everything)
