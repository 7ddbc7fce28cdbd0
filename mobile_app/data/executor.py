"""The executors: one owner for the device's databases, a thread natively, inline in a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class ThreadExecutor:
    """One named thread that runs every call in the order asked."""

    def __init__(self, name: str = "tournee-data") -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``fn`` on the owner's thread; once begun it is finished, even when the caller is cancelled."""
        return await asyncio.wrap_future(self._pool.submit(partial(fn, *args, **kwargs)))

    def close(self) -> None:
        """Finish what was asked and join the thread. Repeatable; not to be called from the owner's own thread."""
        self._pool.shutdown(wait=True)


class InlineExecutor:
    """Runs each call where it is asked: for a browser, which has no threads, and for simulations."""

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Give way to the screen once, then call ``fn``."""
        await asyncio.sleep(0)
        return fn(*args, **kwargs)

    def close(self) -> None:
        """There is nothing to end."""
