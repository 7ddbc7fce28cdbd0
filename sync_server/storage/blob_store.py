"""Where the bytes of blobs lie: a port, and the folder beside the database. Names are hashes, so that no name leads anywhere else.

An upload is staged chunk by chunk under a name of its own; ``publish`` makes it the blob of its hash, whole or not at all.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256 as hashed
from pathlib import Path
from tempfile import mkstemp
from typing import Final, NamedTuple, Protocol

from shared.errors import DiskFull, StorageFailed
from shared.sync.protocol import BLOB_CHUNK
from sync_server.storage.folders import sync_folder

_OWNER_FILE: Final = 0o600
_OWNER_FOLDER: Final = 0o700
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class UploadLostError(Exception):
    """The bytes that were staged before are not there any more, or not these: the upload begins anew."""


class Stored(NamedTuple):
    """A published blob, and when it was (ms since 1970)."""

    sha256: str
    size: int
    at: int


class Staged(NamedTuple):
    """What was staged under a name, so that ``discard`` with this size forgets all of it, and when last (ms since 1970)."""

    upload: str
    size: int
    at: int


class BlobStore(Protocol):
    """What the services need of it. Every method raises ``DiskFull`` or ``StorageFailed`` where the store does not answer."""

    def append(self, upload: str, offset: int, chunk: bytes) -> None:
        """Stage a chunk at ``offset``; durable once this returns. A chunk staged again replaces itself.

        Raises:
            UploadLostError: what comes before it is not there.
        """
        ...

    def staged(self, upload: str, size: int) -> Iterator[bytes]:
        """Give the first ``size`` bytes that were staged, in parts; fewer where some are missing."""
        ...

    def publish(self, upload: str, sha256: str, size: int) -> None:
        """Make the staged bytes the blob of that hash, durably. A blob of that size that is there stays; what was staged is gone.

        What is published is what was hashed, whatever is staged meanwhile.

        Raises:
            UploadLostError: what is staged is not the file of that hash, or not any more; a blob that is there stays as it is.
        """
        ...

    def discard(self, upload: str, size: int) -> None:
        """Forget what was staged. Repeatable."""
        ...

    def size(self, sha256: str) -> int | None:
        """Say how long a blob is; None where it is not there."""
        ...

    def read(self, sha256: str, start: int, stop: int) -> Iterator[bytes]:
        """Give the bytes in [start, stop) of a blob that is there, in parts."""
        ...

    def remove(self, sha256: str) -> None:
        """Remove a blob. Repeatable."""
        ...

    def blobs(self) -> Iterator[Stored]:
        """Give every published blob."""
        ...

    def uploads(self) -> Iterator[Staged]:
        """Give whatever is staged."""
        ...


class FolderStore:
    """Blobs as files ``ab/abcdef…`` of one folder; what is being sent in ``staged``. For one server process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staging = folder / "staged"

    def append(self, upload: str, offset: int, chunk: bytes) -> None:
        """See ``BlobStore``; the file and its folder are forced to the disk."""
        with _translated():
            self._staging.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
            with os.fdopen(self._opened(upload, new=offset == 0), "r+b") as file:
                if file.seek(0, os.SEEK_END) < offset:
                    raise UploadLostError
                file.seek(offset)
                file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if offset == 0:
                sync_folder(self._staging)

    def staged(self, upload: str, size: int) -> Iterator[bytes]:
        """See ``BlobStore``."""
        return _parts(self._staging / upload, 0, size)

    def publish(self, upload: str, sha256: str, size: int) -> None:
        """See ``BlobStore``; the rename is what makes it one."""
        with _translated():
            if self.size(sha256) != size:
                self._keep(proven(self.staged(upload, size), sha256), self._path(sha256))
        self.discard(upload, size)

    def discard(self, upload: str, size: int) -> None:  # noqa: ARG002 - the port's
        """See ``BlobStore``."""
        with _translated():
            (self._staging / upload).unlink(missing_ok=True)

    def size(self, sha256: str) -> int | None:
        """See ``BlobStore``."""
        with _translated():
            try:
                return self._path(sha256).stat().st_size
            except FileNotFoundError:
                return None

    def read(self, sha256: str, start: int, stop: int) -> Iterator[bytes]:
        """See ``BlobStore``."""
        return _parts(self._path(sha256), start, stop)

    def remove(self, sha256: str) -> None:
        """See ``BlobStore``."""
        with _translated():
            self._path(sha256).unlink(missing_ok=True)

    def blobs(self) -> Iterator[Stored]:
        """See ``BlobStore``."""
        with _translated():
            for path in sorted(self._folder.glob("??/*")):
                found = path.stat()
                yield Stored(path.name, found.st_size, found.st_mtime_ns // 1_000_000)

    def uploads(self) -> Iterator[Staged]:
        """See ``BlobStore``; also what a publication that was cut off left."""
        with _translated():
            for path in sorted(self._staging.glob("*")):
                with suppress(FileNotFoundError):  # published meanwhile
                    found = path.stat()
                    yield Staged(path.name, found.st_size, found.st_mtime_ns // 1_000_000)

    def _opened(self, upload: str, *, new: bool) -> int:
        try:
            return os.open(self._staging / upload, os.O_RDWR | (os.O_CREAT if new else 0), _OWNER_FILE)
        except FileNotFoundError as error:
            raise UploadLostError from error

    def _keep(self, parts: Iterator[bytes], target: Path) -> None:
        """Write what is proven to a file of our own: another request may still write to the one that was staged."""
        self._staging.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
        target.parent.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
        handle, name = mkstemp(dir=self._staging)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)
        sync_folder(target.parent)
        sync_folder(self._folder)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def proven(parts: Iterator[bytes], sha256: str) -> Iterator[bytes]:
    """Pass a file's bytes on, and say at their end whether they were those of that hash.

    Raises:
        UploadLostError: they were not.
    """
    digest = hashed()
    for part in parts:
        digest.update(part)
        yield part
    if digest.hexdigest() != sha256:
        raise UploadLostError


def _parts(path: Path, start: int, stop: int) -> Iterator[bytes]:
    """Give the bytes in [start, stop) of a file, none where it is not there."""
    with _translated(), suppress(FileNotFoundError), path.open("rb") as file:
        file.seek(start)
        while start < stop and (part := file.read(min(BLOB_CHUNK, stop - start))):
            start += len(part)
            yield part


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise (DiskFull() if error.errno in _FULL else StorageFailed(type(error).__name__)) from error
