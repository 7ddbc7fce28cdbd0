"""Keeps a form's draft up to date: each change is written at once, those that come during a write together after it.

Beside what is typed a draft notes what was on the screen, and the base that it was seen at: what comes from elsewhere until the draft is
taken up again was not seen by whoever typed it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from shared.errors import StorageFailed
from shared.sync.change import Base
from shared.sync.policy import Value

_SHOWN = "shown."
_EPOCH, _REV = "base.epoch", "base.rev"
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


def noted(base: Base | None, shown: Mapping[str, Value]) -> dict[str, Value]:
    """What a draft says of what was on the screen."""
    fields = {_SHOWN + name: value for name, value in shown.items()}
    return fields if base is None else {**fields, _EPOCH: base.epoch, _REV: base.rev}


def base_noted(draft: Mapping[str, Value]) -> Base | None:
    """The base that what ``noted`` says was seen at; None where the draft names none."""
    epoch, rev = draft.get(_EPOCH), draft.get(_REV)
    return Base(epoch, rev) if isinstance(epoch, str) and isinstance(rev, int) else None


def shown_noted(draft: Mapping[str, Value]) -> dict[str, Value]:
    """The stored values that were on the screen; empty where the draft says nothing of them."""
    return {name.removeprefix(_SHOWN): value for name, value in draft.items() if name.startswith(_SHOWN)}
