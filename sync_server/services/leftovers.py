"""What a backup that was killed leaves behind: half a file, and the database that verified it, which holds everything in plain text.

Each is locked by the backup that works with it. What nobody has locked was left behind.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from shared.errors import StorageBusy
from sync_server.storage import lock
from sync_server.storage.lock import ServerLock

PART: Final = ".backup.part"
VERIFYING: Final = "verify-"
DATABASE: Final = "org.db"


@contextmanager
def owned(part: Path) -> Iterator[None]:
    """Own half a backup until the block ends; what still has its name then is removed."""
    held = ServerLock(part)
    with suppress(StorageBusy):  # a disk without locks: nobody takes this for left behind there either
        held.acquire()
    try:
        yield
    finally:
        part.unlink(missing_ok=True)
        held.release()
        _lock_of(part).unlink(missing_ok=True)


def clear(folders: Iterable[Path]) -> None:
    """Remove from these folders what no running backup owns; what is another user's stays, for a backup of hers to remove."""
    for folder in folders:
        for database in folder.glob(f"{VERIFYING}*/{DATABASE}"):
            with suppress(StorageBusy, PermissionError, FileNotFoundError):
                _require_nobodys(database)
                shutil.rmtree(database.parent)
        for left in folder.glob(f".*{PART}*"):
            part = left.with_name(left.name.removesuffix(lock.SUFFIX))
            with suppress(StorageBusy, PermissionError):
                _require_nobodys(part)
                part.unlink(missing_ok=True)
                _lock_of(part).unlink(missing_ok=True)


def _require_nobodys(file: Path) -> None:
    held = ServerLock(file)
    held.acquire()
    held.release()


def _lock_of(part: Path) -> Path:
    return part.with_name(part.name + lock.SUFFIX)
