"""The lock that keeps a second process off a file that one works with."""

import os
import sys
from pathlib import Path
from typing import IO, Final

from shared.errors import StorageBusy

SUFFIX: Final = ".lock"

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: IO[bytes]) -> None:
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(handle: IO[bytes]) -> None:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class ServerLock:
    """Held by the one process that serves a database, or writes a file; the operating system lets go of it when the process ends."""

    def __init__(self, file: Path) -> None:
        self._path = file.with_name(file.name + SUFFIX)
        self._handle: IO[bytes] | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            StorageBusy: another process holds it, or the disk has no locks.
        """
        handle = self._path.open("ab")
        try:
            _try_lock(handle)
        except OSError as error:
            handle.close()
            raise StorageBusy(f"another process uses {self._path.name.removesuffix(SUFFIX)}") from error
        handle.truncate(0)
        handle.write(str(os.getpid()).encode())
        handle.flush()
        self._handle = handle

    def release(self) -> None:
        """Let go of the lock; harmless when it is not held."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None
