"""Tombstones: which are old enough to go, dropping them, what stays of them, and how far devices and time have come."""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select

from shared.models.registry import KINDS, MODELS, ROOT, raw_table
from sync_server.storage import blobs, meta
from sync_server.storage.bulk import upsert, within, within_given
from sync_server.storage.prepared import Prepared
from sync_server.storage.tables import COMPACTED, DEVICE, DEVICE_PROGRESS, HEAD_AT, RECORD_META, TOMBSTONE, TXN_LOG

_META = RECORD_META.c
_OPEN: Final = "open"
_DROPPED = Prepared(select(COMPACTED).where(within_given(COMPACTED.c.id, "ids")))
_OLD = select(_META.id, _META.kind).where(_META.deleted == TOMBSTONE, _META.rev <= bindparam("upto")).order_by(_META.rev)
_LIVES_BELOW: Final = {
    owner: raw_table(kind).c[field] for kind, spec in KINDS.items() if spec.owner is not None for field, owner in [spec.owner]
}
"""By kind, the column of the records that belong to one of it."""
_TRIM = delete(TXN_LOG).where(TXN_LOG.c.device == bindparam("code"), TXN_LOG.c.seq <= bindparam("last"), TXN_LOG.c.at < bindparam("before"))


class Dropped(NamedTuple):
    """A record whose tombstone was dropped: where it was."""

    id: str
    kind: str
    root: str
    scope: str


def dropped(connection: Connection, ids: Collection[str]) -> dict[str, Dropped]:
    """Give those of ``ids`` whose tombstones were dropped."""
    return {each.id: each for each in map(Dropped._make, _DROPPED.rows(connection, ids=ids))}


def dropped_below(connection: Connection, root: str) -> list[Dropped]:
    """Give the records below ``root``, itself included, whose tombstones were dropped."""
    return list(map(Dropped._make, connection.execute(select(COMPACTED).where(COMPACTED.c.root == root).order_by(COMPACTED.c.id))))


def dropped_of(connection: Connection, kind: str) -> list[Dropped]:
    """Give the records of a kind whose tombstones were dropped."""
    return list(map(Dropped._make, connection.execute(select(COMPACTED).where(COMPACTED.c.kind == kind))))


def old(connection: Connection, upto: int) -> dict[str, list[str]]:
    """Give the ids of what was deleted at or below a rev, by kind, children before parents; only of what devices write."""
    found: dict[str, list[str]] = {kind: [] for kind in reversed(list(MODELS)) if KINDS[kind].writable}
    for id_, kind in connection.execute(_OLD, {"upto": upto}):
        if kind in found:
            found[kind].append(id_)
    return found


def drop(connection: Connection, kind: str, ids: Collection[str], upto: int) -> int:
    """Drop those of these tombstones that still are some at or below a rev, and below which nothing is; say how many went."""
    wanted = select(_META.id, _META.kind, _META.root, _META.scope, _META.rev)
    rows = connection.execute(wanted.where(within(_META.id, ids), _META.deleted == TOMBSTONE, _META.rev <= upto)).all()
    kept = _kept(connection, kind, [row.id for row in rows])
    going = [row for row in rows if row.id not in kept]
    if not going:
        return 0
    gone = [row.id for row in going]
    upsert(connection, COMPACTED, [tuple(row[:4]) for row in going])
    for column in (_META.id, raw_table(kind).c.id):
        connection.execute(delete(column.table).where(within(column, gone)))
    through = max(row.rev for row in going)
    if through > int(meta.get(connection, meta.COMPACTED, "0")):
        meta.put(connection, meta.COMPACTED, str(through))
    return len(gone)


def _kept(connection: Connection, kind: str, ids: Collection[str]) -> set[str]:
    """Give those of deleted records below which something is, about which a conflict is open, or whose files are still here."""
    conflict = raw_table("conflict").c
    kept = set(connection.execute(select(conflict.record_id).where(within(conflict.record_id, ids), conflict.state == _OPEN)).scalars())
    if kind == ROOT:
        kept |= set(connection.execute(select(_META.root).where(within(_META.root, ids), _META.id != _META.root).distinct()).scalars())
    if kind in _LIVES_BELOW:
        column = _LIVES_BELOW[kind]
        kept |= set(connection.execute(select(column).where(within(column, ids)).distinct()).scalars())
    if kind == blobs.NAMING_KIND:
        kept |= blobs.whose_bytes_are_here(connection, ids)
    return kept


def note_progress(connection: Connection, device_id: str, rev: int, now: int) -> None:
    """Note that a device has pulled all its scopes through ``rev``."""
    upsert(connection, DEVICE_PROGRESS, [(device_id, rev, now)])


def passed_by_all(connection: Connection, since: int, head: int) -> int:
    """Give the rev that every device has passed which was there after an instant (ms); ``head`` where none was."""
    seen, noted = func.coalesce(DEVICE.c.last_seen, DEVICE.c.enrolled_at), func.coalesce(DEVICE_PROGRESS.c.at, 0)
    lowest = select(func.min(func.coalesce(DEVICE_PROGRESS.c.rev, 0))).select_from(DEVICE)
    joined = lowest.join(DEVICE_PROGRESS, DEVICE_PROGRESS.c.device == DEVICE.c.id, isouter=True)
    found = connection.execute(joined.where(DEVICE.c.revoked_at.is_(None), (seen >= since) | (noted >= since))).scalar_one()
    return head if found is None else int(found)


def note_head(connection: Connection, now: int, before: int) -> int:
    """Note the head of the feed; give what it was at the instant ``before`` (ms), or 0 where that is not known."""
    upsert(connection, HEAD_AT, [(now, meta.head(connection))])
    row = connection.execute(select(HEAD_AT).where(HEAD_AT.c.at <= before).order_by(HEAD_AT.c.at.desc()).limit(1)).one_or_none()
    if row is None:
        return 0
    connection.execute(delete(HEAD_AT).where(HEAD_AT.c.at < row.at))
    return int(row.rev)


def logging_devices(connection: Connection, more_than: int) -> list[tuple[str, int]]:
    """Give the codes of the devices that have sent more than so many transactions, and their last seqs."""
    return [
        (code, last) for code, last in connection.execute(select(DEVICE.c.code, DEVICE.c.last_seq).where(DEVICE.c.last_seq > more_than))
    ]


def trim_log(connection: Connection, devices: Iterable[tuple[str, int]], before: int) -> int:
    """Drop the lines of the log, older than ``before`` (ms), through each device's given seq; say how many went."""
    return sum(connection.execute(_TRIM, {"code": code, "last": last, "before": before}).rowcount for code, last in devices)
