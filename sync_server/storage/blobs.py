"""What the database knows of blobs: which are whole, which are being sent, which are named by records, and in which scopes."""

from collections.abc import Collection
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, union_all, update

from shared.models.registry import raw_table
from shared.sync.record import LIVE
from sync_server.storage.bulk import upsert, within
from sync_server.storage.tables import BLOB, BLOB_UPLOAD, DEVICE, RECORD_META

NAMING_KIND: Final = "attachment"
"""The records that name blobs."""
_attachment = raw_table(NAMING_KIND)
UNKNOWN: Final = "application/octet-stream"
LEAVING: Final = 1
"""The bytes are being removed."""
ERASED: Final = 2
"""They are, and were of who was erased."""
GONE: Final = 3
"""They are removed, and are not taken from a phone that has not heard of the erasure."""
NAMING: Final = (_attachment.c.sha256, _attachment.c.thumb_sha256)
"""Every column that names a blob."""


class BlobRow(NamedTuple):
    """A whole blob; ``stored_at`` is 0 where it is not known whether it still is in the store."""

    sha256: str
    size: int
    media_type: str
    stored_at: int
    unnamed_since: int | None = None
    leaving: int = 0


class UploadRow(NamedTuple):
    """A blob on its way: ``offset`` of ``size`` bytes are durable."""

    device: str
    sha256: str
    size: int
    offset: int
    at: int

    @property
    def name(self) -> str:
        """Under which its bytes are staged."""
        return f"{self.device}-{self.sha256}"


def blob(connection: Connection, sha256: str) -> BlobRow | None:
    """Give a whole blob, one that is being removed excepted."""
    found = connection.execute(select(BLOB).where(BLOB.c.sha256 == sha256)).one_or_none()
    return BlobRow._make(found) if found is not None and not found.leaving else None


def blobs(connection: Connection, sha256s: Collection[str] | None = None) -> list[BlobRow]:
    """Give the whole blobs of these hashes, or all; also those that are being removed."""
    query = select(BLOB).where(BLOB.c.leaving != GONE).order_by(BLOB.c.sha256)
    return [BlobRow._make(row) for row in connection.execute(query if sha256s is None else query.where(within(BLOB.c.sha256, sha256s)))]


def save_blob(connection: Connection, row: BlobRow) -> bool:
    """Write a blob that is whole now; False where its bytes are just being removed: nothing is written."""
    if leaves(connection, row.sha256):
        return False
    upsert(connection, BLOB, [row])
    return True


def leaves(connection: Connection, sha256: str) -> int:
    """Say whether, and how, the bytes of a blob leave; 0 for one that stays, also because a record names it by now."""
    how = connection.execute(select(BLOB.c.leaving).where(BLOB.c.sha256 == sha256)).scalar_one_or_none()
    return how if how and sha256 not in named(connection, [sha256]) else 0


def drop_blob(connection: Connection, sha256: str) -> None:
    """Forget a blob that leaves; of one of who was erased it stays known that it did."""
    connection.execute(delete(BLOB).where(BLOB.c.sha256 == sha256, BLOB.c.leaving == LEAVING))
    connection.execute(update(BLOB).where(BLOB.c.sha256 == sha256, BLOB.c.leaving == ERASED).values(leaving=GONE, size=0))


def forget_gone(connection: Connection, before: int) -> None:
    """Forget of who was erased that long ago which bytes were theirs."""
    connection.execute(delete(BLOB).where(BLOB.c.leaving == GONE, BLOB.c.unnamed_since <= before))


def mark_leaving(connection: Connection, sha256s: Collection[str]) -> None:
    """Say that the bytes of these are being removed."""
    connection.execute(update(BLOB).where(within(BLOB.c.sha256, sha256s), BLOB.c.leaving == 0).values(leaving=LEAVING))


def let_leave(connection: Connection, sha256s: Collection[str], at: int) -> None:
    """Say that the bytes of these, of who was erased, are being removed, also of those that did not come whole."""
    known = set(connection.execute(select(BLOB.c.sha256).where(within(BLOB.c.sha256, sha256s))).scalars())
    connection.execute(update(BLOB).where(within(BLOB.c.sha256, sha256s)).values(leaving=ERASED, unnamed_since=at))
    upsert(connection, BLOB, [BlobRow(each, 0, UNKNOWN, at, at, ERASED) for each in sha256s if each not in known])


def leaving(connection: Connection) -> list[str]:
    """Give the hashes whose bytes are being removed, or must not be here."""
    return list(connection.execute(select(BLOB.c.sha256).where(BLOB.c.leaving != 0).order_by(BLOB.c.sha256)).scalars())


def mark_unnamed(connection: Connection, sha256s: Collection[str], since: int | None) -> None:
    """Note since when no record names these; None: one does."""
    connection.execute(update(BLOB).where(within(BLOB.c.sha256, sha256s)).values(unnamed_since=since))


def upload(connection: Connection, device: str, sha256: str) -> UploadRow | None:
    """Give what a device has sent so far of a blob."""
    found = connection.execute(select(BLOB_UPLOAD).where(_upload_is(device, sha256))).one_or_none()
    return UploadRow._make(found) if found is not None else None


