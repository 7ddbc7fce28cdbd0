"""The merge: one change against one record, field by field, each by its declared policy (DESIGN §6).

The property that matters: every submitted value stands, or is in a clash (and so in a conflict record), or was superseded
by someone who had seen it, or was refused with a reason.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

import msgspec

from shared.sync.change import Change, Edit
from shared.sync.policy import WHOLE_RECORD, FieldSpec, KindSpec, Policy, Value
from shared.sync.record import DELETED, ERASED, LIVE, Mark, Record
from shared.sync.text3 import merge_text

Status = Literal["applied", "merged", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class Witness:
    """Who submits a change and what he had seen: everything up to rev ``seen`` and all that his device wrote before.

    ``mark`` is what a value that is taken will carry. ``server`` may write what devices may not.
    """

    mark: Mark
    seen: int
    server: bool = False

    def has_seen(self, mark: Mark) -> bool:
        """Say whether the author knew the value that carries ``mark``. No clock is asked."""
        return mark.rev <= self.seen or (mark.device == self.mark.device and mark.seq < self.mark.seq)

    def after(self, mark: Mark) -> Mark:
        """Give the author's mark, made later than ``mark``, so that stamps of a field never go back."""
        return msgspec.structs.replace(self.mark, stamp=max(self.mark.stamp, mark.stamp + 1))


@dataclass(frozen=True, slots=True)
class Side:
    """One of two values that met, and who wrote it."""

    value: Value
    mark: Mark


