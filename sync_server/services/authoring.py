"""What the server itself writes: the catalogue, people, territories, imports. The same merge as a device's, by one who has seen all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection

from shared.errors import RecordNotFound, RecordRefused
from shared.ids import RANDOM_BYTES, uuid7
from shared.models.registry import KINDS, ORG_SCOPE, ROOT
from shared.ports import Clock, Randomness
from shared.rules import validation
from shared.sync.change import Change, Edit
from shared.sync.clock import millis, pack
from shared.sync.merge import Home, Witness, merge_change
from shared.sync.policy import KindSpec, Policy, Value
from shared.sync.record import Mark, Record
from sync_server.services import closed_records, price_lists
from sync_server.services.conflicts import SERVER_DEVICE, Conflicts
from sync_server.services.identity import DeviceIdentity
from sync_server.services.quote_totals import Sums
from sync_server.services.scopes import is_archived, territory_scope
from sync_server.services.validation import as_stored
from sync_server.services.workspace import Workspace
from sync_server.storage import meta
from sync_server.storage.records import chunks

_SERVER: Final = DeviceIdentity("", SERVER_DEVICE, "", "server")
BATCH: Final = 500
"""Records that share one rev, so that a page of the feed stays small."""

Fields = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Authored:
    """A record as the server wants it: ``fields`` are stored values; those not named stay as they are."""

    kind: str
    id: str
    fields: Fields
    op: Literal["create", "update", "delete"] = "create"
    """``create`` also updates a record that is there."""


class Author:
    """Writes records within the caller's transaction."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness

    def new_id(self) -> str:
        """Give an id for a record to come."""
        return uuid7(self._clock.now_ms(), self._randomness.token(RANDOM_BYTES))

    def create(self, connection: Connection, kind: str, fields: Fields) -> str:
        """Write a new record; give its id.

        Raises:
            RecordRefused: a field's value is not what it must be.
            RecordNotFound: the account it should belong to is not there.
        """
        id_ = self.new_id()
        self.write(connection, [Authored(kind, id_, fields)])
        return id_

    def update(self, connection: Connection, kind: str, id_: str, fields: Fields) -> None:
        """Write some fields of a record.

        Raises:
            RecordRefused: a field's value is not what it must be.
            RecordNotFound: there is no such record.
        """
        self.write(connection, [Authored(kind, id_, fields, "update")])

    def delete(self, connection: Connection, kind: str, id_: str) -> None:
        """Delete a record.

        Raises:
            RecordNotFound: there is no such record.
        """
        self.write(connection, [Authored(kind, id_, {}, "delete")])

    def write(self, connection: Connection, items: Iterable[Authored], at_ms: int | None = None, batch: int = BATCH) -> int:
        """Write many records, parents before children, a rev for each batch; give the feed's new head.

        ``at_ms`` dates what is written (for a demo's past); ``batch`` is how many share a rev. What is as wanted already is not touched.

        Raises:
            RecordRefused: a field's value is not what it must be, or the record was erased; ``rules_overlap``: nothing decides between
                two prices.
            RecordNotFound: a record to change, or a parent, is not there.
        """
        stamp = pack(self._clock.now_ms() if at_ms is None else at_ms)
        workspace = Workspace(connection, meta.head(connection))
        conflicts = Conflicts(workspace, _SERVER, self._clock.now_ms())
        sums, priced = Sums(workspace), False
        for part in chunks(items, batch):
            _prefetch(workspace, part)
            conflicts.prefetch([each.id for each in part])
            for authored in part:
                _write_one(workspace, conflicts, authored, stamp)
            sums.note(Mark(stamp, SERVER_DEVICE, workspace.head + 1))
            priced = priced or any(record.kind in price_lists.KINDS for record in workspace.staged)
            workspace.keep()
        sums.work_out()
        workspace.flush()
        if priced:
            price_lists.check_decided(connection)
        return workspace.head


def _prefetch(workspace: Workspace, batch: list[Authored]) -> None:
    ids = [each.id for each in batch]
    parents = {str(each.fields[name]): None for each in batch if (name := KINDS[each.kind].parent) and each.fields.get(name)}
    workspace.prefetch([*ids, *parents], ids)


def _write_one(workspace: Workspace, conflicts: Conflicts, authored: Authored, stamp: int) -> None:
    spec = KINDS[authored.kind]
    before = workspace.record(authored.id)
    if before is None and authored.op != "create":
        raise RecordNotFound(authored.kind)
    edits = _edits(spec, before, authored.fields)
    if before is not None and before.live and not edits and authored.op != "delete":
        return
    change = as_stored(Change(authored.kind, authored.id, authored.op, stamp, edits))
    witness = Witness(Mark(stamp, SERVER_DEVICE, workspace.head + 1), workspace.head + 1, server=True)
    home = _home(workspace, authored, spec) if before is None else Home(before.root, before.scope)
    merged = merge_change(before, change, witness, spec, home)
    if merged.refusal is not None or merged.record is None:
        raise RecordRefused(merged.refusal.code if merged.refusal is not None else "unknown_record")
    if authored.op != "delete":
        _check(authored, before, merged.record)
    after = _staged(workspace, before, merged.record, millis(stamp))
    conflicts.note(change, witness, before, after, ())


def _edits(spec: KindSpec, before: Record | None, fields: Fields) -> dict[str, Edit]:
    """Say what has to change for the fields to be as wanted."""
    edits: dict[str, Edit] = {}
    for name, wanted in fields.items():
        here = before.value(name) if before is not None else None
        field = spec.fields.get(name)
        if field is not None and field.policy is Policy.SET:
            edit = _members(here, wanted)
            if edit.add or edit.remove:
                edits[name] = edit
        elif here != wanted:
            edits[name] = Edit(wanted, here)
    return edits


def _members(here: Value, wanted: Value) -> Edit:
    old = here if isinstance(here, list) else []
    new = wanted if isinstance(wanted, list) else []
    return Edit(add=tuple(each for each in new if each not in old), remove=tuple(each for each in old if each not in new))


def _home(workspace: Workspace, authored: Authored, spec: KindSpec) -> Home:
    if spec.org_wide:
        return Home(authored.id, ORG_SCOPE)
    if authored.kind == ROOT:
        return Home(authored.id, territory_scope(authored.fields.get("territory_id")))
    root = workspace.place(str(authored.fields.get(spec.parent or "")))
    if root is None:
        raise RecordNotFound(ROOT)
    return Home(root.id, root.scope)


def _check(authored: Authored, before: Record | None, after: Record) -> None:
    found = validation.blocking(validation.check(authored.kind, authored.fields, None if before is None else after.fields, plans=False))
    if found:
        raise RecordRefused("invalid", {error.field: error.code for error in found})


def _staged(workspace: Workspace, before: Record | None, after: Record, now: int) -> Record:
    """Stage a record and give it where it is now; an account that goes to another territory takes all that is below it along."""
    if after is before:
        return after
    if is_archived(after.scope):
        after = closed_records.back(workspace, after)
    if before is not None and after.kind == ROOT and (target := territory_scope(after.value("territory_id"))) != before.scope:
        workspace.stage_move_of_root(before, target, now)
        after = msgspec.structs.replace(after, scope=target)
    workspace.stage(after)
    return after
