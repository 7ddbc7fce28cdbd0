"""What a screen shows: the server's newest version with the outbox's changes on top, through the server's own merge."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.sync.change import Change, Epoch
from shared.sync.merge import Home, Merged, Witness, merge_change
from shared.sync.policy import KindSpec
from shared.sync.record import Mark, Record

UNSENT = 1 << 40
"""A seq higher than any that was given: an unsent change has seen all that its device sent before."""

PROVISIONAL = 1 << 52
"""The rev of what the server has not answered yet: above every real one, so that no base claims to have seen it."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A change in the outbox: ``seq`` is its device_seq, or UNSENT plus its place in the outbox."""

    change: Change
    seq: int


def overlay(record: Record | None, pending: Iterable[Pending], spec: KindSpec, device: str, epoch: Epoch) -> Record | None:
    """Show ``record`` as it will be once the server has taken ``pending`` (in the outbox's order).

    A change that the merge refuses is left out: the server will refuse it too, and say so.
    """
    for item in pending:
        record = lay(record, item, spec, device, epoch).record
    return record


def lay(record: Record | None, item: Pending, spec: KindSpec, device: str, epoch: Epoch) -> Merged:
    """Lay one pending change over ``record`` and say what became of it; a refused one leaves the record as it was."""
    witness = Witness(Mark(item.change.stamp, device, PROVISIONAL, item.seq), epoch.seen(item.change.base))
    home = Home(parent_of(spec, item.change), record.scope if record else "")
    return merge_change(record, item.change, witness, spec, home)


def parent_of(spec: KindSpec, change: Change) -> str:
    """Give the root that a create names: its account, or itself."""
    edit = change.fields.get(spec.parent) if spec.parent else None
    return str(edit.to) if edit is not None and edit.to is not None else change.id
