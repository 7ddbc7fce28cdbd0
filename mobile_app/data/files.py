"""Small files that only their owner may read, replaced whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from shared.errors import DiskFull, StorageFailed, TourneeError

_OWNER_FILE = 0o600
_OWNER_FOLDER = 0o700
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class OwnerFiles:
    """The ``Files`` port over the file system: mode 0600 in folders of mode 0700."""

    def read(self, path: Path) -> bytes | None:
        """The contents, or None if there is no such file."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storage_error(error) from error

    def write(self, path: Path, data: bytes) -> None:
        """Replace the file: a new one is written and forced to the disk, renamed over the old one, and the folder forced too."""
        try:
            own_folder(path.parent)
            self._publish(self._stage(path, data), path)
        except OSError as error:
            raise storage_error(error) from error

    def delete(self, path: Path) -> None:
        """Remove the file and what an interrupted write left beside it. Repeatable."""
        try:
            path.unlink(missing_ok=True)
            _staged(path).unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_folder(path.parent)
        except OSError as error:
            raise storage_error(error) from error

    def _stage(self, path: Path, data: bytes) -> Path:
        staged = _staged(path)
        staged.unlink(missing_ok=True)
        with os.fdopen(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_FILE), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return staged

    def _publish(self, staged: Path, path: Path) -> None:
        staged.replace(path)
        sync_folder(path.parent)


def own_folder(folder: Path) -> None:
    """Make ``folder`` if it is missing; only its owner may look into it. An existing one keeps its rights."""
    if not folder.is_dir():
        folder.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)


def own_file(path: Path) -> None:
    """Make ``path`` if it is missing, and let only its owner read it."""
    own_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_FILE))
    path.chmod(_OWNER_FILE)


def sync_folder(folder: Path) -> None:
    """Force renames and removals in ``folder`` to the disk, where the platform can do that for a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def storage_error(error: OSError) -> TourneeError:
    """The tree's error for the operating system's."""
    return DiskFull() if error.errno in _FULL else StorageFailed(str(error.strerror))


def _staged(path: Path) -> Path:
    return path.with_name(path.name + ".new")
