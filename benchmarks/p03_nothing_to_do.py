"""P3: a round with nothing to do, against an empty FastAPI route on the same server, asked through the same client.

The round must take one request whose answer, headers included, is at most 1,000 bytes; ``bytes`` adds the request.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import httpx

from benchmarks.figures import middle, milliseconds, p95, report, timed_async
from benchmarks.organisation import create, served
from benchmarks.phone import enrolled
from benchmarks.serve import EMPTY

MOST_BYTES = 1_000


async def main(records: int = 10_000, runs: int = 300) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rounds: list[float] = []
        floors: list[float] = []
        with served(create(folder / "server", records)) as address:
            async with enrolled(address, folder / "phone") as phone, httpx.AsyncClient(base_url=address, trust_env=False) as client:

                async def empty() -> None:
                    (await client.get(EMPTY)).raise_for_status()

                for _ in range(20):
                    await phone.round()
                    await empty()
                phone.wire.reset()
                await phone.round()
                wire = (phone.wire.requests, phone.wire.answer_bytes, phone.wire.bytes)
                for _ in range(runs):
                    rounds.append(await timed_async(phone.round, sweep=False))
                    floors.append(await timed_async(empty, sweep=False))
        took, least = middle(rounds), middle(floors)
        report(
            "P3",
            took / least,
            2.0,
            f"an empty FastAPI route of the same server in {milliseconds(least)} ms",
            also=wire[0] == 1 and wire[1] <= MOST_BYTES,
            took_ms=milliseconds(took),
            p95_ms=milliseconds(p95(rounds)),
            floor_ms=milliseconds(least),
            requests=wire[0],
            answer_bytes=wire[1],
            bytes=wire[2],
        )


if __name__ == "__main__":
    asyncio.run(main())