@dataclass(frozen=True, slots=True)
class Clash:
    """Two values of one field that did not see each other: the one that stands and the one kept beside it."""

    field: str
    kept: Side
    lost: Side


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a change cannot be taken: a stable code and the field it is about."""

    code: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of a change. ``record`` is the standing one where it was refused."""

    record: Record | None
    status: Status
    clashes: tuple[Clash, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """Where a new record belongs: its root (an account, or itself) and its scope."""

    root: str
    scope: str


@dataclass(slots=True)
class _Draft:
    """The record while its fields are merged one by one."""

    fields: dict[str, Value]
    marks: dict[str, Mark]
    adds: dict[str, dict[str, Mark]]
    clashes: list[Clash] = field(default_factory=list)


class _RefusedError(Exception):
    def __init__(self, code: str, field_name: str) -> None:
        super().__init__(code)
        self.refusal = Refusal(code, field_name)


def merge_change(standing: Record | None, change: Change, witness: Witness, spec: KindSpec, home: Home) -> Merged:
    """Merge ``change`` into ``standing``. Pure: the same arguments give the same answer on phone and server.

    ``home`` is used for a record that does not exist yet. A refused change leaves the record as it was.
    """
    if standing is not None and standing.deleted == ERASED:
        return Merged(standing, "refused", refusal=Refusal("erased"))
    try:
        if change.op == "delete":
            return _delete(standing, witness)
        if standing is None:
            return _create(change, witness, spec, home) if change.op == "create" else _unknown()
        return _update(standing, change, witness, spec)
    except _RefusedError as refused:
        return Merged(standing, "refused", refusal=refused.refusal)


def _unknown() -> Merged:
    return Merged(None, "refused", refusal=Refusal("unknown_record"))


def _spec_of(spec: KindSpec, name: str, witness: Witness) -> FieldSpec:
    found = spec.fields.get(name)
    if found is None:
        raise _RefusedError("unknown_field", name)
    if found.policy is Policy.SERVER and not witness.server:
        raise _RefusedError("server_field", name)
    return found


def _create(change: Change, witness: Witness, spec: KindSpec, home: Home) -> Merged:
    fields: dict[str, Value] = {}
    for name, edit in change.fields.items():
        found = _spec_of(spec, name, witness)
        value: Value = _members_added(found, [], edit)[0] if found.policy is Policy.SET else edit.to
        if value not in (None, []):
            fields[name] = value
    record = Record(change.kind, change.id, home.root, home.scope, witness.mark.rev, witness.mark, fields)
    return Merged(record, "applied")


def _delete(standing: Record | None, witness: Witness) -> Merged:
    if standing is None:
        return _unknown()
    if not standing.live:
        return Merged(standing, "applied")
    unseen = [mark for mark in _all_marks(standing) if not witness.has_seen(mark)]
    if unseen:  # somebody edited what the deleter had not seen: edit beats delete
        newest = max(unseen, key=lambda mark: mark.rev)
        clash = Clash(WHOLE_RECORD, Side("live", newest), Side("deleted", witness.mark))
        return Merged(standing, "conflict", (clash,))
    marks = standing.marks | {WHOLE_RECORD: witness.after(standing.newest_mark())}
    return Merged(msgspec.structs.replace(standing, deleted=DELETED, rev=witness.mark.rev, marks=marks), "applied")


def _all_marks(record: Record) -> list[Mark]:
    return [record.mark, *record.marks.values(), *(mark for members in record.adds.values() for mark in members.values())]


def _update(standing: Record, change: Change, witness: Witness, spec: KindSpec) -> Merged:
    draft = _Draft(dict(standing.fields), dict(standing.marks), {name: dict(members) for name, members in standing.adds.items()})
    deleted = standing.deleted
    if deleted == DELETED:
        deleted = _revive(standing, witness, draft)
    for name, edit in change.fields.items():
        _SETTLE[_spec_of(spec, name, witness).policy](standing, draft, spec.fields[name], edit, witness)
    merged = msgspec.structs.replace(
        standing, fields=draft.fields, marks=draft.marks, adds=draft.adds, deleted=deleted, rev=witness.mark.rev
    )
    unchanged = (merged.fields, merged.marks, merged.adds, merged.deleted) == (
        standing.fields,
        standing.marks,
        standing.adds,
        standing.deleted,
    )
    if draft.clashes:
        status: Status = "conflict"
    else:
        status = "applied" if all(witness.has_seen(mark) for mark in _all_marks(standing)) else "merged"
    return Merged(standing if unchanged else merged, status, tuple(draft.clashes))


def _revive(standing: Record, witness: Witness, draft: _Draft) -> int:
    removal = standing.removal
    draft.marks[WHOLE_RECORD] = witness.after(removal)
    if not witness.has_seen(removal):
        draft.clashes.append(Clash(WHOLE_RECORD, Side("live", witness.mark), Side("deleted", removal)))
    return LIVE


def _take(draft: _Draft, name: str, value: Value, mark: Mark) -> None:
    draft.fields[name] = value
    if value is None:
        del draft.fields[name]
    draft.marks[name] = mark


def _settled_alike(standing: Record, draft: _Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> bool:
    """Settle what needs no policy: the author had seen what stands, or both wrote the same."""
    mark = standing.mark_of(spec.name)
    if witness.has_seen(mark):
        _take(draft, spec.name, edit.to, witness.after(mark))
        return True
    return edit.to == standing.value(spec.name)


def _latest(standing: Record, draft: _Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    if _settled_alike(standing, draft, spec, edit, witness):
        return
    kept, lost = Side(standing.value(spec.name), standing.mark_of(spec.name)), Side(edit.to, witness.mark)
    if lost.mark.when > kept.mark.when:
        kept, lost = lost, kept
        _take(draft, spec.name, edit.to, witness.mark)
    draft.clashes.append(Clash(spec.name, kept, lost))


def _ask(standing: Record, draft: _Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    if not _settled_alike(standing, draft, spec, edit, witness):
        kept = Side(standing.value(spec.name), standing.mark_of(spec.name))
        draft.clashes.append(Clash(spec.name, kept, Side(edit.to, witness.mark)))


def _append(standing: Record, draft: _Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    value, mark = standing.value(spec.name), standing.mark_of(spec.name)
    if value is None:
        _take(draft, spec.name, edit.to, witness.after(mark))
    elif value != edit.to:
        if witness.has_seen(mark):
            raise _RefusedError("fact_is_final", spec.name)
        draft.clashes.append(Clash(spec.name, Side(value, mark), Side(edit.to, witness.mark)))


def _text(standing: Record, draft: _Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    """Merge by lines, always: a device that wrote twice while away has not seen what others wrote in between."""
    value, mark = standing.value(spec.name), standing.mark_of(spec.name)
    base, here, mine = (str(text) if text is not None else "" for text in (edit.was, value, edit.to))
    if here == mine:
        if witness.has_seen(mark):
            draft.marks[spec.name] = witness.after(mark)
        return
    merged = merge_text(base, here, mine)
    _take(draft, spec.name, merged.text or None, witness.after(mark))
    if merged.clashed:
        kept = Side(merged.text, witness.after(mark))
        draft.clashes.append(Clash(spec.name, kept, Side(mine, witness.mark)))


def _state(standing: Record, draft: _Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    value, mark = standing.value(spec.name), standing.mark_of(spec.name)
    here, to, was = str(value), str(edit.to), str(edit.was if edit.was is not None else value)
    cycle = spec.lifecycle
    if cycle is None or to not in cycle.precedence:
        raise _RefusedError("unknown_state", spec.name)
    if here == to:
        if witness.has_seen(mark):
            draft.marks[spec.name] = witness.after(mark)
        return
    if not (cycle.legal(was, to) or cycle.legal(here, to)):
        raise _RefusedError("illegal_step", spec.name)
    if witness.has_seen(mark) or here == was:
        if not cycle.legal(here, to):
            raise _RefusedError("illegal_step", spec.name)
        _take(draft, spec.name, to, witness.after(mark))
        return
    kept, lost = Side(here, mark), Side(to, witness.mark)
    if cycle.precedence[to] > cycle.precedence.get(here, -1):
        kept, lost = lost, kept
        _take(draft, spec.name, to, witness.after(mark))
    draft.clashes.append(Clash(spec.name, kept, lost))


def _set(standing: Record, draft: _Draft, spec: FieldSpec, edit: Edit, witness: Witness) -> None:
    """Add and remove members by identity; a remove takes only an add that its author had seen."""
    value = standing.value(spec.name)
    members = list(value) if isinstance(value, list) else []
    adds = draft.adds.setdefault(spec.name, {})
    for identity in (spec.identity(member) for member in edit.remove):
        if witness.has_seen(adds.get(identity, standing.mark)):
            members = [member for member in members if spec.identity(member) != identity]
            adds.pop(identity, None)
    members, added = _members_added(spec, members, edit)
    for identity in added:
        adds[identity] = witness.mark
    if not adds:
        del draft.adds[spec.name]
    _take(draft, spec.name, members or None, witness.after(standing.mark_of(spec.name)))


def _members_added(spec: FieldSpec, members: list[str], edit: Edit) -> tuple[list[str], list[str]]:
    """Give the members with the added ones behind them, and the identities that were added (or added again)."""
    present = {spec.identity(member) for member in members}
    result, identities = list(members), []
    for member in edit.add:
        identity = spec.identity(member)
        identities.append(identity)
        if identity not in present:
            present.add(identity)
            result.append(member)
    return result, identities


_SETTLE = {
    Policy.LATEST: _latest,
    Policy.ASK: _ask,
    Policy.APPEND: _append,
    Policy.TEXT: _text,
    Policy.STATE: _state,
    Policy.SET: _set,
    Policy.SERVER: _latest,
}


def at_rev(witness: Witness, rev: int) -> Witness:
    """Give ``witness`` with its mark at ``rev``: what the server does once it knows the transaction's rev."""
    return replace(witness, mark=msgspec.structs.replace(witness.mark, rev=rev))
