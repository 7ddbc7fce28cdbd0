"""P1: the first sync of 10,000 accounts and contacts into an empty, sealed, searchable device, over HTTP.

The floor does the bare work in one process: query the same records, encode them as JSON, insert them into a table, durably. Nothing is
compressed, sent, checked, merged, sealed or indexed there.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, create_engine, insert, select

from benchmarks.figures import middle, milliseconds, report, timed, timed_async
from benchmarks.organisation import create, served
from benchmarks.phone import enrolled
from shared.models.registry import raw_table
from sync_server.storage.database import Database
from sync_server.storage.tables import RECORD_META

KINDS = ("account", "contact")


async def first_sync(address: str, folder: Path, records: int) -> float:
    """Fetch everything on a new phone and look for a customer there."""
    async with enrolled(address, folder) as phone:
        seconds = await timed_async(phone.round)
        counted, found = await phone.store.read(
            lambda session: (
                session.connection().exec_driver_sql("SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM contact)").scalar_one(),
                session.info["lists"].accounts.search("perr", None, 1),
            )
        )
        if counted != records or (not found and records > 100):
            raise RuntimeError(f"{counted} of {records} records are here")
        return seconds


def bare(database: Database, target: Engine) -> None:
    """Query, encode, insert."""
    with database.read() as source, target.begin() as into:
        for kind in KINDS:
            table = raw_table(kind)
            heads = [RECORD_META.c[name] for name in ("root", "rev", "deleted", "mark", "marks", "adds")]
            rows = source.execute(select(*table.c, *heads).join(RECORD_META, RECORD_META.c.id == table.c.id)).all()
            msgspec.json.encode([tuple(row) for row in rows])
            values: list[dict[str, Any]] = [dict(zip(table.c.keys(), row, strict=False)) for row in rows]
            into.execute(insert(table), values)


def floor(database: Database, file: Path) -> float:
    """Time the bare work into a fresh file."""
    target = create_engine(f"sqlite:///{file}")
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
    with target.begin() as connection:
        connection.exec_driver_sql("PRAGMA synchronous = FULL")
        for kind in KINDS:
            raw_table(kind).create(connection)
    seconds = timed(lambda: bare(database, target))
    target.dispose()
    return seconds


async def main(records: int = 10_000, runs: int = 5) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = create(folder / "server", records)
        syncs: list[float] = []
        floors: list[float] = []
        with served(config) as address:
            database = Database.open(config.database)
            for run in range(runs + 1):
                syncs.append(await first_sync(address, folder / f"phone{run}", records))
                floors.append(floor(database, folder / f"floor{run}.db"))
            database.close()
        took, least = middle(syncs[1:]), middle(floors[1:])
        report(
            "P1",
            took / least,
            3.0,
            f"in process: query, encode and insert {records} records in {milliseconds(least)} ms, no seal, no index, no wire",
            records=records,
            took_ms=milliseconds(took),
            floor_ms=milliseconds(least),
        )


if __name__ == "__main__":
    asyncio.run(main())
