"""Planted bugs of what comes back after a restore, and of what goes together."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

import shared.sync.healing
from shared.sync.settle import Witness
from tests.simulation.fleet.mutants import mutant, replaced

Patch = AbstractContextManager[object]


@mutant
def of_two_lost_writes_the_later_has_seen_the_earlier() -> Patch:
    """What a lost epoch had asked about is decided by the order of its revs."""

    def blind(original: Any) -> Any:
        return lambda self, mark: original(self, mark) or 0 < mark.lost < self.mark.lost

    stack = ExitStack()
    stack.enter_context(replaced(Witness, "has_seen", blind))
    stack.enter_context(patch.object(shared.sync.healing, "_is_late", lambda here, mark, _spec: here.lost >= mark.lost))
    return stack


@mutant
def an_arrival_is_mixed_from_two() -> Patch:
    """Each fact is settled by itself."""
    return patch.object(shared.sync.settle, "_led", lambda *_: None)
