"""The files of a vault: the database, what SQLite keeps beside it, and copies set aside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import Final

from mobile_app.data.blob_files import remove_blobs
from mobile_app.data.files import own_file, storage_error, sync_folder
from shared.errors import StorageFailed

ASIDE_DAYS: Final = 30
"""How long a copy of a damaged vault is kept for whoever can read more out of it than a salvage."""
_DAY_MS: Final = 86_400_000
VAULT: Final = ".vault"
"""What the name of a vault ends with; before it is its user's id."""
_BESIDE = ("-wal", "-shm", "-journal")


def beside(path: Path, suffix: str) -> Path:
    """``path`` with ``suffix`` after its name."""
    return path.with_name(path.name + suffix)


def keys_path(path: Path) -> Path:
    """Where the keys of a vault lie."""
    return beside(path, ".keys")


def blobs_path(path: Path) -> Path:
    """Where the sealed photos of a vault lie: a folder. A salvage leaves them where they are."""
    return beside(path, ".blobs")


def salvaging_path(path: Path) -> Path:
    """Where a salvaged vault is being built: nothing there counts yet."""
    return beside(path, ".salvaging")


def salvaged_path(path: Path) -> Path:
    """Where a finished salvaged vault waits to take the damaged one's place."""
    return beside(path, ".salvaged")


def remove_database(path: Path) -> None:
    """Remove a database and what SQLite keeps beside it. Repeatable."""
    try:
        for file in (path, *(beside(path, suffix) for suffix in _BESIDE)):
            file.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise storage_error(error) from error


def copy_aside(path: Path) -> Path:
    """Copy a damaged database, with its write-ahead log, to the first free ``<name>.damaged-<n>``; the original stays as it is."""
    aside = next(free for n in count(1) if not (free := beside(path, f".damaged-{n}")).exists())
    try:
        for source, target in ((path, aside), (beside(path, "-wal"), beside(aside, "-wal"))):
            if source.exists():
                own_file(target)
                copyfile(source, target)
    except OSError as error:
        with suppress(StorageFailed):
            remove_database(aside)
        raise storage_error(error) from error
    return aside


def publish_salvaged(path: Path) -> None:
    """Say that the salvaged vault is whole: from here on ``adopt_salvaged`` puts it in place, also after a kill."""
    _rename(salvaging_path(path), salvaged_path(path))


def adopt_salvaged(path: Path) -> None:
    """Finish a salvage that was published: the damaged vault goes, the salvaged one takes its name. Repeatable."""
    salvaged = salvaged_path(path)
    if not salvaged.exists():
        return
    for suffix in _BESIDE:  # an old log would be replayed into the new database
        beside(path, suffix).unlink(missing_ok=True)
    sync_folder(path.parent)
    _rename(salvaged, path)


def destroy_vault(path: Path) -> None:
    """Remove a vault, its photos, what it was salvaged from and to, and copies set aside: one that the disk keeps keeps no other.

    Repeatable; keys are the key ring's to wipe.
    """
    with ExitStack() as each:
        for database in (path, salvaging_path(path), salvaged_path(path), *_asides(path)):
            each.callback(remove_database, database)
        remove_blobs(blobs_path(path))


def forget_old_asides(path: Path, now_ms: int) -> None:
    """Remove copies set aside more than ``ASIDE_DAYS`` ago: what they hold of people who are erased must not stay for ever."""
    for aside in _asides(path):
        with suppress(OSError, StorageFailed):  # it goes another day
            if aside.stat().st_mtime * 1_000 < now_ms - ASIDE_DAYS * _DAY_MS:
                remove_database(aside)


def _asides(path: Path) -> Iterator[Path]:
    return (file for file in list(path.parent.glob(f"{path.name}.damaged-*")) if not file.name.endswith(_BESIDE))


def _rename(source: Path, target: Path) -> None:
    try:
        source.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise storage_error(error) from error
