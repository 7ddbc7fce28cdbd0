"""What the working set is made of: each record as it is shown, after the outbox's changes were laid over it."""

from __future__ import annotations

import msgspec

from shared.models.registry import KINDS
from shared.sync.change import Change
from shared.sync.record import Record


class PendingField(msgspec.Struct, frozen=True, gc=False):
    """A field that a change in the outbox wrote (``*``: the whole record), and the rev that its author had seen."""

    field: str
    base: int
    txn: str


class Laid(msgspec.Struct, frozen=True, gc=False):
    """A record with the overlay; ``rev`` is the newest that the server has said of it (0: nothing yet)."""

    record: Record
    rev: int
    pending: tuple[PendingField, ...] = ()

    @property
    def parent(self) -> str:
        """The record without which this one is not shown: a line's quote, everything's account; '' for none."""
        spec = KINDS.get(self.record.kind)
        if spec is None:  # a newer server's kind: known of, never shown
            return ""
        if spec.owner is not None:
            return str(self.record.value(spec.owner[0]) or self.record.root)
        return "" if spec.parent is None else self.record.root


def touched(change: Change, txn: str) -> tuple[PendingField, ...]:
    """Say which fields a pending change wrote."""
    base = change.base.rev if change.base is not None else 0
    return tuple(PendingField(name, base, txn) for name in change.fields or ("*",))
