"""A vault on the files of a browser, over a disk that has power cuts. Runs inside Pyodide (``tests/web/test_files.py``)."""

from __future__ import annotations

import json
import random
import sys
from itertools import count
from pathlib import Path
from typing import Any

import tournee_disk

from mobile_app.data.files import OwnerFiles
from mobile_app.data.vault import Vault
from mobile_app.web.ports import connect_alone
from shared.errors import DiskFull, TourneeError
from tests.fakes.crypto import DeviceCrypto
from tests.fakes.device import SeededRandomness
from tests.mobile_app.data.vaults import KEY

CRYPTO = DeviceCrypto(SeededRandomness())
MOUNTS = (Path(f"/disk{n}") for n in count())
BIG = bytes(20_000)


async def mounted(disk: Any) -> Path:  # noqa: ANN401 - JavaScript's
    path = next(MOUNTS)
    await tournee_disk.mount(disk, str(path))
    return path


def opened(path: Path) -> Vault:
    vault = Vault.open(path / "devices/one/vault", "org", connect=connect_alone, crypto=CRYPTO)
    vault.unlock(KEY)
    return vault


def outbox(vault: Vault) -> list[str]:
    return [row.txn for row in vault.outbox.rows()]


async def power_cuts(cuts: int) -> dict[str, int]:
    """Write transactions and cut the power while some are under way; each acknowledged one is there afterwards, and the vault is sound."""
    chance = random.Random(5)  # noqa: S311
    disk = tournee_disk.make()
    path, lost, flushes = await mounted(disk), 0, 0
    acknowledged: list[str] = []
    for cut in range(cuts):
        vault = opened(path)
        lost += len(set(acknowledged) - set(outbox(vault)))
        for n in range(chance.randrange(1, 6)):
            before = disk.flushes
            vault.outbox.add(f"t{cut}-{n}", bytes(chance.randrange(10, 9_000)), "waiting")
            flushes += disk.flushes > before
            acknowledged.append(f"t{cut}-{n}")
        vault._sql.execute("BEGIN IMMEDIATE")
        vault.outbox.add(f"never{cut}", BIG, "waiting")
        disk = disk.afterCut(chance.random)
        path = await mounted(disk)
    return {"acknowledged": len(acknowledged), "flushed": flushes, "lost": lost}


async def renames(cuts: int) -> dict[str, int]:
    """Replace a small file again and again; a cut leaves the old or the new bytes, never none and never a mix."""
    chance = random.Random(6)  # noqa: S311
    disk, torn, files = tournee_disk.make(), 0, OwnerFiles()
    path = await mounted(disk)
    for n in range(cuts):
        files.write(path / "users.json", str(n).encode() * 500)
        disk = disk.afterCut(chance.random)
        path = await mounted(disk)
        torn += files.read(path / "users.json") != str(n).encode() * 500
    files.delete(path / "users.json")
    path = await mounted(disk.afterCut(chance.random))
    return {"torn": torn, "left": len(list(path.iterdir()))}


async def full() -> dict[str, object]:
    """Run into the quota in the middle of the work: it is said, nothing acknowledged goes, and work goes on when there is room again."""
    disk = tournee_disk.make()
    path = await mounted(disk)
    vault = opened(path)
    vault.outbox.add("before", b"kept", "waiting")
    disk.room = disk.used() + 30_000
    said = ""
    try:
        for n in range(30):
            vault.outbox.add(f"more{n}", BIG, "waiting")
    except TourneeError as error:
        said = type(error).__name__
    kept = outbox(vault)
    disk.room = disk.used() + 3_000_000
    vault.outbox.add("after", BIG, "waiting")
    vault.close()
    again = opened(await mounted(disk.afterCut(lambda: 0.0)))
    return {"said": said, "expected": DiskFull.__name__, "same": outbox(again) == [*kept, "after"], "first": kept[0]}


async def within() -> None:
    """See the module."""
    found = {"cuts": await power_cuts(12), "renames": await renames(12), "full": await full()}
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
