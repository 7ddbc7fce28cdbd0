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
from shared.sync.change import Change, Edit, Epoch
from shared.sync.clock import pack
from shared.sync.codec import records_of, to_rows
from shared.sync.healing import Offer, take
from shared.sync.merge import Home, Witness, merge_change
from shared.sync.policy import WHOLE_RECORD, KindSpec
from shared.sync.protocol import HealAnswer, HealRequest, KindRows, Outcome, PushRequest
from shared.sync.record import BELOW, DELETED, ERASED, LIVE, RECOVERED, Mark, Record
from shared.sync.settle import Clash, Side
from sync_server.config import LEASE_DAYS
from sync_server.services import closed_records, epochs, revisions, scopes
from sync_server.services.afterlife import later_below
from sync_server.services.conflicts import Conflicts
from sync_server.services.identity import DeviceIdentity
from sync_server.services.offers import (
    CONFLICT,
    as_it_stands,
    asked_as_well,
    belongs,
    guarded,
    in_time,
    is_about_erased,
    is_question,
    is_sound,
    shared_facts,
)
from sync_server.services.push import JOURNAL_DAYS, Batch, require_bounded
from sync_server.services.quote_totals import Sums
from sync_server.services.scopes import active, grants, is_archived, territory_scope
from sync_server.services.workspace import Workspace
from sync_server.storage import meta, records
from sync_server.storage.bulk import upsert
from sync_server.storage.database import Database
from sync_server.storage.tables import HEALED

_ORDER: Final = {kind: place for place, kind in enumerate(MODELS)}
_log = logging.getLogger(__name__)


class HealService:
    """Takes back what devices have of a lost epoch."""

    def __init__(self, database: Database, clock: Clock, lease_days: int = LEASE_DAYS) -> None:
        self._database = database
        self._clock = clock
        self._lease_days = lease_days

    def heal(self, device: DeviceIdentity, request: HealRequest) -> HealAnswer:
        """Merge journal entries, take offered records, and say what now stands. Sending the same again changes nothing.

        Raises:
            ServerRefused: 413 ``too_many_changes``; 422 ``not_lost``: the epoch is the one that lives; and what a push is refused for.
        """
        require_bounded([each.transaction for each in request.entries], sum(len(rows.rows) for rows in request.offers.values()))
        return self._database.run(lambda connection: _Healing(connection, device, request, self._clock.now_ms(), self._lease_days).run())


class _Healing:
    """One request."""

    def __init__(self, connection: Connection, device: DeviceIdentity, request: HealRequest, now: int, lease_days: int) -> None:
        self._connection = connection
        self._lease_days = lease_days
        self._device = device
        self._request = request
        self._now = now
        self._epoch = epochs.standing(connection).epoch
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
        gone = (entry for entry in entries if self._open and self._epoch.lost(entry.rev, self._request.epoch))
        lost = {entry.transaction.id: entry.rev for entry in gone}
        request = PushRequest(self._request.clock, tuple(entry.transaction for entry in entries))
        # Only what a lost epoch had taken may be as old as a journal: all else is judged by the lease, as in a push.
        granted = grants(self._connection, self._device, self._now, JOURNAL_DAYS if len(lost) == len(entries) else self._lease_days)
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
        reader = _OfferReader(workspace, self._device, self._epoch, self._request.epoch, self._now)
        for record in offered:
            reader.read(in_time(record, self._now))
        sums = Sums(workspace)
        sums.note(reader.mark)
        if reader.taken:
            _log.warning("records recovered from a device", extra={"device": self._device.code, "changes": reader.taken})
        workspace.keep()
        sums.work_out()
        workspace.flush()


