"""Folders: a file that was made or renamed is only there after a power cut once its folder was forced to the disk."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Force a folder's list of files to the disk, where the operating system lets one."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
