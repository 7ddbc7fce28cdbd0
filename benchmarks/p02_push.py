"""P2: 1,000 edits made offline, pushed over HTTP until every one of them is acknowledged.

The floor changes the same rows blindly: a plain ``UPDATE`` for each edit through SQLAlchemy Core, in as many transactions as the push has
batches, on a copy of the same database with the same durability. ``bulk_ms`` is the same in one ``executemany`` for each batch.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import bindparam, update

from benchmarks.figures import middle, milliseconds, report, timed, timed_async
from benchmarks.organisation import create, served
from benchmarks.phone import Phone, enrolled
from mobile_app.data.desk import Draft, Label, RecordEdit
from shared.models.registry import raw_table
from shared.ports import SystemClock
from shared.sync.change import Base, Edit
from shared.sync.protocol import MAX_CHANGES, PushRequest
from sync_server.storage.database import Database
from sync_server.storage.records import chunks

_ACCOUNT = raw_table("account")
_BLIND = update(_ACCOUNT).where(_ACCOUNT.c.id == bindparam("key")).values(phone=bindparam("new"))


async def work_offline(phone: Phone, ids: Iterable[str], run: int) -> None:
    """Change the phone number of each customer, one action each."""
    for number, id_ in enumerate(ids):
        base = Base(phone.store.epoch.id, await phone.rev_of(id_))
        edit = RecordEdit("account", id_, "update", base, {"phone": Edit(f"+3347{run:02d}{number:05d}")})
        await phone.store.write(Draft((edit,), Label("account.edit")))


async def push(phone: Phone) -> None:
    """Send until the outbox is empty, as a round does."""
    while sent := await phone.store.outgoing(MAX_CHANGES):
        answer = await phone.api.push(phone.access, PushRequest(SystemClock().now_ms(), sent))
        if any(outcome.status != "applied" for outcome in answer.outcomes):
            raise RuntimeError("an edit was not applied")
        await phone.store.acknowledge(answer)


def blindly(database: Database, ids: list[str], *, bulk: bool) -> None:
    """Update the same rows without looking."""
    for batch in chunks(ids, MAX_CHANGES):
        values = [{"key": id_, "new": f"+33{number:09d}"} for number, id_ in enumerate(batch)]
        with database.write() as connection:
            for parameters in [values] if bulk else values:
                connection.execute(_BLIND, parameters)


async def main(records: int = 10_000, edits: int = 1_000, runs: int = 5) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = create(folder / "server", records)
        copy = create(folder / "floor", records)
        pushes: list[float] = []
        floors: list[float] = []
        bulks: list[float] = []
        with served(config) as address:
            async with enrolled(address, folder / "phone") as phone:
                await phone.round()
                ids = await phone.account_ids(edits)
                database = Database.open(copy.database)
                for run in range(runs + 1):
                    await work_offline(phone, ids, run)
                    pushes.append(await timed_async(lambda: push(phone)))
                    floors.append(timed(lambda: blindly(database, ids, bulk=False)))
                    bulks.append(timed(lambda: blindly(database, ids, bulk=True)))
                    await phone.round()
                database.close()
        took, least = middle(pushes[1:]), middle(floors[1:])
        report(
            "P2",
            took / least,
            4.0,
            f"{len(ids)} blind UPDATEs of the same rows through Core in {milliseconds(least)} ms, same batches, same durability",
            took_ms=milliseconds(took),
            floor_ms=milliseconds(least),
            bulk_ms=milliseconds(middle(bulks[1:])),
        )


if __name__ == "__main__":
    asyncio.run(main())
