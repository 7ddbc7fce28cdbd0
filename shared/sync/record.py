"""A record as both sides keep it: stored values, and who wrote each of them last."""

import msgspec

from shared.sync.clock import Stamp
from shared.sync.policy import WHOLE_RECORD, Value

LIVE, DELETED, ERASED = 0, 1, 2


RECOVERED = "+"
"""The field name under which a record tells that a device gave it back after a loss: by whom, when, and its rev in the lost epoch."""


class Mark(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Who wrote a field last: the hybrid ``stamp``, the ``device`` (its short code), the ``rev`` and the device's ``seq``.

    ``lost`` is the rev that the same write had in an epoch that was lost, 0 for one that was made in this epoch. ``beside`` is the rev of
    what somebody else had added alike before, unseen by this one: a member of a set that several added is seen only by who saw both.
    """

    stamp: int
    device: str
    rev: int
    seq: int = 0
    lost: int = 0
    beside: int = 0

    @property
    def when(self) -> Stamp:
        """The mark's place in hybrid time."""
        return Stamp(self.stamp, self.device)


class Record(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One record at one rev.

    ``mark`` is who wrote the record as a whole, ``marks`` the fields that were written after that; ``adds`` says of each
    member of a set who added it last, by the member's identity. ``deleted`` is LIVE, DELETED or ERASED.
    """

    kind: str
    id: str
    root: str
    scope: str
    rev: int
    mark: Mark
    fields: dict[str, Value]
    deleted: int = LIVE
    marks: dict[str, Mark] = {}
    adds: dict[str, dict[str, Mark]] = {}

    def mark_of(self, field: str) -> Mark:
        """Say who wrote ``field`` last."""
        return self.marks.get(field, self.mark)

    @property
    def removal(self) -> Mark:
        """Who deleted the record (or wrote it last, if nobody did)."""
        return self.mark_of(WHOLE_RECORD)

    @property
    def live(self) -> bool:
        """True unless the record was deleted or erased."""
        return self.deleted == LIVE

    def value(self, field: str) -> Value:
        """Give the stored value of ``field``; ``None`` where it has none."""
        return self.fields.get(field)

    def newest_mark(self) -> Mark:
        """Give the latest mark of any field: what a deletion must have seen."""
        candidates = [self.mark, *self.marks.values()]
        candidates += [mark for members in self.adds.values() for mark in members.values()]
        return max(candidates, key=lambda mark: mark.rev)
