"""Folders: a file that was made or renamed is only there after a power cut once its folder was forced to the disk."""

import os
from pathlib import Path
from typing import Final

OWNER_ONLY: Final = 0o600


def sync_folder(folder: Path) -> None:
    """Force a folder's list of files to the disk, where the operating system lets one."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_private(database: Path) -> None:
    """Let only its owner read a SQLite file, made empty where there is none, before the first connection: its log takes after it."""
    if not database.exists():
        database.touch(OWNER_ONLY)
    for suffix in ("", "-wal", "-shm"):
        file = database.with_name(database.name + suffix)
        if file.exists():
            file.chmod(OWNER_ONLY)
