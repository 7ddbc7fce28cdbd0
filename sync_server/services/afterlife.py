"""Deletions of a lost epoch that come back: what the lost epoch had below a record later than its deletion spares the record."""

from typing import Final

from shared.models.registry import KINDS, ROOT
from shared.sync.change import Change, Epoch
from shared.sync.merge import Merged
from shared.sync.policy import WHOLE_RECORD
from shared.sync.record import Mark, Record, every_mark
from shared.sync.settle import Clash, Side, Witness
from sync_server.services.conflicts import SERVER_DEVICE
from sync_server.services.workspace import Workspace

_ABOVE: Final = frozenset({ROOT, *(spec.owner[1] for spec in KINDS.values() if spec.owner is not None)})
"""The kinds that something is below."""


def spared(workspace: Workspace, standing: Record | None, change: Change, witness: Witness) -> Merged | None:
    """Keep a record alive, with a question, that the lost epoch brought back after this deletion; None for any other change.

    Whoever wrote below it later brought it back there. Where her phone came first the record was alive, and nothing on it tells.
    """
    lost = witness.mark.lost
    if standing is None or not lost or change.op != "delete" or not standing.live or standing.kind not in _ABOVE:
        return None
    newest = later_below(workspace, standing, lost, witness.epoch)
    if newest is None:
        return None
    return Merged(standing, "conflict", (Clash(WHOLE_RECORD, Side("live", newest), Side("deleted", witness.mark)),))


def later_below(workspace: Workspace, standing: Record, lost: int, epoch: Epoch) -> Mark | None:
    """Give who wrote last below a record in a lost epoch, unseen at its rev ``lost``; the server itself brings nothing back."""
    below = (each for each in workspace.under([standing.root]) if each.live and any(p.id == standing.id for p in workspace.above(each)))
    marks = (mark for each in below for mark in every_mark(each) if mark.lost and mark.device != SERVER_DEVICE)
    later = (mark for mark in marks if not epoch.showed(mark.lost, lost))
    return max(later, key=lambda mark: mark.lost, default=None)
