"""The points at which a process can be killed: a call of production code, before it or after it, and which time it is made."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Engine, event

from mobile_app.data.answers import Answers
from mobile_app.data.feed import Feed
from mobile_app.data.sql import SqliteSql
from mobile_app.sync.http_api import HttpApi
from mobile_app.sync.session_tokens import SessionTokens
from sync_server.services import push
from sync_server.services.auth import Sessions
from sync_server.storage import change_feed

Side = Literal["phone", "server"]


@dataclass(frozen=True, slots=True)
class Point:
    """Where a process dies. ``times`` bounds how often a run passes it; ``only`` narrows a statement."""

    name: str
    side: Side
    owner: Any
    call: str
    after: bool
    times: int
    only: str = ""


POINTS: Final = (
    Point("before the vault commits", "phone", SqliteSql, "execute", after=False, times=20, only="COMMIT"),
    Point("after the vault has committed", "phone", SqliteSql, "execute", after=True, times=20, only="COMMIT"),
    Point("when what goes has its numbers", "phone", Answers, "outgoing", after=True, times=5),
    Point("before a push leaves", "phone", HttpApi, "push", after=False, times=3),
    Point("when the outcomes have come", "phone", HttpApi, "push", after=True, times=3),
    Point("when the outcomes are noted", "phone", Answers, "acknowledge", after=True, times=3),
    Point("when a page has come", "phone", HttpApi, "pull", after=True, times=3),
    Point("when a page is kept and not shown", "phone", Feed, "take", after=True, times=3),
    Point("when new tokens have come", "phone", HttpApi, "refresh", after=True, times=1),
    Point("when new tokens are kept", "phone", SessionTokens, "save_tokens", after=True, times=1),
    Point("before the server commits", "server", Engine, "commit", after=False, times=12),
    Point("when a push has arrived", "server", push.PushService, "push", after=False, times=3),
    Point("when a push is committed and not answered", "server", push.PushService, "push", after=True, times=3),
    Point("while a page is read", "server", change_feed, "rows_of", after=True, times=8),
    Point("when tokens are rotated and not answered", "server", Sessions, "refresh", after=True, times=1),
)


def die() -> None:
    """Leave at once: nothing is flushed, closed or said."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: Point, time: int) -> None:
    """Let this process die the ``time``-th time that it comes to ``point``."""
    count = _Countdown(time)
    if point.owner is Engine:
        event.listen(Engine, point.call, lambda _connection: count.pass_by())
        return
    setattr(point.owner, point.call, _dying(getattr(point.owner, point.call), point, count))


@dataclass(slots=True)
class _Countdown:
    left: int

    def pass_by(self) -> None:
        self.left -= 1
        if self.left == 0:
            die()


def _dying(call: Callable[..., Any], point: Point, count: _Countdown) -> Callable[..., Any]:
    def called(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - stands for any call
        meant = not point.only or point.only in args
        if meant and not point.after:
            count.pass_by()
        result = call(*args, **kwargs)
        if isinstance(result, Awaitable):
            return _awaited(result, point, count)
        if meant and point.after:
            count.pass_by()
        return result

    return called


async def _awaited(result: Awaitable[Any], point: Point, count: _Countdown) -> Any:  # noqa: ANN401 - as above
    value = await result
    if point.after:
        count.pass_by()
    return value
