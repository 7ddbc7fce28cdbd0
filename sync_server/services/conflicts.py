"""Conflict records: at most one per record and field, holding every value that met there (PROTOCOL 15).

A conflict is a record of the server's, in the scope and under the root of the record it is about. It closes when somebody who has seen it
writes the field, or when all its authors have come to agree; it opens again when values meet once more.

The conflict about a record's existence (edited here, deleted there) closes by a delete, or by an update without fields ("keep it").
A record that goes takes along the questions about its fields that whoever deleted it had seen: nobody could answer them any more.
"""

from collections.abc import Collection
from itertools import chain
from typing import Final
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import Connection, select

from shared.models.conflict import ConflictEntry
from shared.models.registry import KINDS, raw_table
from shared.sync.change import Change
from shared.sync.clock import millis, pack
from shared.sync.merge import Clash, Side, Witness
from shared.sync.policy import WHOLE_RECORD, Policy, Value
from shared.sync.record import TOLD, Mark, Record, every_mark
from sync_server.services.identity import DeviceIdentity
from sync_server.services.workspace import Workspace
from sync_server.storage import transactions
from sync_server.storage.bulk import within_given
from sync_server.storage.prepared import Prepared

SERVER_DEVICE: Final = "S0"
"""The device code of what the server itself writes."""
OPEN: Final = "open"
CLOSED: Final = "closed"
MERGED_BY_NOBODY: Final = ""
"""The device of an entry that is the merge of the others: a text that holds both sides."""

_conflict = raw_table("conflict").c
_KNOWN = Prepared(select(_conflict.id, _conflict.record_id, _conflict.field).where(within_given(_conflict.record_id, "records")))
_NAMESPACE = UUID("0c0f3c0e-6d0b-5d5c-9f53-7f1f0b6f0a15")
_encode = msgspec.json.Encoder().encode
_entries = msgspec.json.Decoder(list[ConflictEntry]).decode


def conflict_id(record_id: str, field: str) -> str:
    """Give the id of the one conflict that a record's field can have."""
    return str(uuid5(_NAMESPACE, f"{record_id}/{field}"))


