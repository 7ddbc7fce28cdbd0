"""P11: how many devices one server carries while 95 of 100 answers come within 200 ms.

A device makes four polls, a push of 20 edits and a pull of 20 records a minute. Those that push work in one territory, those that poll and
pull in another where nothing happens meanwhile, so that a poll finds nothing and a pull its 20. Requests come at random moments at the rate
of so many devices (open loop: a slow answer delays nobody else's request), over kept connections; the rate rises until the 95th percentile
passes 200 ms. The load comes from this process, on the same cores as the server and PostgreSQL: figures are on the low side.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, islice
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

import msgspec

from benchmarks.customers import ACCOUNTS_IN_TEN, customers
from benchmarks.figures import milliseconds, p95, report
from benchmarks.organisation import CHEAP, LOGIN, PASSWORD, create, served
from benchmarks.raw_http import RawHttp, request
from benchmarks.serve import CPU
from shared.ids import RANDOM_BYTES, uuid7
from shared.ports import SystemClock, SystemRandomness
from shared.sync.change import Base, Change, Edit, Transaction
from shared.sync.clock import pack
from shared.sync.protocol import EnrolRequest, PullAnswer, PushRequest, SessionAnswer
from sync_server.config import Config
from sync_server.services import territories, users
from sync_server.services.auth import Sessions
from sync_server.services.authoring import Author, Authored
from sync_server.services.passwords import Passwords
from sync_server.storage.database import Database
from tools.postgres import postgres

GOALS: Final = {"SQLite": 6_000, "PostgreSQL": 10_000}
WITHIN_MS = 200.0
BATCH = 20
POLLS, PUSHES, PULLS = 4, 1, 1
A_MINUTE = POLLS + PUSHES + PULLS
CONNECTIONS = 64
MOST = 1_000
QUIET = "nolwenn"
STEPS = (500, 1_000, 2_000, 3_000, 4_000, 6_000, 8_000, 10_000)
Call = Callable[[], Awaitable[bytes]]


@dataclass(slots=True)
class Speaker:
    """One device as the server sees it."""

    session: SessionAnswer
    seq: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """What each of its requests bears."""
        return {"Authorization": f"Bearer {self.session.tokens.access}"}


def quiet_territory(config: Config) -> str:
    """Add a rep with a territory of her own; give its id."""
    clock, randomness = SystemClock(), SystemRandomness()
    author = Author(clock, randomness)
    database = Database.configured(config)
    try:
        with database.write() as connection:
            new = users.NewUser(QUIET, "Nolwenn Le Goff", "rep", "fr")
            users.add_user(connection, author, new, Passwords(CHEAP, randomness).hash(PASSWORD))
            territory = territories.add_territory(connection, author, "Nantes")
            territories.assign(connection, author, "Nantes", QUIET, (date(2020, 1, 1), None))
            return territory
    finally:
        database.close()


def add_customers(config: Config, territory: str) -> None:
    """Add BATCH customers to a territory, one by one."""
    author = Author(SystemClock(), SystemRandomness())
    database = Database.configured(config)
    for record in islice(customers(BATCH * 10 // ACCOUNTS_IN_TEN, territory, seed=2), BATCH):
        with database.write() as connection:
            author.write(connection, [Authored(*record)])
    database.close()


def enrolled(config: Config, login: str, number: int) -> list[Speaker]:
    """Enrol devices, past the network and its limits."""
    database = Database.configured(config)
    randomness = SystemRandomness()
    sessions = Sessions(database, config, SystemClock(), randomness, Passwords(CHEAP, randomness))
    try:
        return [Speaker(sessions.enrol(EnrolRequest(login, PASSWORD, "phone", "benchmark"), f"{login} {n}")) for n in range(number)]
    finally:
        database.close()


class Traffic:
    """The requests of all devices over one pool of connections."""

    def __init__(self, pool: RawHttp, pushers: Sequence[Speaker], pullers: Sequence[Speaker], ids: Sequence[str], chance: Random) -> None:
        self._pool, self._pushers, self._pullers, self._ids, self._chance = pool, pushers, pullers, ids, chance
        self.cursor = ""
        self.behind = ""
        self._numbers = count(1)

    async def newest(self) -> str:
        """Give the cursor of a device that has everything."""
        cursor, more = "", True
        while more:
            page = msgspec.json.decode(await self._pull(self._pullers[0], cursor, MOST), type=PullAnswer)
            cursor, more = page.cursor, page.more
        return cursor

    def pick(self) -> Call:
        """Choose the next request, in a minute's proportions."""
        kind = self._chance.randrange(A_MINUTE)
        if kind < PUSHES:
            return lambda: self._push(self._chance.choice(self._pushers))
        cursor = self.behind if kind < PUSHES + PULLS else self.cursor
        return lambda: self._pull(self._chance.choice(self._pullers), cursor, MOST)

    async def costs(self, times: int) -> dict[str, float]:
        """Give what one request of each kind costs the server: milliseconds of a core, whatever else the machine does."""
        pusher, puller = self._pushers[0], self._pullers[0]
        calls: dict[str, Call] = {
            "poll": lambda: self._pull(puller, self.cursor, MOST),
            "pull": lambda: self._pull(puller, self.behind, MOST),
            "push": lambda: self._push(pusher),
        }
        return {name: await self._cost(call, times) for name, call in calls.items()}

    async def _cost(self, call: Call, times: int) -> float:
        before = float(await self._answered(request("GET", CPU, {})))
        for _ in range(times):
            await call()
        return milliseconds((float(await self._answered(request("GET", CPU, {}))) - before) / times)

    async def _pull(self, speaker: Speaker, cursor: str, limit: int) -> bytes:
        return await self._answered(request("GET", f"/v1/sync/pull?cursor={cursor}&limit={limit}", speaker.headers))

    async def _push(self, speaker: Speaker) -> bytes:
        now = SystemClock().now_ms()
        transactions = []
        for id_ in self._chance.sample(self._ids, BATCH):
            speaker.seq += 1
            edit = {"phone": Edit(f"+3342{next(self._numbers):07d}")}
            change = Change("account", id_, "update", pack(now), edit, Base(speaker.session.epoch.id, 1 << 40))
            transactions.append(Transaction(uuid7(now, self._chance.randbytes(RANDOM_BYTES)), (change,), (), speaker.seq))
        body = msgspec.json.encode(PushRequest(now, tuple(transactions)))
        return await self._answered(request("POST", "/v1/sync/push", speaker.headers | {"Content-Type": "application/json"}, body))

    async def _answered(self, sent: bytes) -> bytes:
        status, body = await self._pool.ask(sent)
        if status != 200:
            raise RuntimeError(f"the server answered {status}: {body!r}")
        return body


