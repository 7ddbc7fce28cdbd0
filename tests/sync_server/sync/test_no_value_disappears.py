"""The property that matters, through the real push: nothing that anybody submitted is ever lost without his having seen why."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sync.change import Edit, Transaction
from shared.sync.protocol import Outcome
from shared.sync.record import Record
from tests.sync_server.world import MINUTE, Phone, World

steps = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["pull", "push", "resend", "street", "city", "note", "tags"])), max_size=40
)


@dataclass
class Author:
    """A device with an outbox."""

    phone: Phone
    outbox: list[Transaction] = field(default_factory=list)
    sent: list[Transaction] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    shown: dict[str, object] = field(default_factory=dict)

    def write(self, account: str, name: str, value: str) -> None:
        known = self.phone.records[account].value(name)
        edits: dict[str, Edit] = {
            "note": Edit(f"{self.shown.get('note') or known or ''}\n{value}".strip(), self.shown.get("note") or known),  # type: ignore[arg-type]
            "tags": Edit(add=(value,)),
        }
        edit = edits.get(name, Edit(value, known))
        self.shown[name] = edit.to
        self.outbox.append(self.phone.edit("account", account, **{name: edit}))

    def push(self) -> None:
        answer = self.phone.push_all(*self.outbox)
        self.outcomes |= {outcome.txn: outcome for outcome in answer.outcomes}
        self.sent += self.outbox
        self.outbox = []

    def pull(self) -> None:
        self.phone.pull()
        if not self.outbox:
            self.shown = {}


@settings(max_examples=60)
@given(steps)
def test_no_submitted_value_disappears(script: list[tuple[str, str]]) -> None:
    world = World()
    account = world.account(street="first", note="first", city="first")
    authors = {name: Author(world.phone(world.elodie if name == "a" else world.marie)) for name in "abc"}
    for author in authors.values():
        author.pull()

    for number, (name, step) in enumerate(script):
        world.clock.now += MINUTE
        _do(authors[name], account, step, f"{name}{number}")
    for author in authors.values():
        author.push()

    reader = world.phone(world.marie)
    reader.pull()
    everything = [(author, transaction) for author in authors.values() for transaction in author.sent]
    for author, transaction in everything:
        assert _accounted_for(reader, account, author, transaction, everything)
    assert reader.last is not None
    assert reader.digests() == reader.last.digests


def _do(author: Author, account: str, step: str, value: str) -> None:
    if step == "pull":
        author.pull()
    elif step == "push":
        author.push()
    elif step == "resend":
        answer = author.phone.push_all(*author.sent)
        assert {outcome.status for outcome in answer.outcomes} <= {"duplicate"}
        assert [outcome.rev for outcome in answer.outcomes] == [author.outcomes[each.id].rev for each in author.sent]
    else:
        author.write(account, step, value)


def _accounted_for(
    reader: Phone, account: str, author: Author, transaction: Transaction, everything: list[tuple[Author, Transaction]]
) -> bool:
    (name, edit) = next(iter(transaction.changes[0].fields.items()))
    token = edit.add[0] if edit.add else str(edit.to).splitlines()[-1]
    record = reader.records[account]
    return (
        _holds(record, name, token)
        or any(token in str(conflict.value("entries")) for conflict in _conflicts_of(reader, name))
        or any(_witnessed(other, later, author, transaction, name) for other, later in everything)
    )


def _holds(record: Record, name: str, token: str) -> bool:
    value = record.value(name)
    return token in (value if isinstance(value, list) else str(value).splitlines())


def _conflicts_of(reader: Phone, name: str) -> list[Record]:
    return [record for record in reader.records.values() if record.kind == "conflict" and record.value("field") == name]


def _witnessed(other: Author, later: Transaction, author: Author, transaction: Transaction, name: str) -> bool:
    """Whether somebody wrote over the value who had seen it: its own author, or one whose base held it."""
    if name not in later.changes[0].fields or later is transaction:
        return False
    if other is author:
        return later.seq > transaction.seq
    base = later.changes[0].base
    return base is not None and base.rev >= author.outcomes[transaction.id].rev
