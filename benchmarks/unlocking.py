"""A vault of any size and its unlock, on whatever kind of device: its ports say how files, keys and threads are there."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.working import records
from mobile_app.bootstrap import Ports
from mobile_app.data.key_states import DataKey
from mobile_app.data.repositories.accounts import Accounts
from mobile_app.data.repositories.visits import Visits
from mobile_app.data.store import Identity, Store
from mobile_app.data.vault import Vault
from shared.sync.codec import seal_payload
from shared.sync.policy import Value
from shared.sync.record import Record

STOPS: Final = 10
ME: Final = Identity("K7", "me")
_KEY: Final = DataKey(bytes(range(32)), 1)


def unlocked(folder: Path, ports: Ports) -> Vault:
    """Open the vault with its key."""
    vault = Vault.open(folder / "vault", "org", connect=ports.connect, crypto=ports.crypto(ports.randomness))
    vault.unlock(_KEY)
    return vault


def fill(folder: Path, count: int, ports: Ports) -> None:
    """Seal ``count`` records into a new vault, and today's visits to some of them."""
    vault = unlocked(folder, ports)
    everything = list(records(count))
    stops = [visit(record, ports) for record in everything if record.kind == "account"][:STOPS]
    vault.records.put((record.id, record.rev, seal_payload(record)) for record in [*everything, *stops])
    vault.close()


def visit(customer: Record, ports: Ports) -> Record:
    """A visit that is planned for now."""
    fields: dict[str, Value] = {
        "account_id": customer.id,
        "user_id": ME.user_id,
        "planned_at": ports.clock.now_ms(),
        "zone": ports.clock.zone(),
        "state": "planned",
    }
    return Record("visit", f"{customer.id}-visit", customer.id, customer.scope, customer.rev, customer.mark, fields)


async def unlock(folder: Path, ports: Ports) -> tuple[float, float]:
    """Unlock; the seconds until today's stops are here, and until a customer is found."""
    executor = ports.executor()
    began = perf_counter()
    vault = await executor.run(unlocked, folder, ports)
    store = await Store.open(vault, executor, identity=ME, clock=ports.clock, randomness=ports.randomness, whole=False, small=0)
    stops = await Visits(store).today()
    first = perf_counter() - began
    if not stops or not all(stop.account for stop in stops):
        raise RuntimeError("today's tour is not shown")
    await store.fill()
    if not await Accounts(store).page("boul", limit=1) and not await Accounts(store).page(limit=1):
        raise RuntimeError("nobody is found")
    everything = perf_counter() - began
    await store.close()
    executor.close()
    return first, everything


def bare(folder: Path, words: list[tuple[int, str]], ports: Ports) -> None:
    """Decrypt, and index."""
    vault = unlocked(folder, ports)
    for _ in vault.records.batches(2_000):
        pass
    vault.close()
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE found USING fts5(words, tokenize='ascii', detail=none, columnsize=0, prefix='2 3')")
    index.executemany("INSERT INTO found (rowid, words) VALUES (?, ?)", words)
    index.commit()
    index.close()


async def words_of(folder: Path, ports: Ports) -> list[tuple[int, str]]:
    """Give what the index is to hold; this unlock prepares the day for the next ones."""
    executor = ports.executor()
    vault = await executor.run(unlocked, folder, ports)
    store = await Store.open(vault, executor, identity=ME, clock=ports.clock, randomness=ports.randomness)
    rows = await store.read(lambda session: session.info["lists"].accounts.rows())
    await store.close()
    executor.close()
    return [(number, words) for number, (_, _, words) in enumerate(rows, 1)]
