"""What the server must hold after each push, worked out from what persons submitted: a small merge of its own, in no way production's.

Values are unique wherever a person can type them, so that each can be followed. A writer has *seen* a value if its form was opened at a
rev at or above the one that brought the value, or if the same phone wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mobile_app.data.desk import RecordEdit
from shared.models.registry import KINDS
from shared.rules.numbering import parse_quote_number
from shared.sync.change import Edit
from shared.sync.policy import WHOLE_RECORD, Policy
from tests.simulation.fleet.ledger import Ledger, Submission
from tests.simulation.fleet.stands import NO_DISPUTE, Stand, lines
from tests.simulation.fleet.sums import SUMS

Key = tuple[str, str]
"""A record's id and a field."""


class Writer(NamedTuple):
    """Who wrote a value: the rev that the server gave, and the phone (its name; '' for the office)."""

    rev: int
    device: str


@dataclass
class Truth:
    """The reference. ``names`` gives each device code's phone."""

    ledger: Ledger
    names: dict[str, str]
    cells: dict[Key, Writer] = field(default_factory=dict)
    adds: dict[tuple[str, str, str], list[Writer]] = field(default_factory=dict)
    by_office: set[Key] = field(default_factory=set)
    """Fields in which the office ever wrote."""
    texts: dict[Key, list[Writer]] = field(default_factory=dict)
    """Everyone who wrote in a text: each of its lines has an author."""

    brought_back: dict[str, int] = field(default_factory=dict)
    """By customer, the last action of the push that is judged which wrote below it: that brings back who was deleted before."""

    def forget(self, ids: Collection[str]) -> None:
        """These were deleted so long ago that the server forgot them: what comes back was written by nobody."""
        self.cells = {key: writer for key, writer in self.cells.items() if key[0] not in ids}
        self.texts = {key: writers for key, writers in self.texts.items() if key[0] not in ids}
        self.adds = {key: writers for key, writers in self.adds.items() if key[0] not in ids}

    def part(self, device: str) -> None:
        """From here on this phone is another device: what it wrote before it saw only as others did."""

        def parted(writer: Writer) -> Writer:
            return writer._replace(device=f"{device} of before") if writer.device == device else writer

        self.cells = {key: parted(writer) for key, writer in self.cells.items()}
        self.texts = {key: [parted(each) for each in writers] for key, writers in self.texts.items()}
        self.adds = {key: [parted(each) for each in writers] for key, writers in self.adds.items()}

    def office_wrote(self, id_: str, names: Iterable[str], rev: int) -> None:
        """The office wrote fields; it had seen all."""
        for name in names:
            self.cells[id_, name] = Writer(rev, "")
            self.by_office.add((id_, name))

    def judge(self, device: str, taken: list[Submission], before: dict[str, Stand], after: dict[str, Stand]) -> None:
        """Look at the records that one push touched. ``taken`` are the transactions that took effect in it, in order."""
        writes: dict[str, list[tuple[RecordEdit, Submission]]] = {}
        self.brought_back = {}
        for each in taken:
            written = (after[edit.id] for edit in each.edits if edit.op != "delete" and edit.id in after)
            self.brought_back |= {stand.root: each.order for stand in written}
            for edit in each.edits:
                writes.setdefault(edit.id, []).append((edit, each))
        for id_, edits in writes.items():
            if id_ not in after and all(edit.op == "delete" for edit, _ in edits):
                continue  # deleted by somebody else, so long ago that the server forgot it
            if id_ not in after:
                self.ledger.blame("lost", f"{device}: {edits[0][0].kind} {id_} was taken and is not there")
                continue
            self._judge_record(_Case(self, device, id_, before.get(id_), after[id_], edits))
        for id_, stood in before.items():
            if id_ not in writes and stood.fields != after[id_].fields:
                self.ledger.blame("doubled", f"{device}: {id_} changed though nothing of it was taken now")

    def _judge_record(self, case: _Case) -> None:
        names = list(dict.fromkeys(name for edit, _ in case.edits for name in edit.fields if name not in SUMS))
        case.existence()
        for name in names:
            policy = KINDS[case.edits[0][0].kind].fields[name].policy
            if policy is Policy.TEXT:
                case.text(name)
            elif policy is Policy.SET:
                case.members(name)
            else:
                case.single(name)
        if case.before is not None:
            untouched = case.before.fields.keys() - set(names)
            if changed := [name for name in untouched if case.before.fields[name] != case.after.fields[name]]:
                self.ledger.blame("doubled", f"{case.device}: {changed} of {case.id} changed though nobody wrote them")
        self._note(case, names)

    def _note(self, case: _Case, names: list[str]) -> None:
        """Remember who wrote what stands now."""
        for name in [*names, WHOLE_RECORD]:
            before = case.before
            now = case.after.deleted if name == WHOLE_RECORD else case.after.fields[name]
            was = None if before is None else before.deleted if name == WHOLE_RECORD else before.fields[name]
            writers = [each for edit, each in case.edits if name in edit.fields or (name == WHOLE_RECORD and edit.op == "delete")]
            if writers and (now != was or case.reaffirmed(name)):
                self.cells[case.id, name] = Writer(writers[-1].rev, case.device)
                if name == "note":
                    self.texts.setdefault((case.id, name), []).append(Writer(writers[-1].rev, case.device))


