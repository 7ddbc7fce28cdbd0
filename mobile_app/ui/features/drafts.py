"""Keeps a form's draft up to date: each change is written at once, those that come during a write together after it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from shared.errors import StorageFailed
from shared.sync.policy import Value

_log = logging.getLogger(__name__)


class Keeping(Protocol):
    """The part of the store that writes drafts."""

    async def draft_put(self, key: str, fields: dict[str, Value]) -> None:
        """Keep what is typed."""
        ...

    async def draft_delete(self, key: str) -> None:
        """Forget it. Repeatable."""
        ...


class DraftKeeper:
    """The draft called ``key``; ``snapshot`` gives what is typed now, None for nothing. One write at a time, the last has the last word."""

    def __init__(self, store: Keeping, key: str, snapshot: Callable[[], dict[str, Value] | None]) -> None:
        self._store = store
        self._key = key
        self._snapshot = snapshot
        self._task: asyncio.Task[None] | None = None
        self._dirty = False
        self._over = False

    def keep(self) -> None:
        """Something was typed, or taken back."""
        self._dirty, self._over = True, False
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write())

    async def flush(self) -> None:
        """Wait until what is typed is kept, or the disk has refused it."""
        while self._task is not None and not self._task.done():
            await asyncio.shield(self._task)

    async def forget(self) -> None:
        """Drop the draft, also one that is being written."""
        self._dirty, self._over = False, True
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._store.draft_delete(self._key)

    async def _write(self) -> None:
        while self._dirty and not self._over:
            self._dirty = False
            fields = self._snapshot()
            try:
                await (self._store.draft_delete(self._key) if fields is None else self._store.draft_put(self._key, fields))
            except StorageFailed as error:  # the text is still on the screen; saving it will say what the disk says
                _log.warning("a draft could not be kept", extra={"code": error.code})
