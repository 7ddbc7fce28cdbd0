"""Members of sets after restores: one stays as long as one add of it has not been seen by somebody who removed it."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from mobile_app.data.desk import RecordEdit
from shared.models.registry import KINDS
from shared.sync.policy import Policy
from tests.simulation.fleet.fleet import Fleet
from tests.simulation.fleet.ledger import Submission
from tests.simulation.fleet.stands import stands

_TWICE: Final = 2
"""What was lost so often has a base in an epoch before the last lost one: nobody can tell any more what its author had seen (ADR 0013)."""


class _Said(NamedTuple):
    by: Submission
    edit: RecordEdit


class _Member(NamedTuple):
    kind: str
    id: str
    field: str
    identity: str


def check_members(fleet: Fleet) -> None:
    """See that each member which somebody added or removed is where it belongs."""
    added, removed = _said(fleet)
    members = [member for member in added.keys() | removed.keys() if not _is_untold(fleet, member)]
    found = stands(fleet.door.raw, sorted({(member.kind, member.id) for member in members}))
    for member in sorted(members):
        stand = found.get(member.id)
        said = [*added.get(member, []), *removed.get(member, [])]
        if stand is None or any(len(each.by.lost) >= _TWICE for each in said):
            continue
        there = member.identity in {_identity(member, each) for each in json.loads(stand.fields[member.field] or "[]")}
        adds, removals = added.get(member, []), removed.get(member, [])
        stays = any(not any(fleet.ledger.has_seen(*removal, add.by) for removal in removals) for add in adds) or (not adds and not removals)
        if adds and there != stays:
            what = "was removed by somebody who had not seen it added" if stays else "was removed and is still there"
            fleet.ledger.blame("lost", f"{adds[0].by.device}: {member.field} of {member.id}: {member.identity!r} {what}, since the restore")


def _said(fleet: Fleet) -> tuple[dict[_Member, list[_Said]], dict[_Member, list[_Said]]]:
    added: dict[_Member, list[_Said]] = {}
    removed: dict[_Member, list[_Said]] = {}
    for by in fleet.ledger.by_txn.values():
        for edit in by.edits if by.fate == "taken" else ():
            for name, change in edit.fields.items():
                if KINDS[edit.kind].fields[name].policy is Policy.SET:
                    for into, members in ((added, change.add), (removed, change.remove)):
                        for each in members:
                            place = _Member(edit.kind, edit.id, name, KINDS[edit.kind].fields[name].identity(each))
                            into.setdefault(place, []).append(_Said(by, edit))
    return added, removed


def _is_untold(fleet: Fleet, member: _Member) -> bool:
    """Whether the office wrote there too, or the record was erased, or dropped once everybody had heard that it was deleted."""
    door = fleet.door
    return member.id in fleet.ledger.buried or (member.id, member.field) in door.truth.by_office or member.id in door.dropped


def _identity(member: _Member, value: str) -> str:
    return KINDS[member.kind].fields[member.field].identity(value)
