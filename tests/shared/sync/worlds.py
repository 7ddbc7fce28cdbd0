"""A small world for the merge's properties: one record, a server that merges, devices that see what they pulled."""

from collections import defaultdict
from dataclasses import dataclass, field

from shared.rules.lifecycle import VISIT
from shared.sync.change import Base, Change, Edit, Epoch
from shared.sync.clock import pack
from shared.sync.merge import Clash, Home, Merged, Witness, merge_change
from shared.sync.overlay import UNSENT, Pending, overlay
from shared.sync.policy import FieldSpec, KindSpec, Policy, Value
from shared.sync.record import Mark, Record

SPEC = KindSpec(
    "thing",
    {
        "name": FieldSpec("name"),
        "note": FieldSpec("note", Policy.TEXT),
        "tags": FieldSpec("tags", Policy.SET, identity=str.casefold),
        "state": FieldSpec("state", Policy.STATE, VISIT),
        "owner": FieldSpec("owner", Policy.ASK),
        "fix": FieldSpec("fix", Policy.APPEND),
        "total": FieldSpec("total", Policy.DERIVED),
        "balance": FieldSpec("balance", Policy.SERVER),
    },
)
EPOCH = Epoch("e1")
HOME = Home("r", "territory:1")


def first() -> Record:
    """Give the record as the server first held it, at rev 1."""
    fields: dict[str, Value] = {"name": "start", "note": "one\ntwo", "tags": ["a"], "state": "planned", "owner": "nobody"}
    return Record("thing", "r", "r", "territory:1", 1, Mark(pack(1), "S0", 1), fields)


@dataclass
class Submitted:
    """One edit as a person made it: what was on the screen and what it became."""

    device: str
    field: str
    shown: Value
    edit: Edit
    status: str = ""


@dataclass
class Device:
    """What one device has pulled, and what it has not sent."""

    code: str
    record: Record
    pending: list[tuple[Change, Submitted]] = field(default_factory=list)
    answered: list[Pending] = field(default_factory=list)
    seq: int = 0

    def shown(self) -> Record:
        """Give the record as its screen shows it."""
        changes = self.answered + [Pending(change, UNSENT + place) for place, (change, _) in enumerate(self.pending)]
        result = overlay(self.record, changes, SPEC, self.code, EPOCH)
        assert result is not None
        return result


class World:
    """The server's record, its clashes, and everybody's devices."""

    def __init__(self, codes: str = "abc") -> None:
        self.record = first()
        self.rev = 1
        self.time = 10
        self.devices = {code: Device(code, self.record) for code in codes}
        self.clashes: list[Clash] = []
        self.submitted: list[Submitted] = []
        self.by_field: dict[str, list[Submitted]] = defaultdict(list)

    def edit(self, code: str, name: str, edit: Edit, skew: int = 0) -> Submitted:
        """Let the person at ``code`` change one field of what the screen shows."""
        device = self.devices[code]
        self.time += 1
        base = Base(EPOCH.id, device.record.rev)
        change = Change("thing", "r", "update", pack(self.time + skew), {name: edit}, base)
        submission = Submitted(code, name, device.shown().value(name), edit)
        device.pending.append((change, submission))
        self.submitted.append(submission)
        self.by_field[name].append(submission)
        return submission

    def push(self, code: str) -> list[Merged]:
        """Send all that ``code`` has, one rev for each."""
        device, results = self.devices[code], []
        for change, submission in device.pending:
            self.rev += 1
            device.seq += 1
            witness = Witness(Mark(change.stamp, code, self.rev, device.seq), EPOCH.seen(change.base))
            merged = merge_change(self.record, change, witness, SPEC, HOME)
            submission.status = merged.status
            if merged.status != "refused":
                device.answered.append(Pending(change, device.seq))
            assert merged.record is not None
            self.record = merged.record
            self.clashes += merged.clashes
            results.append(merged)
        device.pending.clear()
        return results

    def pull(self, code: str) -> None:
        """Let ``code`` see what the server holds. Its head is the newest rev, whatever the record's own is."""
        device = self.devices[code]
        device.record = self.record
        device.answered.clear()

    def settle(self) -> None:
        """Send and fetch until everybody holds the same."""
        for code in self.devices:
            self.push(code)
        for code in self.devices:
            self.pull(code)

    def kept_values(self, name: str) -> list[Value]:
        """Give every value that a clash of ``name`` holds."""
        return [side.value for clash in self.clashes if clash.field == name for side in (clash.kept, clash.lost)]
