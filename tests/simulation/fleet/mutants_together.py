"""Planted bugs of what goes together, and of what two lost epochs had."""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest.mock import patch

import shared.sync.healing
import shared.sync.settle
from shared.sync.change import Epoch
from tests.simulation.fleet.mutants import mutant

Patch = AbstractContextManager[object]


@mutant
def an_arrival_is_mixed_from_two() -> Patch:
    """Each fact is settled by itself."""
    return patch.object(shared.sync.settle, "_led", lambda *_: None)


@mutant
def lost_epochs_are_one_row_of_numbers() -> Patch:
    """Whoever had seen a rev had seen all lower ones, also those that a restore had taken away before."""
    return patch.object(Epoch, "showed", lambda _, rev, seen: 0 < rev <= seen)


@mutant
def what_a_backup_held_is_given_back_as_well() -> Patch:
    """A phone gives back what it was given since an older restore, whether or not the newer one lost it."""
    return patch.object(Epoch, "outlived", lambda *_: False)


@mutant
def what_was_taken_off_comes_back_with_a_record() -> Patch:
    """A record that somebody held in a lost epoch brings members that were taken off there later."""
    return patch.object(shared.sync.healing, "was_removed", lambda *_: False)
