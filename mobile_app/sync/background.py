"""One task beside the screen, that begins once and ends when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine


class Background:
    """Owns at most one task of ``work``."""

    def __init__(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether its task has begun and not ended."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin, unless it runs."""
        if not self.is_running:
            self._task = asyncio.create_task(self._work())

    def cancel(self) -> None:
        """Let it end at its next step, without waiting for it: another may begin at once. Repeatable."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    async def stop(self) -> None:
        """End now, between two steps: one that has begun in another thread is finished there. Repeatable."""
        task = self._task
        self.cancel()
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)
