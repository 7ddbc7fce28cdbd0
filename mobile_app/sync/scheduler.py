"""When rounds happen: at start, on connectivity, soon after an edit, on demand, else now and then; never two at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final

from mobile_app.data.ports import Sleep
from mobile_app.data.sync_status import Phase, SyncStatus
from mobile_app.sync.background import Background
from mobile_app.sync.engine import RoundEnd
from shared.errors import SyncError
from shared.ports import Randomness
from shared.sync.protocol import News

EVERY_S: Final = 300.0
"""Between two rounds with nothing to do."""
AFTER_EDIT_S: Final = 2.0
"""An edit is often followed by another: wait a little and send both."""
PUT_OFF: Final = 5
"""Times that a round is put off so, one after another: whoever types without a pause is heard too."""
NEWS_SPREAD_S: Final = 2.0
"""Everybody hears at once of what concerns everybody: rounds then begin at a moment of chance within this time."""
BACKOFF_FIRST_S: Final = 2.0
BACKOFF_CAP_S: Final = 300.0
_STOPPED: Final[frozenset[Phase]] = frozenset({"revoked", "signed_out", "outdated"})
_log = logging.getLogger(__name__)

RunRound = Callable[[], Awaitable[RoundEnd]]


async def first_of(*waits: Awaitable[object]) -> None:
    """Wait for the first of these to end, and cancel the others. What it raised stays with it."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def backoff_s(failures: int, jitter: float) -> float:
    """Give the wait after ``failures`` failed rounds in a row: doubling from 2 s, at most 5 minutes, by half to all of it.

    ``jitter`` in [0, 1) spreads devices that lost the same server at the same moment.
    """
    ceiling = min(BACKOFF_CAP_S, BACKOFF_FIRST_S * float(1 << min(failures - 1, 16)))
    return ceiling * (0.5 + jitter / 2)


class Scheduler:
    """Owns the one task that runs rounds."""

    def __init__(self, run_round: RunRound, status: SyncStatus, sleep: Sleep, randomness: Randomness) -> None:
        self._run_round = run_round
        self._status = status
        self._sleep = sleep
        self._randomness = randomness
        self._wake = asyncio.Event()
        self._soon = asyncio.Event()
        self._background = Background(self._run)
        self._failures = 0
        self._asked_to_wait = False
        self._delay = AFTER_EDIT_S
        self._news: News | None = None
        self._reached: News | None = None
        self._running = False

    def start(self) -> None:
        """Begin; the first round runs at once."""
        if not self._background.is_running:
            self._wake.set()
            self._background.start()

    async def stop(self) -> None:
        """End now. A round that is running stops between two steps; a step of the store that has begun is finished. Repeatable."""
        await self._background.stop()

    def sync_now(self) -> None:
        """Run a round now; one that is running is followed by another."""
        self._failures = 0
        self._wake.set()

    def edited(self) -> None:
        """Something was written: run a round shortly."""
        self._delay = AFTER_EDIT_S
        self._soon.set()

    def connected(self) -> None:
        """The network is back. A server that asked us to wait is not asked earlier for that."""
        self._unless_asked_to_wait()

    def expired(self) -> None:
        """The access token has ended, and a round renews it. A server that asked us to wait is not asked earlier for that either."""
        self._unless_asked_to_wait()

    @property
    def known(self) -> str:
        """The mark of what the last round that ended well has brought; '' before the first."""
        return self._reached.mark if self._reached is not None else ""

    def told(self, news: News) -> None:
        """The server has something: run a round soon, unless the last one brought it; after a running one, one more if that did not."""
        self._news = news
        if not self._running:
            self._follow_news()

    def set_work_offline(self, *, on: bool) -> None:
        """Let a person decide when to send. Switching back runs a round."""
        self._status.update(work_offline=on, phase="paused" if on else "idle")
        if not on:
            self.sync_now()

    async def _run(self) -> None:
        while True:
            await self._next(self._no_round() if self._status.now.work_offline else await self._one_round())

    def _unless_asked_to_wait(self) -> None:
        if not self._asked_to_wait:
            self.sync_now()

    def _no_round(self) -> float:
        """Somebody works offline: whatever wanted a round is heard, and waits for the switch."""
        self._wake.clear()
        self._soon.clear()
        return EVERY_S

    async def _one_round(self) -> float:
        self._wake.clear()
        self._soon.clear()
        self._news = None
        self._running = True
        try:
            end = await self._run_round()
        except Exception:  # whatever it was, the next round may go well: sync never ends by itself
            _log.exception("a round broke off")
            end = RoundEnd("failed", SyncError.code)
            self._status.update(phase=end.phase, error_code=end.code, progress=None)
        finally:
            self._running = False
        self._reached = end.reached or self._reached
        self._asked_to_wait = end.retry_after_s is not None
        self._follow_news()
        if end.phase == "idle" or end.phase in _STOPPED:
            self._failures = 0
            return EVERY_S
        self._failures = 1 if end.got_on else self._failures + 1
        return max(end.retry_after_s or 0.0, backoff_s(self._failures, self._randomness.uniform()))

    def _follow_news(self) -> None:
        news, reached = self._news, self._reached
        if news is not None and (reached is None or news.epoch != reached.epoch or news.rev > reached.rev):
            self._delay = self._randomness.uniform() * NEWS_SPREAD_S
            self._soon.set()

    async def _next(self, seconds: float) -> None:
        """Wait for ``seconds``, for somebody's wish, or for a little after an edit (while all is well)."""
        for put_off in count():
            events: list[Awaitable[object]] = [self._wake.wait(), self._sleep(seconds)]
            if self._failures == 0 and not self._status.now.work_offline and put_off <= PUT_OFF:
                events.append(self._soon.wait())
            await first_of(*events)
            if not self._soon.is_set() or self._wake.is_set() or self._failures or put_off > PUT_OFF:
                return
            self._soon.clear()
            seconds = self._delay
