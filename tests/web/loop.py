"""An event loop for tests inside Pyodide, where a page's own loop cannot be run to an end: it only sleeps and calls."""

from __future__ import annotations

import asyncio
import time
from functools import partial


class _Waits:
    """Stands where a loop asks its sockets: there are none, so it waits for the next timer."""

    def __init__(self) -> None:
        self._sleep = time.sleep

    def select(self, seconds: float | None) -> list[object]:
        if seconds is None:
            raise RuntimeError("nothing will ever happen in this loop")
        if seconds > 0:
            self._sleep(seconds)
        return []


class PlainLoop(asyncio.BaseEventLoop):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Waits()

    def _process_events(self, _events: list[object]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


def install() -> None:
    """Let ``asyncio.run`` use it, and whoever wants a loop of its own."""
    asyncio._set_running_loop(None)
    asyncio.new_event_loop = PlainLoop
    asyncio.run = partial(asyncio.runners.run, loop_factory=PlainLoop)  # type: ignore[call-arg]  # Python 3.12's
