"""What goes out when refused work is sent once more: mended, and without what its author wrote anew since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from mobile_app.data.desk import new_id
from mobile_app.data.outbox import SENDABLE, Entry, Item
from mobile_app.data.parts import Parts
from shared.models.registry import KINDS
from shared.sync.change import Change, Edit, Transaction
from shared.sync.edits import edits
from shared.sync.policy import Policy, Value

Fixes = Mapping[str, Mapping[str, Value]]
"""By record id, the values that take the refused ones' place."""

_MERGED = frozenset({Policy.TEXT, Policy.SET})
"""What one adds to: both edits have their part in it, whichever comes first."""


def again(parts: Parts, old: Sequence[Item], fixes: Fixes) -> tuple[list[Item], Mapping[str, str]]:
    """Give new transactions for those of ``old`` of which something is left, in order, behind all others; and what each is called now."""
    left = {item.txn: _left(parts, item, fixes) for item in old}
    names = {txn: new_id(parts.clock, parts.randomness) if changes else "" for txn, changes in left.items()}
    return [_renewed(parts, item, names, left[item.txn]) for item in old if names[item.txn]], names


def _renewed(parts: Parts, item: Item, names: Mapping[str, str], changes: tuple[Change, ...]) -> Item:
    awaited = (names.get(need, need) for need in parts.outbox.awaited(item))
    fresh = Transaction(names[item.txn], changes, tuple(need for need in awaited if need))  # not of which nothing is left
    return Item(Entry(fresh, item.entry.action, item.entry.params, item.entry.made_at), "waiting", parts.outbox.next_place())


def _left(parts: Parts, item: Item, fixes: Fixes) -> tuple[Change, ...]:
    """Its changes with the ``fixes``. The server takes a phone's last word: what was written since would be taken back unsaid."""
    renewed = _written_since(parts, item)
    changes = []
    for change in item.entry.transaction.changes:
        mends = fixes.get(change.id, {})
        anew = {name for name in change.fields if (change.id, name) in renewed and not _is_merged(change, name)}
        gone = {name for name in change.fields if name not in mends and (name in anew or _beside(change, name) in anew)}
        if change.op != "update" or not gone:
            changes.append(_mended(change, mends))
        elif kept := {name: edit for name, edit in change.fields.items() if name not in gone}:
            changes.append(_mended(msgspec.structs.replace(change, fields=kept), mends))
    return tuple(changes)


def _is_merged(change: Change, name: str) -> bool:
    field = KINDS[change.kind].fields.get(name)
    return field is not None and field.policy in _MERGED


def _beside(change: Change, name: str) -> str:
    """What a field goes with: of an arrival that was noted anew nothing goes again."""
    field = KINDS[change.kind].fields.get(name)
    return field.beside if field is not None else ""


def _written_since(parts: Parts, item: Item) -> set[tuple[str, str]]:
    """The fields, by record, that this device wrote after ``item``: by outbox and journal, or by a mark of what a backup holds."""
    seq, stamp = item.entry.transaction.seq, item.entry.transaction.changes[0].stamp
    since = (each for each in _taken_or_going(parts) if (each.order > seq if seq else each.entry.transaction.changes[0].stamp > stamp))
    found = {(change.id, name) for each in since for change in each.entry.transaction.changes for name in change.fields}
    if seq:
        marks = ((id_, name, mark) for id_, record in parts.shown.records(item.ids).items() for name, mark in record.marks.items())
        found |= {(id_, name) for id_, name, mark in marks if mark.device == parts.device and mark.seq > seq}
    return found


def _taken_or_going(parts: Parts) -> Iterator[Item]:
    yield from (item for item in parts.outbox if item.state in SENDABLE)
    yield from (Item(entry, "acked", 0, rev) for rev, entry in parts.journal.entries())


def _mended(change: Change, values: Mapping[str, Value]) -> Change:
    """Put ``values`` in the place of what the change wrote."""
    if not values:
        return change
    wanted = edits(KINDS[change.kind], {}, values)
    fields = {name: _same_was(edit, change.fields.get(name)) for name, edit in wanted.items()}
    emptied = {name: Edit(was=change.fields[name].was) for name in values if name not in wanted and name in change.fields}
    return msgspec.structs.replace(change, fields=change.fields | fields | emptied)


def _same_was(edit: Edit, before: Edit | None) -> Edit:
    return edit if before is None else msgspec.structs.replace(edit, was=before.was, remove=before.remove)
