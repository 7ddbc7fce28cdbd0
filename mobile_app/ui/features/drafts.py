"""Keeps a form's draft up to date: each change is written at once, those that come during a write together after it.

What was shown when the form opened is kept beside what is typed (``as_shown``, ``base_of``), or a restart would move its base.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from shared.errors import StorageFailed
from shared.sync.change import Base
from shared.sync.policy import Value

SHOWN: Final = "shown."
"""Before the name of a field: its value when the form opened."""
_EPOCH: Final = "base.epoch"
_REV: Final = "base.rev"
_log = logging.getLogger(__name__)


def as_shown(base: Base | None, shown: Mapping[str, Value]) -> dict[str, Value]:
    """What a draft keeps of the record as it was when the form opened."""
    fields = {SHOWN + name: value for name, value in shown.items()}
    return fields if base is None else fields | {_EPOCH: base.epoch, _REV: base.rev}


def base_of(draft: Mapping[str, Value]) -> Base | None:
    """The base that a draft keeps, if it keeps one."""
    epoch, rev = draft.get(_EPOCH), draft.get(_REV)
    return Base(epoch, rev) if isinstance(epoch, str) and isinstance(rev, int) else None


class Keeping(Protocol):
    """The part of the store that writes drafts."""

    async def draft_put(self, key: str, fields: dict[str, Value]) -> None:
        """Keep what is typed."""
        ...

    async def draft_delete(self, key: str) -> None:
        """Forget it. Repeatable."""
        ...


class DraftKeeper:
    """The draft called ``key``; ``snapshot`` gives what is typed now. One write at a time, the last one has the last word."""

    def __init__(self, store: Keeping, key: str, snapshot: Callable[[], dict[str, Value]]) -> None:
        self._store = store
        self._key = key
        self._snapshot = snapshot
        self._task: asyncio.Task[None] | None = None
        self._dirty = False
        self._over = False

    def keep(self) -> None:
        """Something was typed."""
        self._dirty, self._over = True, False
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write())

    async def flush(self) -> None:
        """Wait until what is typed is kept, or the disk has refused it."""
        if self._task is not None:
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
            try:
                await self._store.draft_put(self._key, self._snapshot())
            except StorageFailed as error:  # the text is still on the screen; saving it will say what the disk says
                _log.warning("a draft could not be kept", extra={"code": error.code})
