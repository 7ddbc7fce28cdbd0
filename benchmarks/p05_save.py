"""P5: saving an edit on a phone with 10,000 records: sealed, in the outbox, in the working set and its search index, safe from a power cut.

The floor writes 4 KiB to a file beside the vault and calls ``fdatasync``, in turn with the saves.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from benchmarks.figures import middle, milliseconds, p95, report
from benchmarks.organisation import create, served
from benchmarks.phone import enrolled
from benchmarks.saving import WARM, saved


async def main(records: int = 10_000, runs: int = 400) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(create(folder / "server", records)) as address:
            async with enrolled(address, folder / "phone") as phone:
                await phone.round()
                saves, floors = await saved(phone.store, await phone.account_ids(runs + WARM), folder / "phone" / "floor")
        typical, slow = middle(saves) / middle(floors), p95(saves) / p95(floors)
        report(
            "P5",
            typical,
            8.0,
            f"4 KiB write and fdatasync: p50 {milliseconds(middle(floors))} ms, p95 {milliseconds(p95(floors))} ms",
            also=slow <= 8.0,
            p95=round(slow, 3),
            p50_ms=milliseconds(middle(saves)),
            p95_ms=milliseconds(p95(saves)),
            floor_p50_ms=milliseconds(middle(floors)),
            floor_p95_ms=milliseconds(p95(floors)),
        )


if __name__ == "__main__":
    asyncio.run(main())