async def latencies(traffic: Traffic, devices: int, seconds: float, chance: Random) -> list[float]:
    """Run so many devices' requests for so long; give each answer's time from the moment it was due, in seconds."""
    rate = devices * A_MINUTE / 60
    began = perf_counter()
    due, asked = began, []

    async def ask(call: Call, at: float) -> float:
        await call()
        return perf_counter() - at

    while (due := due + chance.expovariate(rate)) < began + seconds:
        await asyncio.sleep(max(0.0, due - perf_counter()))
        asked.append(asyncio.create_task(ask(traffic.pick(), due)))
    return await asyncio.gather(*asked)


@dataclass(frozen=True, slots=True)
class Load:
    """How the load is made: devices of each kind that speak, the steps in which their number rises, seconds of each."""

    speakers: int = 100
    steps: Sequence[int] = STEPS
    seconds: float = 10.0
    times: int = 200
    """Requests of each kind of which the cost is the mean."""


async def measure(engine: str, config: Config, load: Load) -> None:
    """Measure one engine and report."""
    chance = Random(11)  # noqa: S311 - arrivals, no secrets
    seen: dict[int, float] = {}
    carried = 0
    quiet = quiet_territory(config)
    pushers, pullers = enrolled(config, LOGIN, load.speakers), enrolled(config, QUIET, load.speakers)
    database = Database.configured(config)
    with database.read() as connection:
        ids = [str(row[0]) for row in connection.exec_driver_sql("SELECT id FROM account").all()]
    database.close()
    with served(config) as address:
        async with RawHttp.connected(address, CONNECTIONS) as pool:
            traffic = Traffic(pool, pushers, pullers, ids, chance)
            traffic.behind = await traffic.newest()
            add_customers(config, quiet)
            traffic.cursor = await traffic.newest()
            await latencies(traffic, load.steps[0], min(load.seconds, 2.0), chance)
            costs = await traffic.costs(load.times)
            for devices in load.steps:
                seen[devices] = milliseconds(p95(await latencies(traffic, devices, load.seconds, chance)))
                if seen[devices] > WITHIN_MS:
                    break
                carried = devices
    goal = GOALS[engine]
    report(
        "P11",
        goal / max(carried, 1),
        1.0,
        f"{goal} devices, p95 within {WITHIN_MS:g} ms; the value is that number divided by what was carried",
        engine=engine,
        devices=carried,
        p95_ms=seen,
        cost_ms=costs,
    )


def main(records: int = 10_000, load: Load = Load()) -> None:
    """Measure both engines; PostgreSQL runs on the same cores."""
    with tempfile.TemporaryDirectory() as name, postgres(durable=True) as url:
        folder = Path(name)
        here = create(folder / "here", records)
        there = Config(folder / "there", url, "devices", scrypt=CHEAP)
        create(there.data, records, there)
        for engine, config in (("SQLite", here), ("PostgreSQL", there)):
            asyncio.run(measure(engine, config, load))


if __name__ == "__main__":
    main()