class _OfferReader:
    """Takes offered records into a workspace, all at one rev."""

    def __init__(self, workspace: Workspace, device: DeviceIdentity, epoch: Epoch, source: str, now: int) -> None:
        self._workspace = workspace
        self._writable = grants(workspace.connection, device, now, 0).current
        self._epoch = epoch
        self._source = source
        self._rev = workspace.head + 1
        self._by = Mark(pack(now), device.code, self._rev)
        self._conflicts = Conflicts(workspace, device, now)
        self.taken = 0

    def read(self, offered: Record) -> None:
        """Take one record, or leave it where it is malformed, out of scope, or of a kind that devices do not give back."""
        spec = KINDS.get(offered.kind)
        if spec is None or not (spec.writable or offered.kind == CONFLICT) or not is_sound(offered, spec, self._epoch, self._source):
            return
        standing = self._workspace.record(offered.id)
        if standing is not None and not self._may_change(standing, offered):
            return
        if standing is not None and offered.kind == CONFLICT and not self._is_later(standing, offered):
            self._ask_as_well(standing, offered)
        else:
            self._read(offered, standing, spec)

    def _read(self, offered: Record, standing: Record | None, spec: KindSpec) -> None:
        placed = offered if standing is not None else self._placed(offered, spec)
        if placed is None:
            return
        if is_about_erased(self._workspace, offered, spec):
            if standing is None:
                self._stage(None, Record(placed.kind, placed.id, placed.root, placed.scope, self._rev, self._by, {}, ERASED))
            return
        if not self._is_ours(placed, standing, spec):
            return
        fork = self._epoch.shared(self._source)
        kept = guarded(self._workspace, offered, standing, spec, shared_facts(self._epoch, self._source))
        offer = Offer(placed, fork, self._rev, self._by, kept, self._epoch)
        taken = take(standing, offer, spec)
        record, outlived = revisions.as_given(taken.record, offer), tuple[Clash, ...]()
        if record is not standing:
            record = as_it_stands(self._workspace, record, self._epoch) if record.kind == CONFLICT else self._back(standing, record)
            if standing is not None and standing.live and not record.live:
                record, outlived = self._gone(standing, record)
            self._stage(standing, record)
            if spec.writable and record.live:
                self._bring_back_parents(record)
        self._note(standing, record, taken.clashes + outlived)

    def _gone(self, standing: Record, record: Record) -> tuple[Record, tuple[Clash, ...]]:
        """Let a record go that a lost epoch had deleted; what that epoch had below it later keeps it alive, with a question."""
        removal = record.removal
        later = later_below(self._workspace, standing, removal.lost, self._epoch)
        if later is None:
            return self._conflicts.agree_on_removal(standing, record, removal.lost), ()
        mark = msgspec.structs.replace(self._by, lost=later.lost, knew=BELOW)
        kept = msgspec.structs.replace(record, deleted=LIVE, marks=record.marks | {WHOLE_RECORD: mark})
        return kept, (Clash(WHOLE_RECORD, Side("live", mark), Side("deleted", removal)),)

    def _may_change(self, standing: Record, offered: Record) -> bool:
        """Whether an offer of what is here is looked at: in the archive too, where a backup found what came back from there later."""
        return standing.kind == offered.kind and active(standing.scope) in self._writable

    def _is_later(self, standing: Record, offered: Record) -> bool:
        """Say whether an offered question knows all that the standing one knows: not what was asked since the backup."""
        lost = standing.mark.lost
        known = lost != offered.rev and self._epoch.showed(lost, offered.rev)
        return known or self._epoch.showed(standing.rev, offered.rev)

    def _ask_as_well(self, standing: Record, offered: Record) -> None:
        """Let a question that was asked in two epochs hold the values of both."""
        known = any(self._epoch.showed(offered.rev, rev) for rev in (standing.mark.lost, standing.mark.beside))
        if not known and is_question(self._workspace, offered, standing.root):
            asked = asked_as_well(self._workspace, standing, offered, self._by)
            if asked is not None:
                self._stage(standing, asked)

    def _is_ours(self, placed: Record, standing: Record | None, spec: KindSpec) -> bool:
        if placed.kind == CONFLICT:
            return is_question(self._workspace, placed, placed.root if standing is None else standing.root)
        return standing is not None or belongs(self._workspace, placed, spec, placed.root)

    def _back(self, standing: Record | None, taken: Record) -> Record:
        """Bring what was written back from the archive, or what it belongs to, as a push does."""
        if standing is None:
            closed_records.call_back_owner(self._workspace, taken)
            return taken
        return closed_records.back(self._workspace, taken) if is_archived(taken.scope) else taken

    def _stage(self, before: Record | None, record: Record) -> None:
        self._workspace.stage(record)
        self.taken += 1
        if record.kind == "quote" and (before is None or before.value("revision") != record.value("revision")):
            revisions.number_apart(self._workspace, record, [])

    def _bring_back_parents(self, record: Record) -> None:
        """What somebody deleted since the restore, before this came back below it, lives again with a question, as after a push."""
        for place in self._workspace.above(record):
            parent = self._workspace.record(place.id) if place.deleted == DELETED else None
            given = msgspec.structs.replace(self._by, lost=record.marks[RECOVERED].lost, knew=BELOW)
            if parent is None or self._was_gone(parent, given.lost):
                continue
            touch = Change(parent.kind, parent.id, "update", self._by.stamp)
            merged = merge_change(parent, touch, Witness(given, 0, epoch=self._epoch), KINDS[parent.kind], Home(parent.root, parent.scope))
            if merged.record is not None:
                self._stage(parent, merged.record)
                self._note(parent, merged.record, merged.clashes)

    def _was_gone(self, parent: Record, lost: int) -> bool:
        """Say whether the epoch that gave ``lost`` had deleted the parent, in this one deleted, too, or knew that it was."""
        known = self._epoch.showed(parent.removal.rev, lost) or self._epoch.showed(lost, parent.lost_removal)
        return known or self._epoch.latest((lost, parent.removal.lost)) > 0

    def _note(self, before: Record | None, after: Record, clashes: Collection[Clash]) -> None:
        if clashes:
            met = Change(after.kind, after.id, "update", self._by.stamp, {clash.field: Edit() for clash in clashes})
            self._conflicts.prefetch([after.id])
            self._conflicts.note(met, Witness(self._by, 0, epoch=self._epoch), before, after, clashes)

    @property
    def mark(self) -> Mark:
        """Whose mark the sums of the drafts among what was taken get: they count as written when the last of it was."""
        revs = [record.marks[RECOVERED].lost for record in self._workspace.staged if RECOVERED in record.marks]
        return msgspec.structs.replace(self._by, lost=max(revs, default=0))

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
