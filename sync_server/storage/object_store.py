"""Blobs in an S3-compatible store, for several server processes or machines. A chunk is an object until its blob is published."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Final

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore as Bucket
from obstore.store import from_url

from shared.errors import StorageFailed
from shared.sync.protocol import BLOB_CHUNK
from sync_server.storage.blob_store import Staged, Stored, UploadLostError, proven

_PATIENCE: Final = timedelta(seconds=20)
"""A device tries again by itself: better than holding its request."""
_MISSING: Final = (NotFoundError, FileNotFoundError)


class ObjectStore:
    """See ``BlobStore``. ``url`` is ``s3://bucket/prefix``; key, secret, region and endpoint are in the environment (``AWS_…``)."""

    def __init__(self, url: str) -> None:
        options = {"timeout": _PATIENCE, "allow_http": True}
        retries = {"max_retries": 2, "retry_timeout": _PATIENCE}
        self._bucket: Bucket = from_url(url, client_options=options, retry_config=retries)  # type: ignore[call-overload]

    def append(self, upload: str, offset: int, chunk: bytes) -> None:
        """See ``BlobStore``; the store acknowledges an object once it is durable."""
        with _translated():
            if offset and not self._is_there(_chunk(upload, offset - BLOB_CHUNK)):
                raise UploadLostError
            obstore.put(self._bucket, _chunk(upload, offset), chunk)

    def staged(self, upload: str, size: int) -> Iterator[bytes]:
        """See ``BlobStore``."""
        for offset in range(0, size, BLOB_CHUNK):
            with _translated():
                try:
                    part = bytes(obstore.get(self._bucket, _chunk(upload, offset)).bytes())
                except _MISSING:
                    return
            yield part

    def publish(self, upload: str, sha256: str, size: int) -> None:
        """See ``BlobStore``; an object is there whole or not at all. The cap on a blob is what bounds the memory this takes."""
        if self.size(sha256) != size:
            whole = b"".join(proven(self.staged(upload, size), sha256))
            with _translated():
                obstore.put(self._bucket, _name(sha256), whole)
        self.discard(upload, size)

    def discard(self, upload: str, size: int) -> None:
        """See ``BlobStore``."""
        with _translated(), suppress(*_MISSING):
            obstore.delete(self._bucket, [_chunk(upload, offset) for offset in range(0, size, BLOB_CHUNK)])

    def size(self, sha256: str) -> int | None:
        """See ``BlobStore``."""
        with _translated():
            try:
                return obstore.head(self._bucket, _name(sha256))["size"]
            except _MISSING:
                return None

    def read(self, sha256: str, start: int, stop: int) -> Iterator[bytes]:
        """See ``BlobStore``."""
        for begin in range(start, stop, BLOB_CHUNK):
            with _translated():
                part = bytes(obstore.get_range(self._bucket, _name(sha256), start=begin, end=min(begin + BLOB_CHUNK, stop)))
            yield part

    def remove(self, sha256: str) -> None:
        """See ``BlobStore``."""
        with _translated(), suppress(*_MISSING):
            obstore.delete(self._bucket, _name(sha256))

    def blobs(self) -> Iterator[Stored]:
        """See ``BlobStore``."""
        with _translated():
            for page in obstore.list(self._bucket, prefix="blob"):
                for found in page:
                    yield Stored(found["path"].rsplit("/", 1)[-1], found["size"], int(found["last_modified"].timestamp() * 1000))

    def uploads(self) -> Iterator[Staged]:
        """See ``BlobStore``."""
        whole: dict[str, Staged] = {}
        with _translated():
            for page in obstore.list(self._bucket, prefix="staged"):
                for found in page:
                    upload, offset = found["path"].rsplit("/", 2)[-2:]
                    size, at = int(offset) + BLOB_CHUNK, int(found["last_modified"].timestamp() * 1000)
                    known = whole.get(upload, Staged(upload, 0, 0))
                    whole[upload] = Staged(upload, max(known.size, size), max(known.at, at))
        yield from whole.values()

    def _is_there(self, name: str) -> bool:
        try:
            obstore.head(self._bucket, name)
        except _MISSING:
            return False
        return True


def _name(sha256: str) -> str:
    return f"blob/{sha256[:2]}/{sha256}"


def _chunk(upload: str, offset: int) -> str:
    return f"staged/{upload}/{offset:012d}"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise StorageFailed(type(error).__name__) from error
