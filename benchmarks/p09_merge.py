"""P9: the server merges 1,000 edits, on SQLite and on PostgreSQL.

From the struct of a push to its answer: rights, the merge of each field, log, feed, digests, one commit for 500 edits. The floor changes
the same rows blindly: a plain ``UPDATE`` for each edit through SQLAlchemy Core, in as many transactions, on the same engine, as durable.
``bulk_ms`` is the same in one ``executemany`` for each transaction.
"""

from __future__ import annotations

import tempfile
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import select

from benchmarks.figures import middle, milliseconds, report, timed
from benchmarks.organisation import CHEAP, LOGIN, create
from benchmarks.p02_push import blindly
from shared.ids import RANDOM_BYTES, uuid7
from shared.models.registry import raw_table
from shared.ports import SystemClock, SystemRandomness
from shared.sync.change import Base, Change, Edit, Transaction
from shared.sync.clock import pack
from shared.sync.protocol import MAX_CHANGES, PushRequest
from sync_server.config import Config
from sync_server.services import epochs, users
from sync_server.services.devices import NewDevice, add_device
from sync_server.services.identity import DeviceIdentity
from sync_server.services.push import PushService
from sync_server.storage.database import Database
from sync_server.storage.records import chunks
from tools.postgres import postgres

GOALS: Final = {"SQLite": 2.5, "PostgreSQL": 1.5}


class Office:
    """A server without HTTP, and one enrolled device."""

    def __init__(self, config: Config) -> None:
        self.database = Database.configured(config)
        self._clock, self._randomness = SystemClock(), SystemRandomness()
        self._service = PushService(self.database, self._clock)
        self._seqs = count(1)
        with self.database.write() as connection:
            user = users.user_by_login(connection, LOGIN)
            device = NewDevice(self._id(), user.id, "Phone", "benchmark")
            self._device = DeviceIdentity(device.id, add_device(connection, device, self._clock.now_ms()), user.id, user.role)

    def _id(self) -> str:
        return uuid7(self._clock.now_ms(), self._randomness.token(RANDOM_BYTES))

    def edits(self, ids: list[str], run: int) -> list[PushRequest]:
        """Give pushes that change the phone number of each account, one action each, as a device that has seen all would."""
        with self.database.read() as connection:
            standing = epochs.standing(connection)
        base, now = Base(standing.epoch.id, standing.head), self._clock.now_ms()
        edits = [
            Change("account", id_, "update", pack(now), {"phone": Edit(f"+3347{run:02d}{number:05d}")}, base)
            for number, id_ in enumerate(ids)
        ]
        sent = (Transaction(self._id(), (edit,), (), next(self._seqs)) for edit in edits)
        return [PushRequest(now, tuple(batch)) for batch in chunks(sent, MAX_CHANGES)]

    def merge(self, pushes: list[PushRequest]) -> None:
        """Take them."""
        for each in pushes:
            if any(outcome.status != "applied" for outcome in self._service.push(self._device, each).outcomes):
                raise RuntimeError("an edit was not applied")


def measure(engine: str, config: Config, copy: Config, edits: int, runs: int) -> None:
    """Measure one engine and report."""
    office, floor = Office(config), Database.configured(copy)
    ids = list(
        floor.run(lambda connection: connection.execute(select(raw_table("account").c.id).limit(edits)).scalars().all(), reading=True)
    )
    merges: list[float] = []
    floors: list[float] = []
    bulks: list[float] = []
    for run in range(runs + 1):
        pushes = office.edits(ids, run)
        merges.append(timed(lambda pushes=pushes: office.merge(pushes)))  # type: ignore[misc]  # bound at once
        floors.append(timed(lambda: blindly(floor, ids, bulk=False)))
        bulks.append(timed(lambda: blindly(floor, ids, bulk=True)))
    office.database.close()
    floor.close()
    took, least = middle(merges[1:]), middle(floors[1:])
    report(
        "P9",
        took / least,
        GOALS[engine],
        f"{len(ids)} blind UPDATEs of the same rows on {engine} in {milliseconds(least)} ms",
        engine=engine,
        took_ms=milliseconds(took),
        floor_ms=milliseconds(least),
        bulk_ms=milliseconds(middle(bulks[1:])),
    )


def main(records: int = 10_000, edits: int = 1_000, runs: int = 5) -> None:
    """Measure both engines."""
    with tempfile.TemporaryDirectory() as name, postgres(durable=True) as url:
        folder = Path(name)
        here = [create(folder / part, records) for part in ("server", "floor")]
        measure("SQLite", here[0], here[1], edits, runs)
        there = [Config(folder / f"{part}-there", url, part, scrypt=CHEAP) for part in ("server", "floor")]
        for config in there:
            create(config.data, records, config)
        measure("PostgreSQL", there[0], there[1], edits, runs)


if __name__ == "__main__":
    main()
