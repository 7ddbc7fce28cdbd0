"""What keeps the blob store and the database in step: adopting what a restored database forgot, and removing what no record names.

Bytes are removed in two steps, so that a file that is sent again meanwhile is never half there: the row says that it is leaving, then bytes
and row go in one transaction, which no other removal and nobody who notes a file comes between. A removal that was cut off is finished by
the next sweep. What was of somebody erased is known for a week more, so that no phone brings it back that has not heard of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Connection

from shared.rules.pictures import HEAD, look
from sync_server.storage import blobs
from sync_server.storage.blob_store import BlobStore, Staged, UploadLostError, proven
from sync_server.storage.blobs import BlobRow, UploadRow
from sync_server.storage.database import Database

DAY_MS: Final = 24 * 3600 * 1000
GRACE_DAYS: Final = 7
"""What no record names is kept for so long: a record may come after its bytes, and a deletion may be taken back."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed (or would): blobs, their bytes, and uploads that nobody went on with."""

    blobs: int
    size: int
    uploads: int


def adopt(database: Database, store: BlobStore, sha256: str, now: int) -> BlobRow | None:
    """Take up a blob of which only the store knows that it is here, as after a restore; None where it is not there, whole."""
    size = store.size(sha256)
    if size is None:
        return None
    known = database.run(partial(blobs.blob, sha256=sha256), reading=True)
    if known is not None and known.size == size:
        row = known._replace(stored_at=now)
    elif (media_type := _looked_at(store, sha256, size)) is not None:
        row = BlobRow(sha256, size, media_type, now)
    else:  # cut short: it is sent again
        return None
    return row if database.run(lambda connection: blobs.save_blob(connection, row)) else None


def _looked_at(store: BlobStore, sha256: str, size: int) -> str | None:
    head = bytearray()
    try:
        for part in proven(store.read(sha256, 0, size), sha256):
            head += part[: max(0, HEAD - len(head))]
    except UploadLostError:
        return None
    picture = look(bytes(head))
    return picture.media_type if picture is not None else blobs.UNKNOWN


def sweep(database: Database, store: BlobStore, now: int, *, grace_days: int = GRACE_DAYS, dry_run: bool = False) -> Swept:
    """Remove blobs that no live record has named for ``grace_days``, and uploads left alone for as long. Repeatable at any time."""
    before = now - grace_days * DAY_MS
    if not dry_run:
        _compare(database, store, now)
        _note_unnamed(database, now)

    def look_up(connection: Connection) -> tuple[list[BlobRow], list[UploadRow]]:
        rows = blobs.blobs(connection)
        named = blobs.named(connection, [row.sha256 for row in rows])
        due = [
            row
            for row in rows
            if row.sha256 not in named and (row.leaving or (row.unnamed_since is not None and row.unnamed_since <= before))
        ]
        if not dry_run:
            blobs.mark_leaving(connection, [row.sha256 for row in due])
        return due, blobs.uploads_before(connection, before)

    ownerless = _ownerless(database, store, before)
    due, stale = database.run(look_up)
    if not dry_run:
        _discard(database, store, stale)
        for staged in ownerless:
            store.discard(staged.upload, staged.size)
        remove_leaving(database, store)
        database.run(partial(blobs.forget_gone, before=before))
    return Swept(len(due), sum(row.size for row in due), len(stale) + len(ownerless))


def _ownerless(database: Database, store: BlobStore, before: int) -> list[Staged]:
    """Give what was staged that long ago and the database does not know, as after a restore; each upload is noted before its bytes come."""
    found = [staged for staged in store.uploads() if staged.at <= before]
    known = database.run(blobs.upload_names, reading=True)
    return [staged for staged in found if staged.upload not in known]


def _discard(database: Database, store: BlobStore, uploads: Collection[UploadRow]) -> None:
    """Forget uploads, their bytes first: without a row nobody would know of these."""
    for upload in uploads:
        store.discard(upload.name, upload.size)
        database.run(partial(blobs.drop_upload, device=upload.device, sha256=upload.sha256))


def let_unnamed_leave(connection: Connection, sha256s: Collection[str], now: int) -> None:
    """Say that those of these blobs leave that no live record names: the bytes of what was erased."""
    named = blobs.named(connection, sha256s)
    blobs.let_leave(connection, [each for each in sha256s if each not in named], now)


def remove_leaving(database: Database, store: BlobStore) -> None:
    """Remove the bytes of what is said to leave, also what devices have sent of it so far. Repeatable; a sweep does it too."""
    for sha256 in database.run(blobs.leaving, reading=True):
        _discard(database, store, database.run(partial(_uploads_leaving, sha256=sha256), reading=True))
        store.size(sha256)  # one that does not answer says so before everybody waits for us
        database.run(partial(take_away, store=store, sha256=sha256))


def take_away(connection: Connection, store: BlobStore, sha256: str) -> None:
    """Remove the bytes of a blob, if it still leaves: it may be gone, and have come again. Harmless when done twice."""
    if blobs.leaves(connection, sha256):
        store.remove(sha256)
        blobs.drop_blob(connection, sha256)


def _uploads_leaving(connection: Connection, sha256: str) -> list[UploadRow]:
    return blobs.uploads(connection, sha256) if blobs.leaves(connection, sha256) else []


def _compare(database: Database, store: BlobStore, now: int) -> None:
    """Take up what is in the store, and note what is not: it takes no room."""
    rows = {row.sha256: row for row in database.run(blobs.blobs, reading=True) if row.stored_at and not row.leaving}
    there = {found.sha256 for found in store.blobs()}
    for sha256 in sorted(there - rows.keys()):
        adopt(database, store, sha256, now)
    missing = [row for sha256, row in rows.items() if sha256 not in there]
    database.run(lambda connection: blobs.doubt(connection, missing))


def _note_unnamed(database: Database, now: int) -> None:
    def note(connection: Connection) -> None:
        rows = [row for row in blobs.blobs(connection) if not row.leaving]
        named = blobs.named(connection, [row.sha256 for row in rows])
        blobs.mark_unnamed(connection, [row.sha256 for row in rows if row.sha256 in named and row.unnamed_since is not None], None)
        blobs.mark_unnamed(connection, [row.sha256 for row in rows if row.sha256 not in named and row.unnamed_since is None], now)

    database.run(note)
