"""What may be true of a record that a device offers after a restore. What a push would refuse must not come in this way either."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from shared.models.conflict import ConflictEntry
from shared.models.registry import KINDS, ORG_WIDE, ROOT
from shared.rules.lifecycle import quote_is_frozen
from shared.sync.change import Epoch
from shared.sync.clock import COUNTER_MASK, millis, pack
from shared.sync.policy import WHOLE_RECORD, KindSpec, Policy
from shared.sync.record import BELOW, ERASED, RECOVERED, Mark, Record, every_mark
from sync_server.services.conflicts import CLOSED, MERGED_BY_NOBODY, OPEN, SERVER_DEVICE, conflict_id, put_entry, value_of
from sync_server.services.quoting import DECISION
from sync_server.services.validation import could_be, could_stand, holds_nul, is_id
from sync_server.services.workspace import Workspace

CONFLICT: Final = "conflict"
_EXISTENCE: Final = ("live", "deleted")
_MOST_MS: Final = 253_402_214_400_000
"""The last day of the year 9999: a screen can show none after it."""
_MOST: Final = 1 << 53
_MOST_MEMBERS: Final = 200
"""Of a set: four times what a form takes, since what a lost epoch had taken off is told too."""
_LONGEST_MEMBER: Final = 300
_SERVER_FIELDS: Final = {
    kind: frozenset(name for name, field in spec.fields.items() if field.policy is Policy.SERVER) for kind, spec in KINDS.items()
}
_encode = msgspec.json.Encoder().encode
_entries = msgspec.json.Decoder(list[ConflictEntry]).decode


def is_sound(offered: Record, spec: KindSpec, epoch: Epoch, source: str) -> bool:
    """Whether it can have been given by the epoch ``source``, which ``epoch`` lost, or by one since."""
    if not is_id(offered.id) or not epoch.lost(offered.rev, source) or offered.deleted not in (0, 1):
        return False
    if not _is_named(offered, spec) or not all(_is_mark(mark, offered.rev) for mark in every_mark(offered)):
        return False
    return not spec.writable or could_stand(offered.kind, offered.fields)


def _is_named(offered: Record, spec: KindSpec) -> bool:
    """Whether all that it tells, and tells the author of, is of its kind, and no more than a record can have of it."""
    marked, sets = offered.marks.keys() - {WHOLE_RECORD, RECOVERED}, spec.fields.keys() & offered.adds.keys()
    if not offered.fields.keys() | marked <= spec.fields.keys() or len(sets) < len(offered.adds):
        return False
    return all(spec.fields[name].policy is Policy.SET and _are_members(offered.adds[name]) for name in sets)


def _are_members(adds: Mapping[str, Mark]) -> bool:
    return len(adds) <= _MOST_MEMBERS and all(len(member) <= _LONGEST_MEMBER and not holds_nul(member) for member in adds)


def _is_mark(mark: Mark, rev: int) -> bool:
    """Whether a server can have given a mark of a record that it gave last at ``rev``."""
    numbers = (mark.seq, mark.lost, mark.beside)
    fits = 0 <= mark.rev <= rev and all(0 <= number <= _MOST for number in numbers) and BELOW <= mark.knew <= _MOST
    return fits and (not mark.device or is_id(mark.device))


def in_time(offered: Record, now: int) -> Record:
    """Give a record none of whose marks is of later than ``now``, as each change is clamped that a device pushes."""
    last = pack(now, COUNTER_MASK)
    if all(0 <= mark.stamp <= last for mark in every_mark(offered)):
        return offered

    def bounded(marks: Mapping[str, Mark]) -> dict[str, Mark]:
        return {name: _in_time(mark, last) for name, mark in marks.items()}

    adds = {name: bounded(members) for name, members in offered.adds.items()}
    return msgspec.structs.replace(offered, mark=_in_time(offered.mark, last), marks=bounded(offered.marks), adds=adds)


def _in_time(mark: Mark, last: int) -> Mark:
    return msgspec.structs.replace(mark, stamp=min(max(mark.stamp, 0), last))


def is_about_erased(workspace: Workspace, offered: Record, spec: KindSpec) -> bool:
    """Whether it says to be below a record, or a question about one, that was erased before this came back."""
    names = [spec.parent, *(spec.owner or ())[:1], "record_id" if offered.kind == CONFLICT else None]
    named = (workspace.place(str(offered.value(name))) for name in names if name is not None)
    return any(place is not None and place.deleted == ERASED for place in named)


def belongs(workspace: Workspace, offered: Record, spec: KindSpec, root: str) -> bool:
    """Whether all that a new record names besides the catalogue is its own customer's, and what it is part of is here."""
    if spec.owner is not None and workspace.place(str(offered.value(spec.owner[0]))) is None:
        return False
    names = [name for name, kind in spec.references.items() if kind not in ORG_WIDE and kind != ROOT and offered.value(name) is not None]
    places = (workspace.place(str(offered.value(name))) for name in names)
    return all(place is None or place.root == root for place in places)


def is_question(workspace: Workspace, offered: Record, root: str) -> bool:
    """Whether a conflict is one that this server could have opened: about a field of a record below ``root``, with values."""
    about, field, standing = offered.value("record_id"), str(offered.value("field")), offered.value("standing")
    place = workspace.place(str(about))
    if place is None or place.root != root or place.kind != offered.value("record_kind") or offered.id != conflict_id(str(about), field):
        return False
    try:
        entries = _entries(str(offered.value("entries")))
    except msgspec.MsgspecError:
        return False
    if not all(_is_entry(entry, place.kind, field) for entry in entries):
        return False
    return offered.value("state") in (OPEN, CLOSED) and isinstance(standing, int) and 0 <= standing < len(entries) and _is_timed(offered)


