"""A record as both sides keep it: stored values, and who wrote each of them last."""

from typing import Final

import msgspec

from shared.sync.clock import Stamp
from shared.sync.policy import WHOLE_RECORD, Value

LIVE, DELETED, ERASED = 0, 1, 2


RECOVERED = "+"
"""The field name under which a record tells that a device gave it back after a loss: by whom, when, and its rev in the lost epoch."""


TOLD: Final = -1
"""What the author of a lost write had seen, where only a record tells of it."""
BELOW: Final = -2
"""The same, of a record that lives because a lost epoch had something below it: nobody decided so there."""


REMOVED: Final = "\x01"
"""Before a member's identity in ``adds``: a lost epoch had it removed, by whom, and what she had seen of it there."""


class Mark(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Who wrote a field last: the hybrid ``stamp``, the ``device`` (its short code), the ``rev`` and the device's ``seq``.

    ``lost`` is the rev that the same write had in an epoch that was lost, 0 for one that was made in this epoch. ``beside`` is the rev of
    what somebody else had added alike before, unseen by this one: a member of a set that several added is seen only by who saw both. Of a
    deletion it is the rev of another one, in a lost epoch. ``knew`` is how much of the lost epoch the author of a lost write had seen: its
    base there; TOLD and BELOW say that nobody asked her.
    """

    stamp: int
    device: str
    rev: int
    seq: int = 0
    lost: int = 0
    beside: int = 0
    knew: int = 0

    @property
    def when(self) -> Stamp:
        """The mark's place in hybrid time."""
        return Stamp(self.stamp, self.device)


class Record(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One record at one rev.

    ``mark`` is who wrote the record as a whole, ``marks`` the fields that were written after that; ``adds`` says of each
    member of a set who added it last, by the member's identity; behind REMOVED, who removed it in a lost epoch. ``deleted`` is LIVE,
    DELETED or ERASED.
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
    def lost_removal(self) -> int:
        """The rev of its deletion in a lost epoch, whether or not it was deleted in this one too; 0 for none."""
        return 0 if self.live else self.removal.lost or self.removal.beside

    def deleted_too(self, lost: int) -> "Record":
        """Give this deleted record as one that a lost epoch had deleted as well, at the rev ``lost``."""
        removal = self.removal
        if removal.lost or removal.beside >= lost:
            return self
        return msgspec.structs.replace(self, marks=self.marks | {WHOLE_RECORD: msgspec.structs.replace(removal, beside=lost)})

    def only_below(self) -> "Record":
        """Give this record as one that lives for what a lost epoch had below it."""
        return msgspec.structs.replace(self, marks=self.marks | {WHOLE_RECORD: msgspec.structs.replace(self.removal, knew=BELOW)})

    @property
    def live(self) -> bool:
        """True unless the record was deleted or erased."""
        return self.deleted == LIVE

    def value(self, field: str) -> Value:
        """Give the stored value of ``field``; ``None`` where it has none."""
        return self.fields.get(field)

    def newest_mark(self) -> Mark:
        """Give the latest mark of any field."""
        return max(every_mark(self), key=lambda mark: mark.rev)


def every_mark(record: Record) -> list[Mark]:
    """Give the marks of all that is in a record: what a deletion must have seen."""
    marks = [record.mark, *record.marks.values()]
    for members in record.adds.values():
        marks += members.values()
    return marks