@dataclass
class _Case:
    """One record in one push."""

    truth: Truth
    device: str
    id: str
    before: Stand | None
    after: Stand
    edits: list[tuple[RecordEdit, Submission]]

    def saw(self, edit: RecordEdit, writer: Writer | None) -> bool:
        """Whether an edit's author had seen what ``writer`` wrote."""
        if writer is None or writer.rev == 0:
            return True
        return writer.device == self.device or (edit.base is not None and writer.rev <= edit.base.rev)

    def reaffirmed(self, name: str) -> bool:
        """Whether the last writer had seen what stood and wrote it again."""
        edit = self.edits[-1][0]
        return name in edit.fields and self.saw(edit, self.writer(name))

    def writer(self, name: str) -> Writer | None:
        """Who wrote what stood before; the office, at its rev, where nobody has since the beginning."""
        return self.truth.cells.get((self.id, name))

    def lost(self, what: str) -> None:
        """Blame the server."""
        kind = self.edits[0][0].kind
        self.truth.ledger.blame("lost", f"{self.device} on {kind} {self.id}: {what}")

    def single(self, name: str) -> None:
        """A field with one value: each submitted one stands, was replaced by its own author, or is in the conflict."""
        now, dispute = self.after.fields[name], self.after.dispute(name)
        values = [edit.fields[name].to for edit, _ in self.edits if name in edit.fields]
        for place, value in enumerate(values):
            # Of two revisions of one quote that were made at once the second gets the next number.
            apart = name == "revision" and self.before is None and isinstance(value, int) and now > value
            there = _same(value, now) or dispute.holds(value) or self._renumbered(name, value, now) or apart
            if not (there or place + 1 < len(values)):
                self.lost(f"{name} = {value!r} neither stands nor is in a conflict")
        before = self.before
        if before is None:
            return
        stood, writers = before.fields[name], [edit for edit, _ in self.edits if name in edit.fields]
        known = any(self.saw(edit, self.writer(name)) or (stood is not None and edit.fields[name].was == stood) for edit in writers)
        if not (_same(stood, now) or known or dispute.holds(stood)):
            self.lost(f"{name} = {stood!r} was replaced by somebody who had not seen it")
        self._kept(name, writers, lambda value: _same(value, now) or dispute.holds(value))

    def _renumbered(self, name: str, value: object, now: object) -> bool:
        """Whether a quote has another number because its phone was another device when it was numbered."""
        was, is_now = (parse_quote_number(str(number)) for number in (value, now))
        if name != "number" or was is None or is_now is None or was.device_code == is_now.device_code:
            return False
        return {self.truth.names.get(each.device_code) for each in (was, is_now)} == {self.device}

    def _kept(self, name: str, writers: list[RecordEdit], is_there: Any) -> None:  # noqa: ANN401
        """What an open conflict held is still held, unless somebody who had seen it decided."""
        old = self.before.dispute(name) if self.before is not None else NO_DISPUTE
        if not old.open or any(edit.base is not None and old.rev <= edit.base.rev for edit in writers):
            return
        new = self.after.dispute(name)
        if not new.open and len({str(value) for value, _ in new.entries}) > 1:
            self.lost(f"{name}: the conflict was closed by somebody who had not seen it")
        for value, code in old.entries:
            if code and self.truth.names.get(code) != self.device and not is_there(value):
                self.lost(f"{name}: {value!r} is no longer in the conflict and nobody decided")

    def text(self, name: str) -> None:
        """A text: each added line stands or is in the conflict, and each that went was taken out by somebody who had it before him."""
        now, kept = lines(self.after.fields[name]), self.after.dispute(name).lines
        steps = [edit.fields[name] for edit, _ in self.edits if name in edit.fields]
        removed = {line for step in steps for line in set(lines(step.was)) - set(lines(step.to))}
        for place, step in enumerate(steps):
            later = {line for other in steps[place + 1 :] for line in set(lines(other.was)) - set(lines(other.to))}
            for line in set(lines(step.to)) - set(lines(step.was)) - set(now) - kept - later:
                self.lost(f"{name}: the line {line!r} is gone")
        stood = set(lines(self.before.fields[name])) if self.before is not None else set()
        for line in stood - set(now) - kept - removed:
            self.lost(f"{name}: the line {line!r} went though nobody took it out")
        if twice := [line for line in now if now.count(line) > 1 and not self._chosen_again(name, line, stood)]:
            self.truth.ledger.blame("doubled", f"{self.device}: the line {twice[0]!r} of {name} of {self.id} is there twice")
        writers = [edit for edit, _ in self.edits if name in edit.fields]
        self._kept(name, writers, lambda value: set(lines(value)) <= set(now) | kept | removed)

    def _chosen_again(self, name: str, line: str, stood: set[str]) -> bool:
        """Whether somebody put a line back that another had typed, out of a question, unseen of a third who did so too."""
        for edit, by in self.edits:
            step = edit.fields.get(name)
            if step is not None and line in stood and line in set(lines(step.to)) - set(lines(step.was)):
                first = next((each for each in self.truth.ledger.by_txn.values() if _adds(each, self.id, name, line)), None)
                return first is not by or not line.startswith(f"{by.device} ")
        return False

    def members(self, name: str) -> None:
        """A set: a member stays as long as one add of it has not been seen by somebody who removed it."""
        now = json.loads(self.after.fields[name] or "[]")
        for edit, submission in self.edits:
            change = edit.fields.get(name)
            if change is not None:
                self._follow(name, edit, change, submission)
        for (id_, of, member), adds in self.truth.adds.items():
            if (id_, of) == (self.id, name) and bool(adds) != (member in now):
                said = "was removed by somebody who had not seen it added" if adds else "was removed and is still there"
                self.lost(f"{name}: {member!r} {said}")
                self.truth.adds[id_, of, member] = [] if adds else [Writer(0, "")]

    def _follow(self, name: str, edit: RecordEdit, change: Edit, submission: Submission) -> None:
        for member in change.remove:
            key = (self.id, name, member)
            if all(self.saw(edit, add) for add in self.truth.adds.get(key, [Writer(0, "")])):  # else it stays whole (rule 22)
                self.truth.adds[key] = []
        for member in change.add:
            self.truth.adds.setdefault((self.id, name, member), []).append(Writer(submission.rev, self.device))

    def existence(self) -> None:
        """Deletes: an edit beats a delete that had not seen it; what is decided the other way is in the conflict."""
        last, by = self.edits[-1]
        dispute = self.after.dispute(WHOLE_RECORD)
        back = self.truth.brought_back.get(self.id, 0) > by.order
        if last.op == "delete" and not self.after.deleted and not dispute.holds("deleted") and not back:
            self.lost("it was deleted, and neither is it gone nor in a conflict")
        if last.op != "delete" and self.after.deleted:
            self.lost("it was written and is deleted")
        if self.before is None or self.before.deleted == self.after.deleted:
            return
        if self.after.deleted:
            self._asked(last)
            for name, writers in self._writers_of_all():
                kept = self.after.dispute(name).holds(self.before.fields[name])
                if not kept and not all(self.saw(last, writer) for writer in writers):
                    self.lost(f"it was deleted by somebody who had not seen its {name}")
        elif not (self.saw(last, self.writer(WHOLE_RECORD)) or dispute.holds("deleted")):
            self.lost("it came back, and its deletion is in no conflict")

    def _asked(self, delete: RecordEdit) -> None:
        """Nobody can answer what was asked about what is gone: it is settled if the deleter had seen it, and else as open as it was."""
        written = {name for edit, _ in self.edits for name in edit.fields}
        before = self.before.disputes if self.before is not None else {}
        for name in before.keys() - written - {WHOLE_RECORD}:
            old, new = before[name], self.after.dispute(name)
            if not old.open:
                continue
            seen = delete.base is not None and old.rev <= delete.base.rev
            if seen == new.open:
                self.lost(f"{name}: the conflict about it is {'still open' if seen else 'closed'} after the record was deleted")
            if not set(old.entries) <= set(new.entries):
                self.lost(f"{name}: the values in its conflict went with the record")

    def _writers_of_all(self) -> Iterator[tuple[str, list[Writer]]]:
        """By field, who wrote what a deletion takes away: the last one, and of a text and of a set everyone whose part is in it."""
        for (id_, name), writer in self.truth.cells.items():
            if id_ == self.id and name != WHOLE_RECORD:
                yield name, self.truth.texts.get((id_, name)) or [writer]
        for (id_, name, _), adds in self.truth.adds.items():
            if id_ == self.id and adds:
                yield name, adds


def _same(one: object, other: object) -> bool:
    return one == other or (one in (None, "") and other in (None, ""))


def _adds(submission: Submission, id_: str, name: str, line: str) -> bool:
    steps = (edit.fields[name] for edit in submission.said if edit.id == id_ and name in edit.fields)
    return any(line in set(lines(step.to)) - set(lines(step.was)) for step in steps)
