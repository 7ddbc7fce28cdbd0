"""Planted bugs of what goes together."""

from __future__ import annotations

from contextlib import AbstractContextManager

import shared.sync.settle
from tests.simulation.fleet.mutants import mutant, stand_in

Patch = AbstractContextManager[object]


@mutant
def an_arrival_is_mixed_from_two() -> Patch:
    """Each fact is settled by itself."""
    return stand_in(shared.sync.settle, "_led", lambda *_: None)
