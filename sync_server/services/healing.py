"""Healing after a restore: journals are merged again, and records that no journal brings are taken from those who hold them.

A device does this once in an epoch. What it offers is taken within its scopes only, by the server's own idea of where a record belongs;
it is marked with who gave it back, and what only the server writes is never taken (PROTOCOL 19 to 21).
"""

import logging
from collections.abc import Collection, Iterable
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from shared.errors import AnswerMalformed, ServerRefused
from shared.models.registry import COLUMNS, KINDS, MODELS, ROOT
from shared.ports import Clock
from shared.rules import validation
from shared.sync.change import Change, Edit, Epoch
from shared.sync.clock import pack
from shared.sync.codec import records_of, to_rows
from shared.sync.healing import Offer, take
from shared.sync.merge import Home, Witness, merge_change
from shared.sync.policy import KindSpec, Policy
from shared.sync.protocol import MAX_CHANGES, HealAnswer, HealRequest, KindRows, Outcome, PushRequest
from shared.sync.record import DELETED, ERASED, RECOVERED, Mark, Record
from shared.sync.settle import Clash
from sync_server.services import epochs, scopes
from sync_server.services.conflicts import Conflicts
from sync_server.services.identity import DeviceIdentity
from sync_server.services.push import JOURNAL_DAYS, Batch
from sync_server.services.quote_totals import Sums
from sync_server.services.scopes import grants, territory_scope
from sync_server.services.validation import is_id
from sync_server.services.workspace import Workspace
from sync_server.storage import meta, records
from sync_server.storage.bulk import upsert
from sync_server.storage.database import Database
from sync_server.storage.tables import HEALED

CONFLICT: Final = "conflict"
_ORDER: Final = {kind: place for place, kind in enumerate(MODELS)}
_SERVER_FIELDS: Final = {
    kind: frozenset(name for name, field in spec.fields.items() if field.policy is Policy.SERVER) for kind, spec in KINDS.items()
}
_log = logging.getLogger(__name__)


