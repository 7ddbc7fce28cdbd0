"""One run: a script of edits, pushes and pulls on a phone, cut off at a random write or sync, and what the phone says afterwards."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path

from mobile_app.data.crypto import NativeCrypto
from mobile_app.data.executor import InlineExecutor
from mobile_app.data.store import Store
from mobile_app.data.vault import Vault
from tests.mobile_app.data.store.phone import KEY, Phone, account
from tests.power.disk import PowerCut, PowerDisk

STEPS = 14
OPERATIONS = 260
"""About how many writes and syncs a script makes: the cut falls anywhere among them, or after the last."""
OWN = "u1"


@dataclass
class Told:
    """What the phone told its user before the cut."""

    edits: dict[str, str] = field(default_factory=dict)
    """Acknowledged on the screen: transaction -> the name it gave."""
    drafts: dict[str, str] = field(default_factory=dict)
    pulled: int = 0
    """The rev through which pages were applied."""


class PoweredPhone(Phone):
    """The phone of the store's tests, on a disk that loses power. Its file is its own, as a browser's is, so no shared memory is needed."""

    def __init__(self, disk: PowerDisk) -> None:
        super().__init__()
        self.power = disk
        self.fts = False

    async def start(self) -> Store:
        self.vault = Vault.open(Path("vault"), "org", connect=self.power, crypto=NativeCrypto(self.chance), alone=True)
        self.vault.unlock(KEY)
        self.store = await Store.open(
            self.vault, InlineExecutor(), identity=self.identity, clock=self.clock, randomness=self.chance, fts=self.fts
        )
        return self.store


def lost(seed: int, synchronous: str = "FULL") -> list[str]:
    """Run ``seed`` and name what was acknowledged and is gone, or is there in part; empty when all is well."""
    disk = PowerDisk(seed, synchronous)
    try:
        return asyncio.run(_lost(seed, disk))
    finally:
        disk.close()


async def _lost(seed: int, disk: PowerDisk) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - a test's chance
    told = Told()
    phone = PoweredPhone(disk)
    disk.cut_after = chance.randrange(1, OPERATIONS)
    try:
        await phone.start()
        for step in range(STEPS):
            await _step(phone, chance, step, told)
    except PowerCut:
        pass
    disk.cut()
    again = PoweredPhone(disk)
    again.head = phone.head
    await again.start()
    try:
        return await _missing(again, told)
    finally:
        await again.store.close()


async def _step(phone: PoweredPhone, chance: random.Random, step: int, told: Told) -> None:
    phone.clock.forward(60_000)
    match chance.choice(("edit", "edit", "edit", "draft", "pull", "push")):
        case "edit":
            name = f"Fournil {step}"
            txn = await phone.create("account", phone.store.new_id(), name=name, territory_id="lyon", country="FR")
            told.edits[txn] = name
        case "draft":
            await phone.store.draft_put(f"visit:{step}", {"note": f"note {step}"})
            told.drafts[f"visit:{step}"] = f"note {step}"
        case "pull":
            first = phone.head + 1
            records = [account(f"s{rev:04}", rev, name=f"Client {rev}") for rev in range(first, first + chance.randrange(1, 9))]
            page = phone.page(*records)
            await phone.store.apply(page)
            told.pulled = page.head
        case _:
            await phone.push()


async def _missing(phone: PoweredPhone, told: Told) -> list[str]:
    waiting = {item.txn for item in [*await phone.store.waiting(), *await phone.store.attention()]}
    kept = waiting | {entry.transaction.id for _, entry in await phone.store.journal()}
    found = [f"edit {txn}" for txn in told.edits if txn not in kept]
    for key, note in told.drafts.items():
        if await phone.store.draft_get(key) != {"note": note}:
            found.append(f"draft {key}")
    revs = sorted(rev for batch in phone.vault.records.batches() for _, rev, _ in batch)
    cursor = int(await phone.store.cursor() or 0)
    if revs and revs != sorted(set(revs)):
        found.append("a record twice")
    if told.pulled and (not revs or revs[-1] < told.pulled):
        found.append(f"records through {told.pulled}")
    if bool(revs) != bool(cursor):
        found.append("a page without its cursor")
    return found
