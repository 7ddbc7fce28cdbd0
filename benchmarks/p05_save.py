"""P5: saving an edit on a phone with 10,000 records: sealed, in the outbox, in the working set and its search index, safe from a power cut.

The floor writes 4 KiB to a file beside the vault and calls ``fdatasync``, in turn with the saves.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from benchmarks.figures import middle, milliseconds, p95, report, timed, timed_async
from benchmarks.organisation import create, served
from benchmarks.phone import Phone, enrolled
from mobile_app.data.repositories.accounts import Accounts

PAGE = os.urandom(4096)


async def save(phone: Phone, id_: str, number: int) -> float:
    """Open a customer's form, change name and phone number in it, and time the saving."""
    accounts = Accounts(phone.store)
    form = await accounts.get(id_)
    wanted = {"name": f"{form.name} {number}", "phone": f"+33472{number:06d}"}
    return await timed_async(lambda: accounts.edit(id_, form.base, form.shown, wanted), sweep=False)


def write_page(file: int) -> None:
    """Write 4 KiB, durably."""
    os.write(file, PAGE)
    os.fdatasync(file)


async def main(records: int = 10_000, runs: int = 400) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        saves: list[float] = []
        floors: list[float] = []
        with served(create(folder / "server", records)) as address:
            async with enrolled(address, folder / "phone") as phone:
                await phone.round()
                ids = await phone.account_ids(runs + 20)
                file = os.open(folder / "phone" / "floor", os.O_CREAT | os.O_WRONLY, 0o600)
                for number, id_ in enumerate(ids):
                    saves.append(await save(phone, id_, number))
                    floors.append(timed(lambda: write_page(file), sweep=False))
                os.close(file)
        saves, floors = saves[20:], floors[20:]
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