class HealService:
    """Takes back what devices have of a lost epoch."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def heal(self, device: DeviceIdentity, request: HealRequest) -> HealAnswer:
        """Merge journal entries, take offered records, and say what now stands. Sending the same again changes nothing.

        Raises:
            ServerRefused: 413 ``too_many_changes``; 422 ``not_lost``: the epoch is the one that lives; and what a push is refused for.
        """
        size = sum(len(each.transaction.changes) for each in request.entries) + sum(len(rows.rows) for rows in request.offers.values())
        if size > MAX_CHANGES:
            raise ServerRefused(413, "too_many_changes")
        return self._database.run(lambda connection: _Healing(connection, device, request, self._clock.now_ms()).run())


class _Healing:
    """One request."""

    def __init__(self, connection: Connection, device: DeviceIdentity, request: HealRequest, now: int) -> None:
        self._connection = connection
        self._device = device
        self._request = request
        self._now = now
        self._epoch = epochs.standing(connection).epoch
        self._fork = self._epoch.shared(request.epoch)
        done = connection.execute(select(HEALED.c.epoch).where(HEALED.c.device == device.device_id)).scalar_one_or_none()
        self._open = done != self._epoch.id

    def run(self) -> HealAnswer:
        if self._request.epoch == self._epoch.id:
            raise ServerRefused(422, "not_lost")
        outcomes = self._entries()
        kinds: dict[str, KindRows] = {}
        named: dict[str, int] = {}
        if self._request.offers:
            kinds = self._offers(named)
        if self._request.done:
            upsert(self._connection, HEALED, [(self._device.device_id, self._epoch.id, self._now)])
        return HealAnswer(self._epoch, self._now, pack(self._now), outcomes, kinds, list(named))

    def _entries(self) -> tuple[Outcome, ...]:
        entries = self._request.entries
        if not entries:
            return ()
        lost = {entry.transaction.id: entry.rev for entry in entries if self._open and self._fork < entry.rev < self._epoch.start}
        request = PushRequest(self._request.clock, tuple(entry.transaction for entry in entries))
        granted = grants(self._connection, self._device, self._now, JOURNAL_DAYS)
        return Batch(self._connection, self._device, request, self._now, granted=granted, lost=lost).run().outcomes

    def _offers(self, named: dict[str, int]) -> dict[str, KindRows]:
        try:
            offered = records_of(self._request.offers, self._request.scopes)
        except AnswerMalformed as error:
            raise ServerRefused(422, "malformed_offer") from error
        if self._open:
            self._take(sorted(offered, key=lambda record: _ORDER.get(record.kind, len(_ORDER))))
        ids = [record.id for record in offered]
        readable = scopes.readable(self._connection, self._device, self._now)
        found = {id_: place for id_, place in records.places(self._connection, ids).items() if place.scope in readable}
        return to_rows(records.load(self._connection, found, list(found)).values(), COLUMNS, named)

    def _take(self, offered: Iterable[Record]) -> None:
        workspace = Workspace(self._connection, meta.head(self._connection))
        reader = _OfferReader(workspace, self._device, self._epoch, self._fork, self._now)
        for record in offered:
            reader.read(record)
        sums = Sums(workspace)
        sums.note(reader.mark)
        if reader.taken:
            _log.warning("records recovered from a device", extra={"device": self._device.code, "changes": reader.taken})
        workspace.keep()
        sums.work_out()
        workspace.flush()


class _OfferReader:
    """Takes offered records into a workspace, all at one rev."""

    def __init__(self, workspace: Workspace, device: DeviceIdentity, epoch: Epoch, fork: int, now: int) -> None:
        self._workspace = workspace
        self._writable = grants(workspace.connection, device, now, 0).current
        self._start = epoch.start
        self._fork = fork
        self._rev = workspace.head + 1
        self._by = Mark(pack(now), device.code, self._rev)
        self._conflicts = Conflicts(workspace, device, now)
        self.taken = 0

    def read(self, offered: Record) -> None:
        """Take one record, or leave it where it is malformed, out of scope, or of a kind that devices do not give back."""
        spec = KINDS.get(offered.kind)
        if spec is None or not (spec.writable or offered.kind == CONFLICT) or not self._is_sound(offered, spec):
            return
        standing = self._workspace.record(offered.id)
        if standing is not None and (standing.kind != offered.kind or standing.scope not in self._writable or offered.kind == CONFLICT):
            return
        placed = offered if standing is not None else self._placed(offered, spec)
        if placed is None:
            return
        if self._is_about_erased(offered, spec):
            if standing is None:
                self._stage(Record(placed.kind, placed.id, placed.root, placed.scope, self._rev, self._by, {}, ERASED))
            return
        guarded = frozenset() if offered.kind == CONFLICT else _SERVER_FIELDS[offered.kind]
        if standing is not None:
            guarded |= {spec.parent or "territory_id"}
        taken = take(standing, Offer(placed, self._fork, self._rev, self._by, guarded), spec)
        if taken.record is not standing:
            self._stage(taken.record)
            if spec.writable and taken.record.live:
                self._bring_back_parents(taken.record)
        self._note(standing, taken.record, taken.clashes)

    def _stage(self, record: Record) -> None:
        self._workspace.stage(record)
        self.taken += 1

    def _bring_back_parents(self, record: Record) -> None:
        """What somebody deleted since the restore, before this came back below it, lives again with a question, as after a push."""
        for place in self._workspace.above(record):
            parent = self._workspace.record(place.id) if place.deleted == DELETED else None
            if parent is None or parent.removal.rev <= self._fork or parent.removal.lost:
                continue
            touch = Change(parent.kind, parent.id, "update", self._by.stamp)
            merged = merge_change(parent, touch, Witness(self._by, 0), KINDS[parent.kind], Home(parent.root, parent.scope))
            if merged.record is not None:
                self._stage(merged.record)
                self._note(parent, merged.record, merged.clashes)

    def _note(self, before: Record | None, after: Record, clashes: Collection[Clash]) -> None:
        if clashes:
            met = Change(after.kind, after.id, "update", self._by.stamp, {clash.field: Edit() for clash in clashes})
            self._conflicts.prefetch([after.id])
            self._conflicts.note(met, Witness(self._by, 0), before, after, clashes)

    @property
    def mark(self) -> Mark:
        """Whose mark the sums of the drafts among what was taken get: they count as written when the last of it was."""
        revs = [record.marks[RECOVERED].lost for record in self._workspace.staged if RECOVERED in record.marks]
        return msgspec.structs.replace(self._by, lost=max(revs, default=0))

    def _is_sound(self, offered: Record, spec: KindSpec) -> bool:
        marks = [offered.mark, *offered.marks.values(), *(mark for members in offered.adds.values() for mark in members.values())]
        if not is_id(offered.id) or not self._fork < offered.rev < self._start or offered.deleted not in (0, 1):
            return False
        if any(mark.rev > offered.rev for mark in marks) or not offered.fields.keys() <= spec.fields.keys():
            return False
        return not spec.writable or not validation.blocking(validation.check(offered.kind, offered.fields, None, plans=False))

    def _placed(self, offered: Record, spec: KindSpec) -> Record | None:
        """Say where an unknown record belongs: by what its fields say and this server knows, never by what the device claims."""
        if offered.kind == ROOT:
            root, scope = offered.id, territory_scope(offered.value("territory_id"))
        else:
            parent = self._workspace.place(str(offered.value(spec.parent or "")))
            if parent is None or parent.kind != ROOT:
                return None
            root, scope = parent.id, parent.scope
        if scope not in self._writable:
            return None
        return msgspec.structs.replace(offered, root=root, scope=scope)

    def _is_about_erased(self, offered: Record, spec: KindSpec) -> bool:
        """Whether it says to be below a record, or a question about one, that was erased before this came back."""
        names = [spec.parent, *(spec.owner or ())[:1], "record_id" if offered.kind == CONFLICT else None]
        named = (self._workspace.place(str(offered.value(name))) for name in names if name is not None)
        return any(place is not None and place.deleted == ERASED for place in named)
