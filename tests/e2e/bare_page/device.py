"""A device without screens, inside a browser: does what the test ordered, and says what it has acknowledged. Runs in Pyodide only."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import time_ns

sys.path.insert(0, "/app")

import httpx
import js
from pyodide.ffi import to_js
from test import say

from mobile_app.data.desk import Draft, Label, RecordEdit
from mobile_app.data.executor import InlineExecutor
from mobile_app.data.key_states import DataKey
from mobile_app.data.store import Identity, Store
from mobile_app.data.vault import Vault
from mobile_app.web.ports import browser_ports
from mobile_app.web.transport import FetchTransport
from shared.errors import DiskFull
from shared.sync.change import Edit

PASSPHRASE = "a long passphrase"
NOTES = "x" * 1_900


async def opened() -> Store:
    ports = browser_ports()
    vault = Vault.open(Path("/device/devices/one/vault"), "org", connect=ports.connect, crypto=ports.crypto(ports.randomness))
    vault.unlock(DataKey(b"k" * 32, 1))
    return await Store.open(vault, InlineExecutor(), identity=Identity("K7", "u1"), clock=ports.clock, randomness=ports.randomness)


async def found(store: Store) -> str:
    """The names of the customers in the outbox, as the working set shows them."""
    names = await store.read(lambda session: [row[0] for row in session.connection().exec_driver_sql("SELECT name FROM account")])
    return "\n".join(sorted(names))


async def save(store: Store, name: str) -> None:
    fields = {"name": Edit(name), "note": Edit(NOTES), "country": Edit("FR"), "territory_id": Edit("lyon")}
    edit = RecordEdit("account", store.new_id(), "create", None, fields)
    await store.write(Draft((edit,), Label("test")))
    say("saved", name)


async def saving(store: Store) -> None:
    """Save until the end, which comes from outside."""
    run, n = time_ns(), 0
    while True:
        n += 1
        await save(store, f"{run} {n}")


async def filling(store: Store) -> None:
    """Save until there is no room, then say what is there; ordered again with room, save once more."""
    try:
        for n in range(10_000):
            await save(store, f"full {n}")
    except DiskFull:
        await say("full", await found(store))


async def one_more(store: Store) -> None:
    await save(store, "one more")
    await say("there", await found(store))


async def giving(store: Store) -> None:
    for n in range(3):
        await save(store, f"given {n}")
    await say("file", to_js(await store.hand_over(PASSPHRASE)))


async def taking(store: Store) -> None:
    async with httpx.AsyncClient(transport=FetchTransport()) as client:
        file = (await client.get(f"{js.location.origin}/bare/file")).content
    taken = await store.take_over(file, PASSPHRASE)
    await say("taken", f"{taken.transactions}\n{await found(store)}")


async def main() -> None:
    async with httpx.AsyncClient(transport=FetchTransport()) as client:
        order = (await client.get(f"{js.location.origin}/bare/order")).text
    store = await opened()
    await say("found", await found(store))
    orders: dict[str, Callable[[Store], Awaitable[None]]] = {
        "save": saving,
        "fill": filling,
        "one more": one_more,
        "give": giving,
        "take": taking,
    }
    if order in orders:
        await orders[order](store)
