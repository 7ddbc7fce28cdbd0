"""The reference log: what persons submitted and what became of it, noted beside the production code and never read from it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mobile_app.data.desk import RecordEdit
from shared.models.registry import KINDS
from shared.sync.policy import Policy

_ADDED_TO = (Policy.TEXT, Policy.SET)
Fate = Literal["accepted", "taken", "lost", "discarded", "replaced", "wiped"]
"""``lost`` with an epoch, so far: a phone's journal must bring it back."""


@dataclass(eq=False, slots=True)
class Submission:
    """One action that a device said it had saved. ``order`` counts all actions; ``rev`` is the one that the server gave.

    ``edits`` is what is left of it once somebody was erased, ``said`` all that it said.
    """

    txn: str
    device: str
    order: int
    said: tuple[RecordEdit, ...]
    edits: tuple[RecordEdit, ...]
    fate: Fate = "accepted"
    rev: int = 0
    lost: list[tuple[int, int]] = field(default_factory=list)
    """The revs that lost epochs had given, each with the start of the epoch that began without it."""

    def seen_at(self, rev: int) -> bool:
        """Whether a record shown at ``rev`` showed what this had written."""
        return 0 < self.rev <= rev or any(given <= rev < gone for given, gone in self.lost)

    @property
    def created(self) -> set[str]:
        """The records that it makes."""
        return {edit.id for edit in self.edits if edit.op == "create"}

    @property
    def mentioned(self) -> set[str]:
        """The records that it writes or names."""
        return {id_ for edit in self.edits for id_ in _mentioned(edit)}


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that must never happen, and of which kind."""

    oracle: str
    what: str


@dataclass
class Ledger:
    """All of one seed."""

    by_txn: dict[str, Submission] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    """How often each kind of fault struck."""
    buried: set[str] = field(default_factory=set)
    """Records that were erased, and what would have been made below them."""
    given_back: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """By record, at which revs somebody gave it back, and as of which rev of a lost epoch."""
    forgotten: set[str] = field(default_factory=set)
    """What had been taken and changed nothing, and of which no backup knows: it may be taken again."""
    restored: bool = False
    """Whether a backup was restored: what stands then is judged at the end only."""
    _count: int = 0

    def attempt(self, device: str, edits: Iterable[RecordEdit]) -> Submission:
        """Note an action that is about to be saved."""
        self._count += 1
        said = tuple(edits)
        return Submission("", device, self._count, said, said)

    def accept(self, submission: Submission, txn: str) -> None:
        """The device said that it was saved."""
        submission.txn = txn
        self.by_txn[txn] = submission
        self.bury(())

    def replace(self, old: Sequence[str], fresh: Sequence[tuple[str, tuple[RecordEdit, ...]]], device: str) -> None:
        """What was refused was put back as new transactions. Only what the same phone wrote anew since may be missing from them."""
        there = {part for _, edits in fresh for part in _parts(edits)}
        known = [each for each in self.of_device(device) if each.fate in ("accepted", "taken", "lost")]
        for name in old:
            before = self.by_txn[name]
            since = {part for each in known if each.order > before.order and each.txn not in old for part in _parts(each.said)}
            for kind, id_, what in _parts(before.edits) - there:
                spec = KINDS[kind].fields.get(what)
                anew = (kind, id_, what) in since or (spec is not None and (kind, id_, spec.beside) in since)
                if not anew or spec is None or spec.policy in _ADDED_TO:
                    self.blame("lost", f"{device}: {what} of {kind} {id_} did not go again with what was refused")
            before.fate = "replaced"
        for txn, edits in fresh:
            self.accept(self.attempt(device, edits), txn)

    def discard(self, txns: Iterable[str]) -> None:
        """A person gave these up."""
        for txn in txns:
            self.by_txn[txn].fate = "discarded"

    def bury(self, ids: Iterable[str]) -> None:
        """These were erased: whatever was written about them goes, sent or not, and what was written beside it stays."""
        known = -1
        self.buried |= set(ids)
        while self.buried and len(self.buried) > known:
            known = len(self.buried)
            for each in self.by_txn.values():
                if not self.buried.isdisjoint(each.mentioned):
                    rest = tuple(edit for edit in each.edits if self.buried.isdisjoint(_mentioned(edit)))
                    self.buried |= {edit.id for edit in each.edits if edit.op == "create" and edit not in rest}
                    each.edits = rest

    def is_buried(self, submission: Submission) -> bool:
        """Whether it told of somebody who was erased, and of nobody else."""
        return bool(submission.said) and not submission.edits

    def blame(self, oracle: str, what: str) -> None:
        """Note what went wrong."""
        self.broken.append(Broken(oracle, what))

    def has_seen(self, later: Submission, edit: RecordEdit, by: Submission) -> bool:
        """Whether the author of ``edit``, a part of ``later``, knew what ``by`` had written.

        The same phone did, or its rev in that epoch was shown, or the record was as somebody had given it back with it.
        """
        if later.device == by.device:
            return later.order > by.order
        if edit.base is None:
            return False
        seen = edit.base.rev
        return by.seen_at(seen) or any(back <= seen and by.seen_at(lost) for back, lost in self.given_back.get(edit.id, ()))

    def of_device(self, device: str) -> list[Submission]:
        """What one device saved, in order."""
        return [each for each in self.by_txn.values() if each.device == device]


def _parts(edits: Iterable[RecordEdit]) -> set[tuple[str, str, str]]:
    """Everything that edits say: the fields by kind and record, and that it is made, deleted or kept."""
    return {(edit.kind, edit.id, what) for edit in edits for what in (*edit.fields, *_of_all(edit))}


def _of_all(edit: RecordEdit) -> tuple[str, ...]:
    return () if edit.op == "update" and edit.fields else (edit.op,)


def _mentioned(edit: RecordEdit) -> set[str]:
    return {edit.id} | {change.to for change in edit.fields.values() if isinstance(change.to, str)}
