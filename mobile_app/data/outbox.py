"""The outbox: what this device wrote and the server has not settled, in order, and what of it the overlay shows.

A transaction is ``waiting``, then ``sent``; then it is acknowledged and belongs to the journal, or it is ``refused`` (with a reason), or
``held`` by one that was. A ``copy`` is for its author to read and is never sent. Waiting, sent and acknowledged ones are shown, until what
the server made of them has been pulled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from mobile_app.data.going_out import awaits_words, sends
from mobile_app.data.laid import PendingField, touched
from mobile_app.data.vault import Vault
from shared.models.registry import KINDS
from shared.sync.change import Change, Transaction, Whole
from shared.sync.codec import open_payload, seal_payload
from shared.sync.overlay import UNSENT, Pending
from shared.sync.policy import Policy
from shared.sync.protocol import FieldError

State = Literal["waiting", "sent", "acked", "refused", "held", "copy"]
SHOWN: Final[frozenset[State]] = frozenset({"waiting", "sent", "acked"})
SENDABLE: Final[frozenset[State]] = frozenset({"waiting", "sent"})
ATTENTION: Final[frozenset[State]] = frozenset({"refused", "held", "copy"})


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sealed: the transaction, what its author called it, and why it was refused. ``made_at`` in ms since 1970."""

    transaction: Transaction
    action: str = ""
    params: dict[str, str] = {}
    made_at: int = 0
    code: str = ""
    errors: tuple[FieldError, ...] = ()
    by: tuple[str, ...] = ()


class Item(msgspec.Struct, frozen=True, gc=False):
    """One transaction here. ``place`` orders the unsent; ``rev`` is what an acknowledgement gave."""

    entry: Entry
    state: State
    place: int
    rev: int = 0

    @property
    def txn(self) -> str:
        """Its id."""
        return self.entry.transaction.id

    @property
    def order(self) -> int:
        """Where it stands in the device's order: by device_seq once it was sent."""
        return self.entry.transaction.seq or UNSENT + self.place

    @property
    def ids(self) -> tuple[str, ...]:
        """The records it touches."""
        return tuple(change.id for change in self.entry.transaction.changes)


