"""From a form to edits: what a person changed against what was shown, and nothing else (PROTOCOL 1). And what of them is to be judged."""

from collections.abc import Mapping

from shared.sync.change import Change, Edit
from shared.sync.policy import FieldSpec, KindSpec, Policy, Value
from shared.sync.record import Record

_CARRIES_WAS = frozenset({Policy.TEXT, Policy.STATE})
"""The text is the base of the three-way merge, the state the one that its author saw."""


def edits(spec: KindSpec, shown: Mapping[str, Value], wanted: Mapping[str, Value]) -> dict[str, Edit]:
    """Give an edit for each field of ``wanted`` that differs from ``shown``; a field not in ``wanted`` was not on the form.

    An empty text, an empty set and no value are the same. Sets become members added and removed, by identity: a member that is only
    spelt anew is removed and added.

    Raises:
        KeyError: a field that the kind does not have.
    """
    found: dict[str, Edit] = {}
    for name, value in wanted.items():
        field = spec.fields[name]
        edit = _members(field, shown.get(name), value) if field.policy is Policy.SET else _single(field, shown.get(name), value)
        if edit is not None:
            found[name] = edit
    return found


def judged(spec: KindSpec, change: Change, after: Record) -> dict[str, Value]:
    """Give the values by which ``change`` is judged, once it is merged into ``after``: as they were written, of a set all its members.

    A text that is left as it was seen is none of them: it writes nothing, and two notes merged into one may be longer than any form takes.
    """
    fields = [spec.fields[name] for name in change.fields]
    return {
        field.name: after.value(field.name) if field.policy is Policy.SET else change.fields[field.name].to
        for field in fields
        if not leaves(field, change)
    }


def leaves(field: FieldSpec, change: Change) -> bool:
    """Whether ``change`` says of a text only that it stays as its author saw it, so that merging it changes nothing."""
    edit = change.fields[field.name]
    return field.policy is Policy.TEXT and change.op != "create" and edit.to == edit.was


def _single(field: FieldSpec, shown: Value, wanted: Value) -> Edit | None:
    was, to = bare(shown), bare(wanted)
    if _same(was, to):
        return None
    return Edit(to=to, was=was) if field.policy in _CARRIES_WAS else Edit(to=to)


def _members(field: FieldSpec, shown: Value, wanted: Value) -> Edit | None:
    here, there = _by_identity(field, shown), _by_identity(field, wanted)
    add = tuple(member for identity, member in there.items() if here.get(identity) != member)
    remove = tuple(member for identity, member in here.items() if there.get(identity) != member)
    return Edit(add=add, remove=remove) if add or remove else None


def _by_identity(field: FieldSpec, value: Value) -> dict[str, str]:
    """The members by identity; of two alike the first, and none that is blank."""
    found: dict[str, str] = {}
    for member in value if isinstance(value, list) else ():
        if member.strip():
            found.setdefault(field.identity(member), member)
    return found


def bare(value: Value) -> Value:
    """Give ``value`` as it is sent: an empty text and an empty set are no value. Nought and no are values."""
    return None if value in ("", []) else value


def _same(one: Value, other: Value) -> bool:
    """True and 1 are two things, 1 and 1.0 are one."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
