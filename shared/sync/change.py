"""What a device says: changes of fields against a base, grouped into transactions (PROTOCOL 1 to 5)."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from shared.sync.policy import Value

Op = Literal["create", "update", "delete"]


class Base(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the author saw: the rev shown when the form opened, and the epoch that gave it."""

    epoch: str
    rev: int


class Edit(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What a person did to one field: from ``was`` to ``to``; for a set what was added and removed.

    ``was`` is needed by ``text`` (the base of the three-way merge) and ``state`` (the state that was seen).
    """

    to: Value = None
    was: Value = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One record's part of a transaction. ``base`` is absent where nothing was there to be seen."""

    kind: str
    id: str
    op: Op
    stamp: int
    fields: dict[str, Edit] = {}
    base: Base | None = None


class Whole(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record as its device holds it, at the ``rev`` that it was given, for a server that remembers nothing of it but its id."""

    kind: str
    id: str
    rev: int
    fields: dict[str, Value]


class Transaction(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The changes of one action of a person, applied all or nothing.

    ``id`` is the idempotency key, ``seq`` the device's own order (given at first send, then frozen), ``needs`` the
    pending transactions without which this one makes no sense. ``whole`` is the answer to ``need_full``: what the device still holds of
    the records that were asked for. ``purged``: it said more, about somebody who was erased since, or gave a quote another number.
    """

    id: str
    changes: tuple[Change, ...]
    needs: tuple[str, ...] = ()
    seq: int = 0
    whole: tuple[Whole, ...] | None = None
    purged: bool = False


class Epoch(msgspec.Struct, frozen=True, omit_defaults=True):
    """A life of the server's store; a restored backup begins a new one that knows where it forked (PROTOCOL 19).

    ``fork`` is the highest rev that it shares with its ``parent``, ``start`` is above every rev that any earlier epoch gave: the epoch's
    own revs are higher. ``older`` names the other epochs that were lost, each with the highest rev that is shared with it. ``before`` are
    the restores before the one that began it, in their order, each with its ``start`` and ``fork``.
    """

    id: str
    parent: str = ""
    fork: int = 0
    start: int = 0
    older: dict[str, int] = {}
    before: tuple[tuple[int, int], ...] = ()

    def seen(self, base: Base | None) -> int:
        """Give the highest rev of this epoch that the holder of ``base`` has surely seen; 0 for none."""
        if base is None:
            return 0
        return base.rev if base.epoch == self.id else min(base.rev, self.shared(base.epoch))

    def lost(self, rev: int, epoch: str) -> bool:
        """Say whether ``rev``, which whoever still lives in another ``epoch`` was given there or since, is not in this one."""
        return self.shared(epoch) < rev < self.start and not self.outlived(rev)

    def outlived(self, rev: int) -> bool:
        """Say whether each restore since ``rev`` was to a backup that held it; False where only the last one is known."""
        return bool(self.before) and self._reached(rev, self.fork)

    def shared(self, epoch: str) -> int:
        """Give the highest rev that this epoch has in common with another one; 0 for one that it does not know."""
        return self.fork if epoch == self.parent else self.older.get(epoch, 0)

    def showed(self, rev: int, seen: int) -> bool:
        """Say whether whoever had seen all up to ``seen`` in a lost epoch had seen ``rev``: not what an earlier restore had taken away."""
        return 0 < rev <= seen and self._reached(rev, seen)

    def _reached(self, rev: int, seen: int) -> bool:
        """Follow the epochs back from the one that gave ``seen``: restores are a tree, a backup may be older than the last restore."""
        for start, fork in reversed(self.before):
            if rev >= start:
                break
            if start <= seen:
                seen = min(seen, fork)
        return rev <= seen

    def latest(self, revs: Sequence[int]) -> int:
        """Give the latest of ``revs`` in a lost epoch that knew all of them; 0 for none: who had seen it need not have seen the others."""
        last = max(revs, default=0)
        return last if all(self.showed(rev, last) for rev in revs) else 0


FIRST: Final = Epoch("")
"""An epoch of which nothing is known but that nothing was lost before it."""
