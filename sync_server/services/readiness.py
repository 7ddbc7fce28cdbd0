"""Can this server do its work now? Asked by whoever decides whether to send devices here."""

import shutil
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection

from shared.errors import StorageBusy, StorageFailed
from shared.ports import Clock
from sync_server.services import epochs
from sync_server.storage import meta
from sync_server.storage.database import Database
from sync_server.storage.schema import version_of
from sync_server.storage.tables import SCHEMA_VERSION

LEAST_FREE: Final = 64 * 1024 * 1024
"""Bytes without which the next batch may not find room."""
KEPT_MS: Final = 5_000


class Readiness:
    """The answer to who asks, looked up once in a while: asking often neither takes the write lock nor wakes anybody."""

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._lock = Lock()
        self._known: list[str] = []
        self._at = -KEPT_MS

    def reasons(self) -> list[str]:
        """Give the stable codes of what stands in the way, as of ``KEPT_MS`` ago at most; none when all is well."""
        with self._lock:
            now = self._clock.now_ms()
            if abs(now - self._at) >= KEPT_MS:
                self._known, self._at = reasons_against(self._database, self._folder), now
            return self._known


def reasons_against(database: Database, folder: Path) -> list[str]:
    """Give the stable codes of what stands in the way; none when all is well. Nothing is left behind in the database."""
    found = []
    if _free_bytes(folder) < LEAST_FREE:
        found.append("disk_low")
    try:
        found += database.rehearse(_tried)
    except StorageBusy:
        return [*found, "database_busy"]
    except StorageFailed as error:
        return [*found, error.code]
    return found


def _tried(connection: Connection) -> list[str]:
    """Write what is already there, on a table that every push writes; and look whether it is this release's."""
    head = epochs.standing(connection).head
    meta.set_head(connection, head)
    return [] if version_of(connection) == SCHEMA_VERSION else ["migration_missing"]


def _free_bytes(folder: Path) -> int:
    """Read how much room is left where ``folder`` is, or would be."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return shutil.disk_usage(there).free
