"""P4: the bytes of pulling 100 changed records out of 10,000, against those records as compact JSON in gzip 1.

What the pull carries beyond the floor: who wrote what when, the cursor, the scopes, the server's time.
"""

from __future__ import annotations

import asyncio
import gzip
import tempfile
from pathlib import Path

import msgspec

from benchmarks.figures import report
from benchmarks.organisation import create, served
from benchmarks.phone import Phone, enrolled
from shared.models.registry import raw_table
from shared.ports import SystemClock, SystemRandomness
from sync_server.services.authoring import Author, Authored
from sync_server.storage.database import Database


def change(database: Database, ids: list[str]) -> None:
    """Let the office change a phone number in each of these, one action each."""
    author = Author(SystemClock(), SystemRandomness())
    for number, id_ in enumerate(ids):
        with database.write() as connection:
            author.write(connection, [Authored("account", id_, {"phone": f"+33478{number:06d}"}, "update")])


async def bare(phone: Phone, ids: list[str]) -> bytes:
    """Give the records as compact JSON, values that are missing left out."""
    table = raw_table("account")
    rows = await phone.store.read(lambda session: session.connection().execute(table.select().where(table.c.id.in_(ids))).mappings().all())
    return msgspec.json.encode([{name: value for name, value in row.items() if value not in (None, [])} for row in rows])


async def main(records: int = 10_000, changes: int = 100) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = create(folder / "server", records)
        with served(config) as address:
            async with enrolled(address, folder / "phone") as phone:
                await phone.round()
                ids = await phone.account_ids(records)
                chosen = ids[:: max(1, len(ids) // changes)][:changes]
                database = Database.open(config.database)
                change(database, chosen)
                database.close()
                phone.wire.reset()
                await phone.round()
                took = phone.wire.body_bytes
                plain = await bare(phone, chosen)
        least = len(gzip.compress(plain, 1, mtime=0))
        report(
            "P4",
            took / least,
            1.5,
            f"{len(chosen)} records as compact JSON, gzip 1: {least} bytes",
            bytes=took,
            floor_bytes=least,
            plain_bytes=len(plain),
            requests=phone.wire.requests,
        )


if __name__ == "__main__":
    asyncio.run(main())
