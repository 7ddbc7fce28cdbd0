"""P12: what P1 to P4 cost at 1,000, 10,000 and 100,000 records on the device.

The figure is the largest growth from one size to the next: of a first sync's time per record, which is level where the whole grows in
proportion, and of the whole cost of a push, of a small pull and of an idle round, which should not notice the size at all.
``--plot FILE`` draws it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.figures import middle, milliseconds, report, timed_async
from benchmarks.organisation import create, served
from benchmarks.p02_push import push, work_offline
from benchmarks.p04_pull_changes import change
from benchmarks.phone import Phone, enrolled
from sync_server.config import Config
from sync_server.storage.database import Database

SIZES = (1_000, 10_000, 100_000)
GOAL = 1.2
EDITS, CHANGES, RUNS, IDLE = 200, 100, 3, 60
MORE = 4
"""So many times the runs where one takes milliseconds: a small round, and a first sync of the smaller sizes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds at one size, and bytes of a pull of 100 changes."""

    records: int
    first_sync: float
    push: float
    pull: float
    idle: float
    pull_bytes: int


async def first_sync(address: str, folder: Path) -> float:
    """Fetch everything on a new phone."""
    async with enrolled(address, folder) as phone:
        return await timed_async(phone.round)


async def measure(folder: Path, records: int, runs: int) -> Cost:
    """Measure one size."""
    config = create(folder / "server", records)
    with served(config) as address:
        many = runs * MORE
        syncs = [await first_sync(address, folder / f"phone{run}") for run in range(runs if records == SIZES[-1] else many)]
        async with enrolled(address, folder / "phone") as phone:
            await phone.round()
            pushes, pulls, idle = await _rounds(phone, config, many)
            size = phone.wire.body_bytes
    sync, push_, pull, rest = (milliseconds(middle(times)) for times in (syncs, pushes, pulls, idle))
    return Cost(records, sync, push_, pull, rest, size)


async def _rounds(phone: Phone, config: Config, runs: int) -> tuple[list[float], list[float], list[float]]:
    pushes: list[float] = []
    pulls: list[float] = []
    ids = await phone.account_ids(EDITS)
    database = Database.open(config.database)
    for run in range(runs + 1):
        await work_offline(phone, ids, run)
        pushes.append(await timed_async(lambda: push(phone)))
        await phone.round()
        change(database, ids[:CHANGES])
        phone.wire.reset()
        pulls.append(await timed_async(phone.round))
    database.close()
    size = phone.wire.body_bytes
    idle = [await timed_async(phone.round, sweep=False) for _ in range(IDLE)]
    phone.wire.body_bytes = size
    return pushes[1:], pulls[1:], idle


def growth(values: Sequence[float]) -> float:
    """Give the largest ratio of a value to the one before it."""
    return max(later / earlier for earlier, later in pairwise(values))


def plot(costs: Sequence[Cost], file: Path) -> None:
    """Draw cost against size, both axes logarithmic: what is proportional is a straight line of slope 1, what is flat is level."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and only for this

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    sizes = [cost.records for cost in costs]
    for name, words in (
        ("first_sync", "first sync"),
        ("push", f"push of {EDITS} edits"),
        ("pull", f"pull of {CHANGES} changes"),
        ("idle", "nothing to do"),
    ):
        axes.loglog(sizes, [getattr(cost, name) for cost in costs], marker="o", label=words)
    slope = [costs[0].first_sync * size / sizes[0] for size in sizes]
    axes.loglog(sizes, slope, linestyle=":", color="grey", label="in proportion")
    axes.set(xlabel="records on the device", ylabel="milliseconds", title="Cost against size")
    axes.grid(which="both", alpha=0.2)
    axes.legend()
    figure.savefig(file, metadata={"Date": None})


async def main(sizes: Sequence[int] = SIZES, runs: int = RUNS, drawing: Path | None = None) -> None:
    """Measure and report."""
    costs = []
    for records in sizes:
        with tempfile.TemporaryDirectory() as name:
            costs.append(await measure(Path(name), records, runs))
    if drawing is not None:
        plot(costs, drawing)
    grown = {
        "first_sync": growth([cost.first_sync / cost.records for cost in costs]),
        "push": growth([cost.push for cost in costs]),
        "pull": growth([cost.pull for cost in costs]),
        "pull_bytes": growth([cost.pull_bytes for cost in costs]),
        "idle": growth([cost.idle for cost in costs]),
    }
    worst = max(grown, key=lambda name: grown[name])
    report(
        "P12",
        grown[worst],
        GOAL,
        f"the same work on a tenth of {costs[-1].records} records; {worst} grows most",
        growth={name: round(value, 3) for name, value in grown.items()},
        first_sync_ms=[cost.first_sync for cost in costs],
        push_ms=[cost.push for cost in costs],
        pull_ms=[cost.pull for cost in costs],
        idle_ms=[cost.idle for cost in costs],
    )


if __name__ == "__main__":
    asyncio.run(main(drawing=Path(sys.argv[2]) if sys.argv[1:2] == ["--plot"] else None))
