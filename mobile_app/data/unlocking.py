"""An unlock as its screens live it: today at once, the rest by and by, and whoever asks for what is not here yet waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from mobile_app.data.desk import Desk, Draft
from mobile_app.data.filling import Filling
from mobile_app.data.ports import Executor
from mobile_app.data.sync_status import SyncStatus
from shared.errors import RecordNotFound, RecordRefused

T = TypeVar("T")
Progress = Callable[[int, int], None]

SMALL: Final = 2_000
"""A vault of so few records is read to its end before anything is shown."""
_EARLY: Final = frozenset({"account", "contact", "visit", "attachment"})
"""What may be written before all is here: it is decided by the record alone, not by what else there is."""
_STEPS: Final = 10
"""So often screens hear how far it is: they are drawn each time."""


class Unlocking:
    """On the event loop. ``begin`` once, ``fill`` whenever one wants to be sure that all is here."""

    def __init__(self, filling: Filling, executor: Executor, status: SyncStatus, turn: asyncio.Lock) -> None:
        self._filling = filling
        self._executor = executor
        self._status = status
        self._turn = turn
        self._over = asyncio.Event()

    @property
    def over(self) -> bool:
        """Whether there is nothing more to come."""
        return self._over.is_set()

    async def begin(self, small: int) -> bool:
        """Show what is wanted first; is it enough to begin with?"""
        enough = await self._executor.run(self._filling.first, small)
        if enough:
            self._status.update(filling=0)
        return enough

    async def fill(self, progress: Progress, finish: Callable[[], Awaitable[None]]) -> bool:
        """Bring the rest and ``finish``, once, however many ask. False where it was done before, or given up by a lock.

        One that raised may be begun again: what is here stays.

        Raises:
            StorageFailed: the disk refused a read.
            VaultDamaged, SealBroken: a row does not open.
        """
        async with self._turn:
            if self._over.is_set():
                return False
            steps = self._filling.rest()
            while (step := await self._executor.run(next, steps, None)) is not None:
                progress(*step)
                self._tell(*step)
            await finish()
            self.end()
            return True

    def end(self) -> None:
        """All is here, or a lock drops it: nobody waits any longer. Repeatable."""
        self._over.set()
        self._status.update(filling=None, unread=False)

    def early(self, make: Callable[[Desk], Draft]) -> Callable[[Desk], Draft]:
        """An action as it may be decided now: as long as something is missing, not one that other records have a say in."""
        if self._over.is_set():
            return make

        def made(desk: Desk) -> Draft:
            draft = make(desk)
            if not {edit.kind for edit in draft.edits} <= _EARLY:
                raise RecordNotFound
            return draft

        return made

    async def patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask; what is not found or not allowed while something is missing is asked again once all is here."""
        if not self._over.is_set():
            try:
                return await ask()
            except (RecordNotFound, RecordRefused):
                await self._over.wait()
        return await ask()

    def _tell(self, done: int, total: int) -> None:
        if self._status.now.filling is not None:
            self._status.update(filling=done * _STEPS // total)
