"""The work of P5, P6 and P8 on whatever kind of device, by its ports: natively, or inside Pyodide as ``p_browser`` has it run."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.p08_search import searched
from benchmarks.saving import WARM, saved
from benchmarks.unlocking import ME, fill, unlock, unlocked, words_of
from mobile_app.bootstrap import Ports
from mobile_app.data.store import Store

UNLOCKS = 3


async def worked(folder: Path, ports: Ports, count: int, runs: int) -> Mapping[str, Sequence[float]]:
    """Unlock a vault of ``count`` records, save ``runs`` changes in it, and search among as many customers; the seconds of each."""
    fill(folder, count, ports)
    await words_of(folder, ports)  # it prepares the day
    unlocks = [await unlock(folder, ports) for _ in range(UNLOCKS)]
    executor = ports.executor()
    vault = await executor.run(unlocked, folder, ports)
    store = await Store.open(vault, executor, identity=ME, clock=ports.clock, randomness=ports.randomness)
    rows = await store.read(lambda session: session.connection().exec_driver_sql("SELECT id FROM account ORDER BY id").all())
    saves, _ = await saved(store, [str(row[0]) for row in rows[: runs + WARM]], folder / "floor")
    await store.close()
    executor.close()
    return {
        "save": saves,
        "first": [first for first, _ in unlocks],
        "everything": [everything for _, everything in unlocks],
        "search": searched(count, 1)[0],
    }


async def within() -> None:
    """Do it inside Pyodide, on a pool of files in memory, and write the seconds into the file that is named."""
    import tournee_disk  # noqa: PLC0415 - there only

    from mobile_app.web.ports import browser_ports  # noqa: PLC0415 - there only

    target, *sizes = sys.argv[1:]
    await tournee_disk.mount(tournee_disk.make(False), "/disk")
    seconds = await worked(Path("/disk"), browser_ports(), *(int(each) for each in sizes))
    Path(target).write_text(json.dumps(seconds), encoding="utf-8")