def _is_entry(entry: ConflictEntry, kind: str, field: str) -> bool:
    if not (0 <= entry.at < _MOST_MS and 0 <= entry.seq <= _MOST and 0 <= entry.seen <= _MOST):
        return False
    if field == WHOLE_RECORD:
        return entry.value in _EXISTENCE
    return field in KINDS[kind].fields and could_be(kind, field, entry.value)


def _is_timed(question: Record) -> bool:
    """Whether its times can be shown, and who closed it was somebody."""
    times, by = (question.value("opened_at"), question.value("closed_at")), question.value("closed_by")
    return all(time is None or (type(time) is int and 0 <= time < _MOST_MS) for time in times) and (by is None or isinstance(by, str))


def as_it_stands(workspace: Workspace, question: Record, epoch: Epoch) -> Record:
    """Let a question that came back say which of its values stands: journals may have brought another one than the lost epoch had."""
    about = workspace.record(str(question.value("record_id")))
    if about is None:
        return question
    value = value_of(about, str(question.value("field")))
    stands = about.mark_of(str(question.value("field")))
    if stands.lost > stands.knew and epoch.showed(question.mark.lost, stands.knew):  # whoever wrote it had seen the question
        question = msgspec.structs.replace(question, fields=question.fields | {"state": CLOSED})
    places = (place for place, entry in enumerate(_entries(str(question.value("entries")))) if entry.value == value)
    standing = next(places, question.value("standing"))
    return msgspec.structs.replace(question, fields=question.fields | {"standing": standing})


def asked_as_well(workspace: Workspace, standing: Record, offered: Record, by: Mark) -> Record | None:
    """Give a question with the values that met in it in an epoch which it knows nothing of; None where all of them have come back.

    Nobody who settled it here had seen them, so it is open again. A value is here if its author's phone has said as much, or more, since.
    """
    about = workspace.record(str(standing.value("record_id")))
    if about is None or about.deleted == ERASED or not standing.live or offered.value("state") != OPEN:
        return None
    here, stands = _entries(str(standing.value("entries"))), about.mark_of(str(standing.value("field")))
    said = [(entry.device, entry.seq) for entry in here] + [(stands.device, stands.seq)]
    lacking = [entry for entry in _entries(str(offered.value("entries"))) if not _is_said(entry, said)]
    if not lacking:
        return None
    for entry in lacking:
        put_entry(here, entry, told=True)
    fields = {name: value for name, value in standing.fields.items() if name not in ("closed_at", "closed_by")}
    if standing.value("state") != OPEN:
        fields |= {"state": OPEN, "opened_at": millis(by.stamp)}
    mark = msgspec.structs.replace(by, device=SERVER_DEVICE, beside=max(standing.mark.beside, offered.rev))
    return msgspec.structs.replace(standing, rev=by.rev, mark=mark, marks={}, fields=fields | {"entries": _encode(here).decode()})


def _is_said(entry: ConflictEntry, said: Iterable[tuple[str, int]]) -> bool:
    merge_of_others = entry.device == MERGED_BY_NOBODY
    return merge_of_others or any(device == entry.device and seq >= entry.seq for device, seq in said)


def guarded(workspace: Workspace, offered: Record, standing: Record | None, spec: KindSpec, fork: int) -> frozenset[str]:
    """Give the fields that an offer may not change: the server's own, where the record belongs, what has left the house, and facts.

    A fact that stands by a rev up to ``fork`` was there before the offer's epoch went its own way, and nobody can have changed it since.
    """
    if offered.kind == CONFLICT:
        return frozenset()
    found = _SERVER_FIELDS[offered.kind]
    if standing is None:
        return found
    place = {spec.parent or "territory_id", *(spec.owner or ())[:1]}
    return found | place | _final(standing, spec, fork) | (_as_sent(spec) if _has_left(workspace, standing) else frozenset())


def shared_facts(epoch: Epoch, source: str) -> int:
    """Give the rev up to which no fact changed in ``source``: all that the backup held, for one of which ``epoch`` knows nothing."""
    return epoch.shared(source) if source == epoch.parent or source in epoch.older else epoch.fork


def _final(standing: Record, spec: KindSpec, fork: int) -> frozenset[str]:
    facts = [field for field in spec.fields.values() if field.policy is Policy.APPEND]
    final = {field.name for field in facts if standing.value(field.name) is not None and standing.mark_of(field.name).rev <= fork}
    return frozenset(final | {field.name for field in facts if field.beside in final})


def _as_sent(spec: KindSpec) -> frozenset[str]:
    return frozenset(spec.fields) - (DECISION - {"sent_at"} if spec.kind == "quote" else frozenset())


def _has_left(workspace: Workspace, standing: Record) -> bool:
    """Whether it is a quote, or part of one, that was sent before the fork or since the restore: what was lost changed nothing of it."""
    quote = standing if standing.kind == "quote" else None
    if standing.kind == "quote_line":
        quote = workspace.record(str(standing.value("quote_id")))
    return quote is not None and quote_is_frozen(str(quote.value("state"))) and not quote.mark_of("sent_at").lost