class Conflicts:
    """Keeps the conflicts of a batch: opens, extends, closes and re-opens them in its workspace."""

    def __init__(self, workspace: Workspace, author: DeviceIdentity, now: int) -> None:
        self._workspace = workspace
        self._author = author
        self._now = now
        self._fields: dict[str, set[str]] = {}
        self._read: set[str] = set()
        """Records of which all conflicts are known here."""
        self._users = {author.code: author.user_id, SERVER_DEVICE: ""}

    def prefetch(self, record_ids: Collection[str]) -> None:
        """Load the conflicts of these records, in one query for the whole batch."""
        self._read.update(record_ids)
        found = _known(self._workspace.connection, record_ids)
        for _, record_id, field in found:
            self._fields.setdefault(record_id, set()).add(field)
        ids = [row[0] for row in found]
        self._workspace.prefetch(ids, ids)

    def note(self, change: Change, witness: Witness, before: Record | None, after: Record, clashes: Collection[Clash]) -> None:
        """Follow one merged change: keep the values that met, and settle what its author has seen."""
        if after.id not in self._read:  # nobody sent it: who stands for a duplicate, or a parent that comes back
            self.prefetch([after.id])
        for clash in clashes:
            self._open(clash, witness, before, after)
        known = self._fields.get(after.id)
        if known:
            clashed = {clash.field for clash in clashes}
            for field in known & _touched(change) - clashed:
                self._settle(field, witness, after)
            if before is not None and before.live and not after.live:
                for field in known - {WHOLE_RECORD}:
                    self._drop(field, witness, after)

    def answered_elsewhere(self, change: Change, witness: Witness, about: Record) -> None:
        """Settle what was asked of ``about`` with the values of ``change``, which went to the customer that it was merged into."""
        for field in self._fields.get(about.id, set()) & _touched(change):
            conflict = self._seen_open(field, witness, about)
            if conflict is not None:
                entries = _entries_of(conflict)
                value = "live" if field == WHOLE_RECORD else change.fields[field].to
                self._write(about, field, conflict, entries, self._chosen(entries, value, witness), closed=True)

    def agree_on_removal(self, before: Record, after: Record, lost: int) -> Record:
        """Settle the question about a record that a lost epoch deleted at the rev ``lost``, after all that speaks for its life there.

        It was deleted since too, so nothing is left to ask. Gives the record as deleted in both, and as it is where nothing was asked.
        """
        conflict = self._find(after.id, WHOLE_RECORD)
        if conflict is None or conflict.value("state") != OPEN:
            return after
        entries = _entries_of(conflict)
        seen = {(mark.device, mark.seq) for mark in every_mark(before)}
        gone = [place for place, entry in enumerate(entries) if entry.value == "deleted"]
        if not gone or any(entry.value == "live" and (entry.device, entry.seq) not in seen for entry in entries):
            return after
        self._write(after, WHOLE_RECORD, conflict, entries, gone[0], closed=True)
        removal = msgspec.structs.replace(after.removal, lost=0, beside=lost)
        return msgspec.structs.replace(after, marks=after.marks | {WHOLE_RECORD: removal})

    def _open(self, clash: Clash, witness: Witness, before: Record | None, after: Record) -> None:
        conflict, is_text = self._find(after.id, clash.field), _is_text(after, clash.field)
        is_open = conflict is not None and conflict.value("state") == OPEN
        known = conflict if is_open or not clash.asked else None
        entries = _entries_of(known) if known is not None else []
        standing = self._add_text(entries, clash, witness, before) if is_text else self._add(entries, clash, witness)
        met = [clash.kept.mark, clash.lost.mark]
        met += [before.mark_of(clash.field)] if before is not None and is_text else []
        met += [known.mark] if known is not None else []
        closed = not (clash.asked or is_open)
        lost = witness.epoch.latest([mark.lost for mark in met])
        self._write(after, clash.field, conflict, entries, standing, closed=closed, lost=lost)

    def _add(self, entries: list[ConflictEntry], clash: Clash, witness: Witness) -> int:
        sides = [(self._entry(side, witness), side.mark.knew == TOLD) for side in (clash.kept, clash.lost)]
        standing, _ = [put_entry(entries, entry, apart=witness.stranger, told=told) for entry, told in sides]
        return standing

    def _add_text(self, entries: list[ConflictEntry], clash: Clash, witness: Witness, before: Record | None) -> int:
        """Keep both texts, and their merge where it is a third. What stood before may itself be the merge of an open conflict."""
        if before is not None and all(entry.value != before.value(clash.field) for entry in entries):
            put_entry(entries, self._entry(Side(before.value(clash.field), before.mark_of(clash.field)), witness))
        mine = put_entry(entries, self._entry(clash.lost, witness))
        return mine if clash.kept.value == clash.lost.value else put_entry(entries, self._merge_of(clash.kept.value, witness))

    def _settle(self, field: str, witness: Witness, after: Record) -> None:
        conflict = self._find(after.id, field)
        if conflict is None or conflict.value("state") != OPEN:
            return
        entries = _entries_of(conflict)
        value = value_of(after, field)
        lost = witness.mark.lost if conflict.mark.lost else 0
        if witness.seen >= conflict.rev or witness.had_seen(conflict.mark):
            self._write(after, field, conflict, entries, self._chosen(entries, value, witness), closed=True, lost=lost)
            return
        standing = self._agree(entries, conflict, field, witness, after)
        agreed = all(entry.value == value for entry in entries)
        if not agreed and (entries, standing) == (_entries_of(conflict), _standing_of(conflict)):
            return  # nothing new is asked: an answer that is on its way must still count as having seen it
        self._write(after, field, conflict, entries, standing, closed=agreed, lost=witness.epoch.latest((lost, conflict.mark.lost)))

    def _drop(self, field: str, witness: Witness, after: Record) -> None:
        """Close what was asked about a field of a record that is deleted now; what its author had not seen stays open."""
        conflict = self._seen_open(field, witness, after)
        if conflict is not None:
            self._write(after, field, conflict, _entries_of(conflict), _standing_of(conflict), closed=True)

    def _seen_open(self, field: str, witness: Witness, about: Record) -> Record | None:
        conflict = self._find(about.id, field)
        return conflict if conflict is not None and conflict.value("state") == OPEN and witness.seen >= conflict.rev else None

    def _chosen(self, entries: list[ConflictEntry], value: Value, witness: Witness) -> int:
        """Find the entry that was chosen; what was written anew is added."""
        for index, entry in enumerate(entries):
            if entry.value == value:
                return index
        entries.append(self._entry(Side(value, witness.mark), witness))
        return len(entries) - 1

    def _agree(self, entries: list[ConflictEntry], conflict: Record, field: str, witness: Witness, after: Record) -> int:
        """Replace what its author had there before: she wrote again without having seen the conflict."""
        value = value_of(after, field)
        if _is_text(after, field):
            return put_entry(entries, self._merge_of(value, witness))
        stands = after.mark_of(field).device == self._author.code
        own = (index for index, entry in enumerate(entries) if entry.device == self._author.code)
        mine = None if witness.stranger else next(own, None)
        standing = _standing_of(conflict)
        if mine is None and not stands:
            return standing
        placed = put_entry(entries, self._entry(Side(value, witness.mark), witness), apart=witness.stranger)
        return placed if stands else standing

    def _entry(self, side: Side, witness: Witness) -> ConflictEntry:
        mark = side.mark
        own = mark.device == self._author.code and mark.seq == witness.mark.seq
        seen = witness.seen if own else 0
        return ConflictEntry(side.value, self._user_of(mark.device), mark.device, millis(mark.stamp), mark.seq, seen)

    def _merge_of(self, value: Value, witness: Witness) -> ConflictEntry:
        return ConflictEntry(value, "", MERGED_BY_NOBODY, millis(witness.mark.stamp), witness.mark.seq, witness.seen)

    def _user_of(self, device: str) -> str:
        if device not in self._users:
            self._users |= {device: ""} | transactions.users_of_devices(self._workspace.connection, [device])
        return self._users[device]

    def _find(self, record_id: str, field: str) -> Record | None:
        return self._workspace.record(conflict_id(record_id, field))

    def _write(
        self,
        about: Record,
        field: str,
        conflict: Record | None,
        entries: list[ConflictEntry],
        standing: int,
        *,
        closed: bool,
        lost: int = 0,
    ) -> None:
        """Write a question. ``lost`` is the rev at which a lost epoch must have asked or settled it, 0 for one of this epoch.

        Its mark is ``beside`` the rev at which it came back from there: who holds it as it was then brings no news.
        """
        rev = self._workspace.head + 1
        reopened = conflict is None or conflict.value("state") != OPEN
        fields: dict[str, Value] = {
            "account_id": about.root,
            "record_kind": about.kind,
            "record_id": about.id,
            "field": field,
            "entries": _encode(entries).decode(),
            "standing": standing,
            "state": CLOSED if closed else OPEN,
            "opened_at": self._now if conflict is None or reopened else conflict.value("opened_at"),
        }
        if closed:
            fields |= {"closed_at": self._now, "closed_by": self._author.user_id}
        held = conflict.mark if conflict is not None else Mark(0, "", 0)
        mark = Mark(pack(self._now), SERVER_DEVICE, rev, lost=lost, beside=max(held.lost, held.beside))
        self._workspace.stage(Record("conflict", conflict_id(about.id, field), about.root, about.scope, rev, mark, fields))
        self._fields.setdefault(about.id, set()).add(field)


