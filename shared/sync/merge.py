"""The merge: one change against one record, field by field, each by its declared policy (DESIGN §6).

The property that matters: every submitted value stands, or is in a clash (and so in a conflict record), or was superseded
by someone who had seen it, or was refused with a reason.
"""

from typing import Literal

import msgspec

from shared.sync.change import Change
from shared.sync.policy import WHOLE_RECORD, FieldSpec, KindSpec, Policy, Value
from shared.sync.record import BELOW, DELETED, ERASED, LIVE, Mark, Record, every_mark
from shared.sync.settle import SETTLE, Clash, Draft, Refusal, RefusedError, Side, Witness, members_added

__all__ = ["Clash", "Home", "Merged", "Refusal", "Side", "Status", "Witness", "merge_change"]

Status = Literal["applied", "merged", "conflict", "refused"]


class Merged(msgspec.Struct, frozen=True, gc=False):
    """What became of a change. ``record`` is the standing one where it was refused."""

    record: Record | None
    status: Status
    clashes: tuple[Clash, ...] = ()
    refusal: Refusal | None = None


class Home(msgspec.Struct, frozen=True, gc=False):
    """Where a new record belongs: its root (an account, or itself) and its scope."""

    root: str
    scope: str


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
    except RefusedError as refused:
        return Merged(standing, "refused", refusal=refused.refusal)


def _unknown() -> Merged:
    return Merged(None, "refused", refusal=Refusal("unknown_record"))


def _spec_of(spec: KindSpec, name: str, witness: Witness) -> FieldSpec:
    found = spec.fields.get(name)
    if found is None:
        raise RefusedError("unknown_field", name)
    if found.policy is Policy.SERVER and not witness.server:
        raise RefusedError("server_field", name)
    return found


def _create(change: Change, witness: Witness, spec: KindSpec, home: Home) -> Merged:
    fields: dict[str, Value] = {}
    for name, edit in change.fields.items():
        found = _spec_of(spec, name, witness)
        value: Value = members_added(found, [], edit)[0] if found.policy is Policy.SET else edit.to
        if value not in (None, []):
            fields[name] = value
    record = Record(change.kind, change.id, home.root, home.scope, witness.mark.rev, witness.mark, fields)
    return Merged(record, "applied")


def _delete(standing: Record | None, witness: Witness) -> Merged:
    if standing is None:
        return _unknown()
    if not standing.live:
        known = standing.deleted_too(witness.mark.lost)
        return Merged(standing if known is standing else msgspec.structs.replace(known, rev=witness.mark.rev), "applied")
    unseen = [mark for mark in every_mark(standing) if not witness.has_seen(mark) and not _was_before(mark, standing, witness)]
    if unseen:  # somebody edited what the deleter had not seen: edit beats delete
        newest = max(unseen, key=lambda mark: mark.rev)
        clash = Clash(WHOLE_RECORD, Side("live", newest), Side("deleted", witness.mark))
        return Merged(standing, "conflict", (clash,))
    marks = standing.marks | {WHOLE_RECORD: witness.after(standing.newest_mark())}
    return Merged(msgspec.structs.replace(standing, deleted=DELETED, rev=witness.mark.rev, marks=marks), "applied")


def _was_before(mark: Mark, standing: Record, witness: Witness) -> bool:
    """Say whether ``mark`` only tells that a lost epoch had something below the record before it deleted it."""
    only_below = mark is standing.marks.get(WHOLE_RECORD) and mark.knew == BELOW
    return only_below and witness.epoch.showed(mark.lost, witness.mark.lost)


def _update(standing: Record, change: Change, witness: Witness, spec: KindSpec) -> Merged:
    adds = {name: dict(members) for name, members in standing.adds.items()} if standing.adds else {}
    draft = Draft(dict(standing.fields), dict(standing.marks), adds)
    deleted = standing.deleted
    if deleted == DELETED:
        deleted = _revive(standing, witness, draft)
    elif not change.fields:  # somebody decided that it lives: whoever deletes it must have seen that
        draft.marks[WHOLE_RECORD] = witness.after(standing.removal)
    beside: list[FieldSpec] = []
    for name, edit in change.fields.items():
        field = _spec_of(spec, name, witness)
        if field.beside:
            beside.append(field)
        else:
            SETTLE[field.policy](standing, draft, field, edit, witness)
    for field in beside:  # what these go with is settled by now
        SETTLE[field.policy](standing, draft, field, change.fields[field.name], witness)
    if draft.clashes:
        status: Status = "conflict"
    else:
        status = "applied" if all(map(witness.has_seen, every_mark(standing))) else "merged"
    if _stays(standing, draft, deleted):
        return Merged(standing, status, tuple(draft.clashes))
    here, rev = standing, witness.mark.rev
    merged = Record(here.kind, here.id, here.root, here.scope, rev, here.mark, draft.fields, deleted, draft.marks, draft.adds)
    return Merged(merged, status, tuple(draft.clashes))


def _stays(standing: Record, draft: Draft, deleted: int) -> bool:
    same = deleted == standing.deleted and draft.marks == standing.marks and draft.adds == standing.adds
    return same and draft.fields == standing.fields


def _revive(standing: Record, witness: Witness, draft: Draft) -> int:
    removal = standing.removal
    draft.marks[WHOLE_RECORD] = witness.after(removal)
    if not witness.has_seen(removal):
        draft.clashes.append(Clash(WHOLE_RECORD, Side("live", witness.mark), Side("deleted", removal)))
    return LIVE
