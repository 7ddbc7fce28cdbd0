"""How an open device begins: what its opening left for later is read, however often the disk refuses, and then sync starts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final

from mobile_app.data.ports import Sleep
from mobile_app.data.store import Store
from mobile_app.sync.scheduler import backoff_s, first_of
from shared.errors import StorageFailed, VaultDamaged
from shared.ports import Randomness

LASTS: Final = 3
"""Times in a row that the disk may refuse before it is said: one refusal is often the only one."""
WAIT_CAP_S: Final = 30.0
"""Somebody may be waiting for a record that is not here yet."""
_log = logging.getLogger(__name__)


class Beginning:
    """Owns the one task that reads the rest of ``store``. ``SyncState.unread`` says when the disk keeps refusing."""

    def __init__(self, store: Store, sleep: Sleep, randomness: Randomness) -> None:
        self._store = store
        self._sleep = sleep
        self._randomness = randomness
        self._again = asyncio.Event()
        self._refused = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, sync: Callable[[], None], damaged: Callable[[], Awaitable[None]]) -> None:
        """Read the rest and then call ``sync``, at once where nothing was left; or say that the vault is ``damaged``."""
        if self._store.full:
            sync()
        else:
            self._task = asyncio.create_task(self._run(sync, damaged), name="read the rest")

    def hurry(self) -> None:
        """Somebody wants the exchange now: what was refused is tried again at once."""
        self._again.set()

    async def over(self) -> None:
        """Wait until all is here and sync has begun, or the vault was said to be damaged.

        Raises:
            StorageFailed: the disk still refuses; it goes on being tried.
        """
        if self._task is None:
            return
        self._refused.clear()
        self.hurry()
        refused = asyncio.ensure_future(self._refused.wait())
        try:
            await asyncio.wait([self._task, refused], return_when=asyncio.FIRST_COMPLETED)
        finally:
            refused.cancel()
        if not self._task.done():
            raise StorageFailed

    async def stop(self) -> None:
        """End now, between two steps of the store. Repeatable."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, sync: Callable[[], None], damaged: Callable[[], Awaitable[None]]) -> None:
        for failures in count(1):
            self._again.clear()
            try:
                await self._store.fill()
            except VaultDamaged:
                await damaged()
                return
            except Exception:  # whatever it was, the next try may go well: nothing is exchanged before one does
                _log.exception("the rest of the vault could not be read", extra={"times": failures})
                self._refused.set()
                self._store.status.update(unread=failures >= LASTS)
                await first_of(self._sleep(min(WAIT_CAP_S, backoff_s(failures, self._randomness.uniform()))), self._again.wait())
            else:
                sync()
                return