def _known(connection: Connection, record_ids: Collection[str]) -> list[tuple[str, str, str]]:
    if not record_ids:
        return []
    return [(id_, record_id, field) for id_, record_id, field in _KNOWN.rows(connection, records=record_ids)]


def _touched(change: Change) -> set[str]:
    return {WHOLE_RECORD} if change.op == "delete" or not change.fields else set(change.fields)


def _is_text(record: Record, field: str) -> bool:
    return field != WHOLE_RECORD and KINDS[record.kind].fields[field].policy is Policy.TEXT


def value_of(record: Record, field: str) -> Value:
    """Give what stands of a field, or of the record itself, as a conflict's entries say it."""
    if field == WHOLE_RECORD:
        return "live" if record.live else "deleted"
    return record.value(field)


def _entries_of(conflict: Record) -> list[ConflictEntry]:
    return _entries(str(conflict.value("entries")))


def _standing_of(conflict: Record) -> int:
    return int(str(conflict.value("standing") or 0))


def put_entry(entries: list[ConflictEntry], entry: ConflictEntry, *, apart: bool = False, told: bool = False) -> int:
    """Add an entry, or replace the older one of the same device, which was ``apart`` if it meant another record; give its place.

    What a device offered is only ``told``, also whose it is and how late: it replaces nothing, and keeps nothing out that is written.
    """
    place = _place_of(entries, entry, apart=apart, told=told)
    if place is None:
        entries.append(entry)
        return len(entries) - 1
    if not told and (entries[place].seq <= entry.seq or entry.device == MERGED_BY_NOBODY):
        entries[place] = entry
    return place


def _place_of(entries: list[ConflictEntry], entry: ConflictEntry, *, apart: bool, told: bool) -> int | None:
    """Find the entry that says the same as this one, later, or that its author replaces by it."""
    own = [place for place, known in enumerate(entries) if known.device == entry.device and not (apart and known.seq != entry.seq)]
    if told:
        return next((place for place in own if entries[place].value == entry.value), None)
    if entry.device == MERGED_BY_NOBODY:
        return next(iter(own), None)
    said = (place for place in own if entries[place].value == entry.value and entries[place].seq >= entry.seq)
    older = (place for place in own if entries[place].seq <= entry.seq)
    return next(chain(said, older), None)
