"""Planted bugs of what goes together, and of what two lost epochs had."""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest.mock import patch

import shared.sync.settle
from shared.sync.change import Epoch
from tests.simulation.fleet.mutants import mutant

Patch = AbstractContextManager[object]


@mutant
def an_arrival_is_mixed_from_two() -> Patch:
    """Each fact is settled by itself."""
    return patch.object(shared.sync.settle, "_led", lambda *_: None)


@mutant
def what_a_backup_held_is_given_back_as_well() -> Patch:
    """A phone gives back what it was given since an older restore, whether or not the newer one lost it."""
    return patch.object(Epoch, "outlived", lambda *_: False)
