"""Erasing a person or a customer for good: nothing of what was said stays, and nothing brings it back (PROTOCOL 18).

What is left is a tombstone without values, which tells every device to purge the record and all that it wrote about it.
"""

from collections.abc import Collection
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from shared.errors import RecordNotFound, ServerRefused
from shared.models.registry import ROOT, raw_table
from shared.ports import Clock
from shared.sync.clock import pack
from shared.sync.protocol import MAX_CHANGES
from shared.sync.record import ERASED, Mark, Record
from sync_server.services.blob_keeping import let_unnamed_leave
from sync_server.services.conflicts import SERVER_DEVICE
from sync_server.services.ledger import Erased, Ledger
from sync_server.services.workspace import Workspace
from sync_server.storage import blobs, meta, tombstones
from sync_server.storage.bulk import within_given
from sync_server.storage.prepared import Prepared
from sync_server.storage.tables import RECORD_META
from sync_server.storage.tombstones import Dropped

KINDS: Final = ("account", "contact")
"""What can be erased: a customer with all that is below, or one person."""
_ERASED = Prepared(select(RECORD_META.c.id).where(within_given(RECORD_META.c.id, "ids"), RECORD_META.c.deleted == ERASED))


class Eraser:
    """Erases within the caller's transaction; the ledger knows of it before the database does."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def erase(self, connection: Connection, kind: str, id_: str) -> int:
        """Erase a record with what is below it and the conflicts about it; give how many records that are. Repeatable.

        Photos that only they named are said to leave: ``blob_keeping.remove_leaving`` then removes their bytes.

        Raises:
            RecordNotFound: there is no such record of this kind.
        """
        workspace = Workspace(connection, meta.head(connection))
        record = workspace.record(id_)
        if record is None:
            return self._erase_dropped(workspace, kind, id_)
        if record.kind != kind:
            raise RecordNotFound
        found = [each for each in [*_with(workspace, record), *_dropped_below(workspace, id_)] if each.deleted != ERASED]
        self._write(workspace, found)
        return len(found)

    def _erase_dropped(self, workspace: Workspace, kind: str, id_: str) -> int:
        """Erase what was deleted so long ago that only its id is known: a device that slept may still hold it."""
        was = workspace.dropped(id_)
        if was is None or was.kind != kind:
            raise RecordNotFound
        found = _dropped_below(workspace, id_) if kind == ROOT else [_placed(workspace, was)]
        self._write(workspace, found)
        return len(found)

    def _write(self, workspace: Workspace, found: Collection[Record]) -> None:
        now = self._clock.now_ms()
        self._ledger.append(Erased(each.id, each.kind, each.root, each.scope, now) for each in found)
        _empty(workspace, found, now)

    def apply(self, connection: Connection) -> int:
        """Erase again whatever the ledger names, also what this database does not know yet; give how many records that are."""
        workspace = Workspace(connection, meta.head(connection))
        found: dict[str, Record] = {}
        for line in self._ledger.lines():
            if isinstance(line, Erased):
                known = workspace.record(line.id)
                found |= {each.id: each for each in ([_unknown(line)] if known is None else _with(workspace, known))}
        rest = [record for record in found.values() if record.deleted != ERASED]
        _empty(workspace, rest, self._clock.now_ms())
        return len(rest)


def erased_among(connection: Connection, ids: Collection[str]) -> tuple[str, ...]:
    """Give those of ``ids`` that were erased, wherever they were: what lives and what never was answer alike.

    Raises:
        ServerRefused: 413 ``too_many_changes``: they are more than a push may bring.
    """
    if len(ids) > MAX_CHANGES:
        raise ServerRefused(413, "too_many_changes")
    return tuple(sorted(id_ for (id_,) in _ERASED.rows(connection, ids=ids)))


def _with(workspace: Workspace, record: Record) -> list[Record]:
    """Give a record, what is below it, and the conflicts about it."""
    if record.kind == ROOT:
        return workspace.under([record.id])
    table = raw_table("conflict")
    ids = workspace.connection.execute(select(table.c.id).where(table.c.record_id == record.id)).scalars()
    conflicts = (workspace.record(id_) for id_ in ids)
    return [record, *(conflict for conflict in conflicts if conflict is not None)]


def _dropped_below(workspace: Workspace, root: str) -> list[Record]:
    """Give what was below a customer (only there can something have been) and was dropped, as far as it did not come back."""
    was = tombstones.dropped_below(workspace.connection, root)
    return [_placed(workspace, each) for each in was if workspace.place(each.id) is None]


def _placed(workspace: Workspace, was: Dropped) -> Record:
    """Give a dropped record as one of its customer's, who may have moved since."""
    root = workspace.place(was.root)
    return msgspec.structs.replace(_unknown(was), scope=was.scope if root is None else root.scope)


def _unknown(line: Erased | Dropped) -> Record:
    return Record(line.kind, line.id, line.root, line.scope, 0, Mark(0, SERVER_DEVICE, 0), {})


def _empty(workspace: Workspace, found: Collection[Record], now: int) -> None:
    files = blobs.named_by(workspace.connection, [each.id for each in found])
    rev = workspace.head + 1
    for each in found:
        workspace.stage(Record(each.kind, each.id, each.root, each.scope, rev, Mark(pack(now), SERVER_DEVICE, rev), {}, ERASED))
    workspace.keep()
    workspace.flush()
    let_unnamed_leave(workspace.connection, files, now)