def uploads_of(connection: Connection, device: str) -> tuple[int, int]:
    """Count the files that a device's user is sending from all of hers, and their bytes in their whole length."""
    hers = select(DEVICE.c.id).where(DEVICE.c.user_id == select(DEVICE.c.user_id).where(DEVICE.c.id == device).scalar_subquery())
    totals = select(func.count(), func.coalesce(func.sum(BLOB_UPLOAD.c.size), 0)).where(BLOB_UPLOAD.c.device.in_(hers))
    files, size = connection.execute(totals).one()
    return int(files), int(size)


def uploads_before(connection: Connection, at: int) -> list[UploadRow]:
    """Give the uploads that nothing was added to since ``at``."""
    return [UploadRow._make(row) for row in connection.execute(select(BLOB_UPLOAD).where(BLOB_UPLOAD.c.at < at))]


def upload_names(connection: Connection) -> set[str]:
    """Give the names under which bytes are staged."""
    return {UploadRow._make(row).name for row in connection.execute(select(BLOB_UPLOAD))}


def uploads(connection: Connection, sha256: str) -> list[UploadRow]:
    """Give what devices have sent so far of a blob."""
    return [UploadRow._make(row) for row in connection.execute(select(BLOB_UPLOAD).where(BLOB_UPLOAD.c.sha256 == sha256))]


def save_upload(connection: Connection, row: UploadRow) -> None:
    """Write how far an upload has come."""
    upsert(connection, BLOB_UPLOAD, [row])


def drop_upload(connection: Connection, device: str, sha256: str) -> None:
    """Forget an upload. Repeatable."""
    connection.execute(delete(BLOB_UPLOAD).where(_upload_is(device, sha256)))


def bytes_kept(connection: Connection, sha256: str = "") -> int:
    """Count the bytes of all blobs that are here, but for one that comes again, and of those on their way, in their whole length."""
    here = select(func.coalesce(func.sum(BLOB.c.size), 0)).where(BLOB.c.stored_at > 0, BLOB.c.sha256 != sha256)
    coming = select(func.coalesce(func.sum(BLOB_UPLOAD.c.size), 0))
    return sum(int(connection.execute(total).scalar_one()) for total in (here, coming))


def doubt(connection: Connection, rows: Collection[BlobRow]) -> None:
    """Note that these are not in the store, but for those that came again since they were read."""
    latest = max((row.stored_at for row in rows), default=0)
    missing = within(BLOB.c.sha256, [row.sha256 for row in rows]) & (BLOB.c.stored_at <= latest)
    connection.execute(update(BLOB).where(missing).values(stored_at=0))


def doubt_all(connection: Connection) -> None:
    """Let the store say what is there, as after a restore: files that the backup calls unnamed or on their way may have been named since.

    What it says to be of somebody erased leaves all the same.
    """
    connection.execute(update(BLOB).where(BLOB.c.leaving < ERASED).values(stored_at=0, unnamed_since=None, leaving=0))
    connection.execute(delete(BLOB).where(BLOB.c.leaving == GONE))
    connection.execute(delete(BLOB_UPLOAD))


def named(connection: Connection, sha256s: Collection[str]) -> set[str]:
    """Give those hashes that a live record names."""
    return {
        sha256
        for column in NAMING
        for (sha256,) in connection.execute(_records(column).where(within(column, sha256s), RECORD_META.c.deleted == LIVE))
    }


def all_named(connection: Connection) -> set[str]:
    """Give every hash that a live record names."""
    live = RECORD_META.c.deleted == LIVE
    return {sha256 for column in NAMING for (sha256,) in connection.execute(_records(column).where(live)) if sha256}


def named_by(connection: Connection, ids: Collection[str]) -> set[str]:
    """Give every hash that one of these records names, also a deleted one."""
    return {sha256 for column in NAMING for (sha256,) in connection.execute(select(column).where(within(_attachment.c.id, ids))) if sha256}


def whose_bytes_are_here(connection: Connection, ids: Collection[str]) -> set[str]:
    """Give those of these records of which the office has a file, or a part of one: only they tell whose it is when somebody is erased."""
    here = union_all(select(BLOB.c.sha256).where(BLOB.c.leaving != GONE), select(BLOB_UPLOAD.c.sha256))
    names = or_(*(column.in_(here) for column in NAMING))
    return set(connection.execute(select(_attachment.c.id).where(within(_attachment.c.id, ids), names)).scalars())


def is_named_in(connection: Connection, sha256: str, scopes: Collection[str]) -> bool:
    """Say whether a live record of one of these scopes names the hash."""
    names = or_(*(column == sha256 for column in NAMING))
    query = _records(_attachment.c.id).where(names, RECORD_META.c.deleted == LIVE, RECORD_META.c.scope.in_(list(scopes))).limit(1)
    return connection.execute(query).one_or_none() is not None


def _records(column: ColumnElement[Any]) -> Any:  # noqa: ANN401 - a query
    return select(column).join(RECORD_META, RECORD_META.c.id == _attachment.c.id)


def _upload_is(device: str, sha256: str) -> ColumnElement[bool]:
    return (BLOB_UPLOAD.c.device == device) & (BLOB_UPLOAD.c.sha256 == sha256)
