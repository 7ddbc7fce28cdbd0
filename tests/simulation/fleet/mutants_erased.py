"""Planted bugs around what is left of a transaction when somebody it was about is erased, on both sides."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from mobile_app.data.purge import Purge
from sync_server.services.push import Batch
from tests.simulation.fleet.mutants import mutant, replaced, stand_in

Patch = AbstractContextManager[object]


@mutant
def what_a_purge_left_is_called_another_transaction() -> Patch:
    """The server compares it with what came before the purge, and refuses the whole push."""
    return stand_in(Batch, "_was_purged", lambda *_: False)


@mutant
def a_purge_takes_along_what_was_written_beside() -> Patch:
    """Of an action about two records nothing stays where one is erased."""

    def greedy(original: Any) -> Any:
        def of(self: Any, erased: Any) -> Any:
            found = original(self, erased)
            return replace(found, gone=(*found.gone, *found.left), left=())

        return of

    return replaced(Purge, "of", greedy)
