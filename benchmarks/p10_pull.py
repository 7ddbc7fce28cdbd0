"""P10: the server gives 10,000 records, compressed, in pages of 1,000, on SQLite and on PostgreSQL.

From a device's token to the compressed bytes of each page: who it is, which scopes it has, the feed, per-field bookkeeping, encoding,
gzip 1. The floor is the same records of the same database, queried at once, encoded as JSON and compressed with gzip 1.
"""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import msgspec
from sqlalchemy import select

from benchmarks.figures import middle, milliseconds, report, timed
from benchmarks.organisation import CHEAP, LOGIN, PASSWORD, create
from shared.models.registry import raw_table
from shared.ports import SystemClock, SystemRandomness
from shared.sync import codec
from shared.sync.protocol import EnrolRequest
from sync_server.config import Config
from sync_server.services.auth import Sessions
from sync_server.services.passwords import Passwords
from sync_server.services.pull import PullRequest, PullService
from sync_server.storage.database import Database
from sync_server.storage.tables import RECORD_META
from tools.postgres import postgres

PAGE = 1_000
LEVEL = 1
KINDS = ("account", "contact")


def pulled(service: PullService, token: str) -> int:
    """Pull everything; give the compressed bytes."""
    cursor, size, more = "", 0, True
    while more:
        page = service.pull_as(token, PullRequest(cursor, PAGE))
        size += len(gzip.compress(codec.encode(page), LEVEL, mtime=0))
        cursor, more = page.cursor, page.more
    return size


def bare(database: Database) -> int:
    """Query, encode, compress; give the compressed bytes."""
    size = 0
    with database.read() as connection:
        for kind in KINDS:
            table = raw_table(kind)
            heads = [RECORD_META.c[name] for name in ("root", "rev", "deleted", "mark", "marks", "adds")]
            rows = connection.execute(select(*table.c, *heads).join(RECORD_META, RECORD_META.c.id == table.c.id)).all()
            size += len(gzip.compress(msgspec.json.encode([tuple(row) for row in rows]), LEVEL, mtime=0))
    return size


def measure(engine: str, config: Config, runs: int) -> None:
    """Measure one engine and report."""
    database, clock, randomness = Database.configured(config), SystemClock(), SystemRandomness()
    sessions = Sessions(database, config, clock, randomness, Passwords(CHEAP, randomness))
    token = sessions.enrol(EnrolRequest(LOGIN, PASSWORD, "Phone", "benchmark"), "").tokens.access
    service = PullService(database, clock)
    size, floor_size = pulled(service, token), bare(database)
    pulls: list[float] = []
    floors: list[float] = []
    for _ in range(runs):
        pulls.append(timed(lambda: pulled(service, token)))
        floors.append(timed(lambda: bare(database)))
    database.close()
    took, least = middle(pulls), middle(floors)
    report(
        "P10",
        took / least,
        1.5,
        f"the same records on {engine} queried, encoded and compressed in {milliseconds(least)} ms",
        engine=engine,
        took_ms=milliseconds(took),
        floor_ms=milliseconds(least),
        bytes=size,
        floor_bytes=floor_size,
    )


def main(records: int = 10_000, runs: int = 7) -> None:
    """Measure both engines."""
    with tempfile.TemporaryDirectory() as name, postgres(durable=True) as url:
        folder = Path(name)
        measure("SQLite", create(folder / "here", records), runs)
        there = Config(folder / "there", url, "there", scrypt=CHEAP)
        measure("PostgreSQL", create(there.data, records, there), runs)


if __name__ == "__main__":
    main()
