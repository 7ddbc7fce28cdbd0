"""An event loop without time, sockets or threads: it runs until nothing can go on, always in the same order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")


class StepLoop(asyncio.AbstractEventLoop):
    """What tasks, futures and locks need of a loop, and no more. ``idle`` runs them; what waits for the transport stays where it is."""

    def __init__(self) -> None:
        self._ready: deque[asyncio.Handle] = deque()
        self.errors: list[BaseException] = []

    def idle(self) -> None:
        """Run until every task has ended or waits for something that only the scheduler can give."""
        ready = self._ready
        asyncio._set_running_loop(self)
        try:
            while ready:
                handle = ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            asyncio._set_running_loop(None)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work``, which waits for nothing outside, to its end; give its result or raise what it raised."""
        task = self.create_task(work)
        self.idle()
        assert task.done(), "this waits for the transport"
        return task.result()

    def call_soon(  # type: ignore[override]
        self,
        callback: Callable[..., object],
        *args: Any,  # noqa: ANN401 - whatever the callback takes
        context: Context | None = None,
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Coroutine[Any, Any, T], **_: Any) -> asyncio.Task[T]:  # type: ignore[override]  # noqa: ANN401
        return asyncio.Task(coro, loop=self)

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Keep what nobody waited for: the oracles look at it."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.errors.append(error)
