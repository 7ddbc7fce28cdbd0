"""Values that a device wrote, checked again by the rules it should have applied itself."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

import msgspec
from sqlalchemy import Float

from shared.models.registry import KINDS, PARENTS, raw_table
from shared.rules import validation
from shared.sync.change import Change, Edit
from shared.sync.edits import judged, leaves
from shared.sync.policy import Policy, Value
from shared.sync.protocol import FieldError
from shared.sync.record import Record
from sync_server.services import visits
from sync_server.services.refusal import TransactionRefusedError, refused

INVALID: Final = "invalid"
_MAX_ID = 64
_NUMBERS = {kind: frozenset(c.name for c in raw_table(kind).columns if isinstance(c.type, Float)) for kind in KINDS}
_SETS = {kind: frozenset(f.name for f in spec.fields.values() if f.policy is Policy.SET) for kind, spec in KINDS.items()}
_TEXTS = {kind: frozenset(f.name for f in spec.fields.values() if f.policy is Policy.TEXT) for kind, spec in KINDS.items()}
_STATES = {kind: [f for f in spec.fields.values() if f.lifecycle is not None] for kind, spec in KINDS.items()}


def is_id(text: str) -> bool:
    """Say whether a text may be an id: short, printable ASCII without spaces."""
    return 0 < len(text) <= _MAX_ID and text.isascii() and text.isprintable() and " " not in text


def as_stored(change: Change) -> Change:
    """Give the change with its numbers as the tables keep them: a digest would tell 45 from 45.0, and 0.0 from -0.0."""
    if _NUMBERS[change.kind].isdisjoint(change.fields):
        return change
    numbers = _NUMBERS[change.kind] & change.fields.keys()
    odd = {name: _as_float(change.fields[name]) for name in numbers if type(change.fields[name].to) in {int, float}}
    return msgspec.structs.replace(change, fields=change.fields | odd) if odd else change


def _as_float(edit: Edit) -> Edit:
    return msgspec.structs.replace(edit, to=float(str(edit.to)) + 0.0)


def check_stays(before: Record | None, change: Change) -> None:
    """Keep a record below the one it was written for: what is asked about it, and its photos, are there too (ADR 0026).

    Raises:
        TransactionRefusedError: ``fact_is_final``.
    """
    if before is None:
        return
    for name in PARENTS[change.kind]:
        edit = change.fields.get(name)
        if edit is not None and edit.to != before.value(name):
            raise refused("fact_is_final", change, name)


def check_texts(change: Change) -> None:
    """Check the texts that a merge would compare line by line, and what their author says he saw, before it does.

    Raises:
        TransactionRefusedError: a text that is none, or one that is longer than any form lets through.
    """
    if _TEXTS[change.kind].isdisjoint(change.fields):
        return
    texts = {name: edit for name, edit in change.fields.items() if name in _TEXTS[change.kind]}
    for name, edit in texts.items():
        if not isinstance(edit.was, str | None):
            raise TransactionRefusedError(INVALID, (FieldError(name, "wrong_type", change.kind, change.id, {"expected": "text"}),))
    fields = KINDS[change.kind].fields
    written = {name: edit.to for name, edit in texts.items() if not leaves(fields[name], change)}
    _refuse(change, validation.check(change.kind, written, {}, plans=False))


def check_change(change: Change, before: Record | None, after: Record) -> None:
    """Check what ``change`` wrote, a losing value too.

    Raises:
        TransactionRefusedError: a value that no form should have let pass.
    """
    if change.op == "delete":
        return
    unstorable = [name for name, edit in change.fields.items() if holds_nul(edit.to) or (edit.add and any(map(holds_nul, edit.add)))]
    if unstorable:
        raise TransactionRefusedError(INVALID, tuple(FieldError(name, "control_character", change.kind, change.id) for name in unstorable))
    sets = _SETS[change.kind]
    whole = [name for name, edit in change.fields.items() if edit.to is not None and name in sets]
    if whole:  # members are added and removed: a whole set would be taken for nothing
        raise TransactionRefusedError(INVALID, tuple(FieldError(name, "wrong_type", change.kind, change.id) for name in whole))
    found = validation.check(change.kind, judged(KINDS[change.kind], change, after), None if before is None else after.fields, plans=False)
    if change.kind == "visit" and visits.of_two(change, after):
        found = tuple(error for error in found if error.code != visits.OUT_OF_ORDER)
    _refuse(change, found)
    if before is None:
        _check_first_states(change, after)


def could_stand(kind: str, fields: Mapping[str, Value]) -> bool:
    """Say whether a record of these fields may have come about: each change is checked by itself, and two can make more of it together.

    Two notes merged into one may be longer than a form takes, and of two who were at one visit one may have left before the other came.
    """
    found = validation.blocking(validation.check(kind, fields, None, plans=False))
    return all(_is_made_by_two(kind, error) for error in found) and not any(map(holds_nul, _texts(fields.values())))


def could_be(kind: str, field: str, value: Value) -> bool:
    """Say whether somebody may have written ``value``, or the office made it of two texts."""
    codes = (code for code, _ in validation.check_value(kind, field, value))
    fits = all(code in validation.WARNINGS or code == "text_too_long" for code in codes)
    return fits and not isinstance(value, list) and not holds_nul(value)


def _is_made_by_two(kind: str, error: validation.FieldError) -> bool:
    return (error.code == "text_too_long" and error.field in _TEXTS[kind]) or (kind == "visit" and error.code == visits.OUT_OF_ORDER)


def _texts(values: Iterable[Value]) -> Iterator[object]:
    for value in values:
        yield from value if isinstance(value, list) else [value]


def _refuse(change: Change, problems: Collection[validation.FieldError]) -> None:
    found = validation.blocking(problems) if problems else ()
    if found:
        errors = (
            FieldError(e.field, e.code, change.kind, change.id, {name: str(value) for name, value in e.params.items()}) for e in found
        )
        raise TransactionRefusedError(INVALID, tuple(errors))


def holds_nul(value: object) -> bool:
    """Say whether a text holds what no form lets through and no database of ours keeps."""
    return isinstance(value, str) and "\0" in value


def _check_first_states(change: Change, after: Record) -> None:
    for field in _STATES[change.kind]:
        cycle, state = field.lifecycle, after.value(field.name)
        if cycle is not None and not cycle.legal(None, str(state)):  # type: ignore[arg-type]
            raise refused("illegal_step", change, field.name, {"to": state})