class Outbox:
    """A mirror in memory of the vault's outbox and of the journal's unsettled end. On the owner's thread.

    Methods that end in ``_row`` write to the vault, inside its transaction; the others only bring the mirror up to date, after it.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._items: dict[str, Item] = {}
        self._in_state: Counter[State] = Counter()
        self._by_record: dict[str, set[str]] = {}
        self._place = 0

    def load(self, settled: int) -> None:
        """Read the vault; journal entries above the rev ``settled`` are still shown."""
        self._items.clear()
        self._in_state.clear()
        self._by_record.clear()
        for row in self._vault.journal.rows():
            if row.acked_rev > settled:
                self.put(Item(open_payload(row.payload, Entry), "acked", 0, row.acked_rev))
        for kept in self._vault.outbox.rows():
            entry = _with_seq(open_payload(kept.payload, Entry), kept.seq or 0)
            self.put(Item(entry, _state(kept.state), self.next_place()))
        for item in self.stranded():  # held by what is gone: whatever took that away did not say so
            self.put(item)

    def __iter__(self) -> Iterator[Item]:
        """All of it, in the device's order."""
        return iter(sorted(self._items.values(), key=lambda item: item.order))

    def get(self, txn: str) -> Item | None:
        """One transaction, or None."""
        return self._items.get(txn)

    def next_place(self) -> int:
        """A place behind all others."""
        self._place += 1
        return self._place

    def put(self, item: Item) -> None:
        """Take note of a transaction, replacing what was known of it."""
        txn = item.txn
        before = self._items.get(txn)
        if before is not None:
            self._in_state[before.state] -= 1
        self._items[txn] = item
        self._in_state[item.state] += 1
        for change in item.entry.transaction.changes:
            self._by_record.setdefault(change.id, set()).add(txn)

    def drop(self, txns: Iterable[str]) -> None:
        """Forget these. Repeatable."""
        for txn in txns:
            item = self._items.pop(txn, None)
            if item is None:
                continue
            self._in_state[item.state] -= 1
            for id_ in item.ids:
                held = self._by_record.get(id_, set())
                held.discard(txn)
                if not held:
                    self._by_record.pop(id_, None)

    def add_row(self, item: Item) -> None:
        """Append it to the vault's outbox."""
        self._vault.outbox.add(item.txn, seal_payload(item.entry), item.state)

    def update_row(self, item: Item) -> None:
        """Write its state and reason over the vault's."""
        self._vault.outbox.rewrite(item.txn, seal_payload(item.entry))
        self._vault.outbox.set_state([item.txn], item.state)

    def settle(self, through: int) -> list[str]:
        """Stop showing what was acknowledged at or below the rev ``through``; the records it touched."""
        done = [item for item in self._items.values() if item.state == "acked" and item.rev <= through]
        self.drop(item.txn for item in done)
        return [id_ for item in done for id_ in item.ids]

    def created(self) -> list[str]:
        """The ids of records that only this device knows of, as far as the outbox tells."""
        return [change.id for item in self for change in item.entry.transaction.changes if change.op == "create"]

    def pending(self, id_: str) -> tuple[list[Pending], tuple[PendingField, ...]]:
        """The changes that are shown on a record, in order, and the fields they wrote."""
        if id_ not in self._by_record:
            return [], ()
        items = sorted((self._items[txn] for txn in self._by_record[id_]), key=lambda item: item.order)
        changes: list[Pending] = []
        fields: list[PendingField] = []
        for item in items:
            for change in item.entry.transaction.changes if item.state in SHOWN else ():
                if change.id == id_:
                    changes.append(Pending(change, item.order))
                    fields += touched(change, item.txn)
        return changes, tuple(fields)

    def needs(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """The transactions without which ``changes`` make no sense: those that created what they touch or name, or took the step before."""
        mentioned = {id_ for change in changes for id_ in _mentioned(change)}
        candidates = {txn for id_ in mentioned for txn in self._by_record.get(id_, ())}
        items = sorted((self._items[txn] for txn in candidates), key=lambda item: item.order)
        return tuple(item.txn for item in items if item.state in ("waiting", "sent") and _needed(item, changes, mentioned))

    def dependents(self, txn: str) -> list[Item]:
        """What needs ``txn``, directly or through others, in the device's order."""
        found = {txn}
        result = []
        for item in self:
            if item.state != "acked" and item.txn not in found and found & set(item.entry.transaction.needs):
                found.add(item.txn)
                result.append(item)
        return result

    def blockers(self, item: Item) -> list[str]:
        """Which of the transactions that ``item`` needs were refused or are held themselves."""
        named = {*item.entry.transaction.needs, *item.entry.by}
        return [other.txn for other in self if other.txn in named and other.state in ATTENTION]

    def awaited(self, item: Item) -> tuple[str, ...]:
        """Which of the transactions that ``item`` needs may still be on their way: the server forgets in time which ones it has taken."""
        needed = ((txn, self._items.get(txn)) for txn in item.entry.transaction.needs)
        return tuple(txn for txn, other in needed if other is not None and other.state != "acked")

    def freed(self, item: Item) -> Item:
        """Give what was held to be sent, without what it needed and what is not here any more."""
        transaction = msgspec.structs.replace(item.entry.transaction, needs=self.awaited(item))
        item = with_state(item, "sent" if transaction.seq else "waiting")
        return replace(item, entry=msgspec.structs.replace(item.entry, transaction=transaction))

    def stranded(self, gone: Collection[str] = ()) -> list[Item]:
        """Give, to be sent, what is held though nothing that it waits for is on its way any more, once ``gone`` is away."""
        held = [item for item in self if item.state == "held" and item.txn not in gone]
        here = {txn for txn, item in self._items.items() if item.state != "acked" and txn not in gone}
        awaited = ((item, {*item.entry.transaction.needs, *item.entry.by}) for item in held)
        return [self.freed(item) for item, named in awaited if not named & here and self.may_go(item, gone)]

    def may_go(self, item: Item, gone: Collection[str] = ()) -> bool:
        """Say whether nothing on the quote that it would send is kept back, once ``gone`` is away: a line in a form, an earlier change.

        It goes with the number that it had: before all that was written since it was held.
        """
        quotes = sends(item.entry.transaction)
        if not quotes:
            return True
        after = {item.txn, *(other.txn for other in self.dependents(item.txn)), *gone}
        rest = [other for other in self if other.state not in ("acked", "copy") and other.txn not in after]
        unsettled = [other.entry.transaction for other in rest if item.txn not in other.entry.by and not sends(other.entry.transaction)]
        return not awaits_words(self._vault, quotes, unsettled, [other.entry.transaction for other in self if other.state != "copy"])

    def renamed(self, names: Mapping[str, str]) -> list[Item]:
        """Give what waits for transactions that have other names now, waiting for these; '' is the name of what is no more."""
        rest = ((item, item.entry.transaction.needs, item.entry.by) for item in self if item.state != "acked" and item.txn not in names)
        return [_waiting_for(item, names) for item, needs, by in rest if not names.keys().isdisjoint((*needs, *by))]

    def first(self, states: Collection[State]) -> str | None:
        """The oldest in one of ``states``."""
        return next((item.txn for item in self if item.state in states), None)

    def count(self, states: Collection[State]) -> int:
        """How many are in one of ``states``."""
        return sum(self._in_state[state] for state in states)


def with_state(item: Item, state: State, *, code: str = "", errors: tuple[FieldError, ...] = (), by: tuple[str, ...] = ()) -> Item:
    """Give ``item`` in another state, with its reason."""
    return replace(item, state=state, entry=replace(item.entry, code=code, errors=errors, by=by))


def with_seq(item: Item, seq: int) -> Item:
    """Give ``item`` with its device_seq."""
    return replace(item, entry=_with_seq(item.entry, seq))


def with_whole(item: Item, whole: tuple[Whole, ...]) -> Item:
    """Give ``item`` with what this device holds of the records that the server asked for."""
    transaction = replace(item.entry.transaction, whole=whole)
    return replace(item, entry=replace(item.entry, transaction=transaction))


def _with_seq(entry: Entry, seq: int) -> Entry:
    return replace(entry, transaction=replace(entry.transaction, seq=seq))


def _waiting_for(item: Item, names: Mapping[str, str]) -> Item:
    needs, by = (tuple(filter(None, (names.get(txn, txn) for txn in txns))) for txns in (item.entry.transaction.needs, item.entry.by))
    return replace(item, entry=replace(item.entry, transaction=replace(item.entry.transaction, needs=needs), by=by))


def waiting_again(kept: str) -> State:
    """Give the state that a transaction of another device begins with here: what that one sent without an answer is sent again."""
    state = _state(kept)
    return "waiting" if state == "sent" else state


def _state(kept: str) -> State:
    """Read a state as the vault keeps it, unsealed. A damaged one must not keep all the rest shut: a person decides about it."""
    states: dict[str, State] = {"waiting": "waiting", "sent": "sent", "refused": "refused", "held": "held", "copy": "copy"}
    return states.get(kept, "refused")


def _mentioned(change: Change) -> Iterator[str]:
    yield change.id
    for name in KINDS[change.kind].references:
        edit = change.fields.get(name)
        if edit is not None and isinstance(edit.to, str):
            yield edit.to


def _needed(item: Item, changes: Sequence[Change], mentioned: set[str]) -> bool:
    before = item.entry.transaction.changes
    if any(change.op == "create" and change.id in mentioned for change in before):
        return True
    steps = {(change.id, name) for change in changes for name in _steps(change)}
    return any((change.id, name) in steps for change in before for name in _steps(change))


def _steps(change: Change) -> list[str]:
    fields = KINDS[change.kind].fields
    return [name for name in change.fields if name in fields and fields[name].policy is Policy.STATE]
