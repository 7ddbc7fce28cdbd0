"""P17: the first sync of 10,000 records on a link of 4 Mbit/s and 80 ms, against what the fastest peer has to carry over the same link.

The fastest peer on this work, WatermelonDB 0.28, fetches 10,000 contacts of 388 bytes as 3.86 MB in one request. The floor carries just
those bytes over the same link in the same run and does nothing with them, so it is less than that peer's own time: it parses and stores
too. A second figure compares the bytes. Ours carries 10,000 accounts and contacts and seals and indexes all of them.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import httpx

from benchmarks.figures import middle, milliseconds, report, timed_async
from benchmarks.organisation import create, served
from benchmarks.p01_first_sync import first_sync
from benchmarks.phone import enrolled
from benchmarks.serve import BYTES
from benchmarks.shaped import link

RATE = 4_000_000
DELAY_MS = 80
PEER_BYTES = 3_860_000


async def fetched(address: str, size: int) -> None:
    """Fetch ``size`` bytes and drop them."""
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60, headers={"Accept-Encoding": "identity"}) as client:
        answer = (await client.get(BYTES, params={"size": size})).raise_for_status()
        if len(answer.content) != size:
            raise RuntimeError("the link lost bytes")


async def travelled(address: str, folder: Path) -> int:
    """Give the bytes of a first sync, headers included, both ways."""
    async with enrolled(address, folder) as phone:
        phone.wire.reset()
        await phone.round()
        return phone.wire.bytes


async def main(records: int = 10_000, runs: int = 3, peer_bytes: int = PEER_BYTES, rate: float = RATE) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        syncs: list[float] = []
        floors: list[float] = []
        with served(create(folder / "server", records)) as address, link(address, rate, DELAY_MS) as far:
            size = await travelled(address, folder / "counted")
            for run in range(runs):
                syncs.append(await first_sync(far, folder / f"phone{run}", records))
                floors.append(await timed_async(lambda: fetched(far, peer_bytes)))
        took, least = middle(syncs), middle(floors)
        over = f"{rate / 1_000_000:g} Mbit/s and {DELAY_MS} ms"
        floor = f"{peer_bytes} bytes, what the fastest peer fetches, over {over} in {milliseconds(least)} ms"
        report("P17", took / least, 0.4, floor, what="time", records=records, took_ms=milliseconds(took), floor_ms=milliseconds(least))
        report("P17", size / peer_bytes, 0.25, f"the {peer_bytes} bytes of the fastest peer", what="bytes", bytes=size)


if __name__ == "__main__":
    asyncio.run(main())
