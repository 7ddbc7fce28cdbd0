"""Saves of customers' forms, in turn with a bare write of 4 KiB beside the vault, as durable as the device's files are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.figures import timed, timed_async
from mobile_app.data.repositories.accounts import Accounts
from mobile_app.data.store import Store

WARM: Final = 20
"""So many saves come before those that count."""
_PAGE: Final = os.urandom(4096)


async def save(store: Store, id_: str, number: int) -> float:
    """Open a customer's form, change name and phone number in it, and time the saving."""
    accounts = Accounts(store)
    form = await accounts.get(id_)
    wanted = {"name": f"{form.name} {number}", "phone": f"+33472{number:06d}"}
    return await timed_async(lambda: accounts.edit(id_, form.base, form.shown, wanted), sweep=False)


def write_page(file: int) -> None:
    """Write 4 KiB, durably."""
    os.write(file, _PAGE)
    os.fdatasync(file)


async def saved(store: Store, ids: Sequence[str], beside: Path) -> tuple[list[float], list[float]]:
    """Save one change of each customer, in turn with a write to the file ``beside``; the seconds of both, without those that warm up."""
    saves: list[float] = []
    floors: list[float] = []
    file = os.open(beside, os.O_CREAT | os.O_WRONLY, 0o600)
    for number, id_ in enumerate(ids):
        saves.append(await save(store, id_, number))
        floors.append(timed(lambda: write_page(file), sweep=False))
    os.close(file)
    return saves[WARM:], floors[WARM:]
