"""Can this server do its work now? Asked by whoever decides whether to send devices here."""

import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from shared.errors import StorageBusy, StorageFailed
from sync_server.services import epochs
from sync_server.storage import meta
from sync_server.storage.database import Database
from sync_server.storage.schema import version_of
from sync_server.storage.tables import SCHEMA_VERSION

LEAST_FREE: Final = 64 * 1024 * 1024
"""Bytes without which the next batch may not find room."""


def reasons_against(database: Database, folder: Path) -> list[str]:
    """Give the stable codes of what stands in the way; none when all is well. Nothing is left behind in the database."""
    found = []
    if _free_bytes(folder) < LEAST_FREE:
        found.append("disk_low")
    try:
        with database.write() as connection, connection.begin_nested() as trial:
            found += _tried(connection)
            trial.rollback()
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
