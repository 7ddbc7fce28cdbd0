"""Blobs: a device sends a file chunk by chunk and fetches those that a record in its scopes names (docs/protocol.md, *Blobs*).

What a device may not see answers like what does not exist: whether a blob is here is said only to who may fetch it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256 as hashed
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from shared.errors import RecordNotFound, ServerRefused, StorageBusy
from shared.ports import Clock
from shared.rules.pictures import HEAD, MAX_PIXELS, Picture, look
from shared.sync.protocol import BLOB_CHUNK
from sync_server.config import BlobLimits
from sync_server.services import scopes
from sync_server.services.blob_keeping import adopt, take_away
from sync_server.services.identity import DeviceIdentity
from sync_server.storage import blobs
from sync_server.storage.blob_store import BlobStore, FolderStore, UploadLostError
from sync_server.storage.blobs import BlobRow, UploadRow
from sync_server.storage.database import Database
from sync_server.storage.object_store import ObjectStore

MAX_UPLOADS: Final = 200
"""Files that one device may have on their way."""
SHARE: Final = 10
"""And no more than this part of all room: it is kept free by what was said of a file's size, before its bytes come."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many bytes of a blob are here, and whether it is whole and verified."""

    offset: int
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a file of ``size`` bytes, from ``offset`` on."""

    offset: int
    size: int
    content: bytes


class BlobService:
    """Takes and gives blobs."""

    def __init__(self, database: Database, store: BlobStore, clock: Clock, limits: BlobLimits) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._limits = limits

    def progress(self, device: DeviceIdentity, sha256: str) -> Progress:
        """Say how much of a blob the device still has to send."""
        row = self._visible(device, sha256)
        if row is not None:
            return Progress(row.size, complete=True)
        sent = self._database.run(lambda connection: blobs.upload(connection, device.device_id, sha256), reading=True)
        return Progress(sent.offset if sent is not None else 0)

    def take(self, device: DeviceIdentity, sha256: str, chunk: Chunk) -> Progress:
        """Keep a chunk durably; with the last one verify the whole. Sent again, a chunk changes nothing.

        Raises:
            ServerRefused: 409 ``offset_mismatch``: ask how much is here, go on there; 409 ``blob_erased``: it was of somebody erased; 413
                ``blob_too_large`` or ``too_many_pixels``; 507 ``quota_exceeded``; 422 ``chunk_misplaced``, ``hash_mismatch`` and 415
                ``not_a_picture``: what was sent is discarded.
            StorageBusy: the same blob is just being removed: send it again later.
        """
        standing = self._standing(device, sha256, chunk)
        if standing is None:
            return Progress(chunk.size, complete=True)
        if chunk.offset + len(chunk.content) <= standing.offset:
            return Progress(standing.offset)
        if chunk.offset != standing.offset:
            raise ServerRefused(409, "offset_mismatch")
        try:
            return self._kept(standing, chunk)
        except UploadLostError as error:
            self._forget(standing)
            raise ServerRefused(409, "offset_mismatch") from error

    def find(self, device: DeviceIdentity, sha256: str) -> BlobRow:
        """Give what is known of a blob that the device may fetch.

        Raises:
            RecordNotFound: it is not here, or no record in the device's scopes names it.
        """
        row = self._visible(device, sha256)
        if row is None:
            raise RecordNotFound
        return row

    def read(self, sha256: str, start: int, stop: int) -> Iterator[bytes]:
        """Give the bytes in [start, stop) of a blob that ``find`` gave."""
        return self._store.read(sha256, start, stop)

    def _visible(self, device: DeviceIdentity, sha256: str) -> BlobRow | None:
        now = self._clock.now_ms()

        def look_up(connection: Connection) -> tuple[bool, BlobRow | None]:
            seen = blobs.is_named_in(connection, sha256, scopes.readable(connection, device, now))
            return seen, blobs.blob(connection, sha256) if seen else None

        seen, row = self._database.run(look_up, reading=True)
        if not seen:
            return None
        if row is None or not row.stored_at:
            return adopt(self._database, self._store, sha256, now)
        return row if self._store.size(sha256) == row.size else None

    def _standing(self, device: DeviceIdentity, sha256: str, chunk: Chunk) -> UploadRow | None:
        """Give how far the device's upload has come, beginning it with its first chunk; None where the blob is whole already."""
        _require_shape(chunk)
        if chunk.size > self._limits.cap:
            raise ServerRefused(413, "blob_too_large")
        if self._visible(device, sha256) is not None:
            return None
        fresh = UploadRow(device.device_id, sha256, chunk.size, 0, self._clock.now_ms())
        sent = self._database.run(lambda connection: self._begun(connection, fresh))
        if sent.size != chunk.size:
            raise ServerRefused(422, "chunk_misplaced")
        return sent

    def _begun(self, connection: Connection, fresh: UploadRow) -> UploadRow:
        """Give the upload as it stands, begun as ``fresh`` where there is none and room for it."""
        if blobs.leaves(connection, fresh.sha256) > blobs.LEAVING:
            raise ServerRefused(409, "blob_erased")
        sent = blobs.upload(connection, fresh.device, fresh.sha256)
        if sent is not None:
            return sent
        files, size = blobs.uploads_of(connection, fresh.device)
        full = blobs.bytes_kept(connection, fresh.sha256) + fresh.size > self._limits.quota
        too_much = size + fresh.size > max(self._limits.cap, self._limits.quota // SHARE)
        if full or too_much or files >= MAX_UPLOADS:
            raise ServerRefused(507, "quota_exceeded")
        blobs.save_upload(connection, fresh)
        return fresh

    def _kept(self, standing: UploadRow, chunk: Chunk) -> Progress:
        self._store.append(standing.name, chunk.offset, chunk.content)
        there = chunk.offset + len(chunk.content)
        if there == chunk.size:
            self._finish(standing)
            return Progress(there, complete=True)
        further = standing._replace(offset=there, at=self._clock.now_ms())
        self._database.run(lambda connection: blobs.save_upload(connection, further))
        return Progress(there)

    def _finish(self, sent: UploadRow) -> None:
        media_type = self._verified(sent)
        self._store.publish(sent.name, sent.sha256, sent.size)
        row = BlobRow(sent.sha256, sent.size, media_type, self._clock.now_ms())

        def note(connection: Connection) -> bool:
            blobs.drop_upload(connection, sent.device, sent.sha256)
            return blobs.save_blob(connection, row)

        if not self._database.run(note):
            self._database.run(lambda connection: take_away(connection, self._store, sent.sha256))
            raise StorageBusy
        if self._store.size(sent.sha256) != sent.size:  # it was removed before it was noted
            raise StorageBusy

    def _verified(self, sent: UploadRow) -> str:
        """Read what was staged and give its type; what is not what it was said to be is discarded."""
        try:
            return self._looked_at(sent).media_type
        except ServerRefused:
            self._forget(sent)
            raise

    def _looked_at(self, sent: UploadRow) -> Picture:
        digest, size, head = hashed(), 0, bytearray()
        for part in self._store.staged(sent.name, sent.size):
            digest.update(part)
            size += len(part)
            head += part[: max(0, HEAD - len(head))]
        if size < sent.size:  # whoever sent the last chunk a moment before us took it away
            raise UploadLostError
        if digest.hexdigest() != sent.sha256:
            raise ServerRefused(422, "hash_mismatch")
        picture = look(bytes(head))
        if picture is None:
            raise ServerRefused(415, "not_a_picture")
        if picture.pixels > MAX_PIXELS:
            raise ServerRefused(413, "too_many_pixels")
        return picture

    def _forget(self, sent: UploadRow) -> None:
        self._store.discard(sent.name, sent.size)
        self._database.run(lambda connection: blobs.drop_upload(connection, sent.device, sent.sha256))


def open_store(url: str, folder: Path) -> BlobStore:
    """Give the store of a configuration: the S3-compatible one at ``url``, or else the ``folder``."""
    return ObjectStore(url) if url else FolderStore(folder)


def _require_shape(chunk: Chunk) -> None:
    """Let only whole chunks pass, the last one of a file excepted."""
    end = chunk.offset + len(chunk.content)
    whole = len(chunk.content) == BLOB_CHUNK or (end == chunk.size and 0 < len(chunk.content) < BLOB_CHUNK)
    if not whole or chunk.offset % BLOB_CHUNK or end > chunk.size:
        raise ServerRefused(422, "chunk_misplaced")
