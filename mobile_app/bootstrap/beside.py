"""What a round or the live stream asks of the host and cannot wait for, since it ends them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

_log = logging.getLogger(__name__)


class Beside:
    """Keeps hold of such work until it has ended."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, name: str, work: Callable[[], Coroutine[object, object, None]]) -> None:
        """Begin ``work`` and come back at once. What goes wrong in it is in the log."""
        task = asyncio.create_task(_logged(name, work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ended(self) -> None:
        """Wait until nothing is left of it."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))


async def _logged(name: str, work: Callable[[], Coroutine[object, object, None]]) -> None:
    try:
        await work()
    except Exception:
        _log.exception("what a round asked for did not work", extra={"work": name})
