"""When rounds happen: at start, on connectivity, soon after an edit, on demand, else now and then; never two at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from mobile_app.data.ports import Sleep
from mobile_app.data.sync_status import Phase, SyncStatus
from mobile_app.sync.engine import RoundEnd
from shared.ports import Randomness

EVERY_S: Final = 300.0
"""Between two rounds with nothing to do."""
AFTER_EDIT_S: Final = 2.0
"""An edit is often followed by another: wait a little and send both."""
BACKOFF_FIRST_S: Final = 2.0
BACKOFF_CAP_S: Final = 300.0
_STOPPED: Final[frozenset[Phase]] = frozenset({"revoked", "signed_out", "outdated"})

RunRound = Callable[[], Awaitable[RoundEnd]]


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
        self._task: asyncio.Task[None] | None = None
        self._failures = 0

    def start(self) -> None:
        """Begin; the first round runs at once."""
        if self._task is None:
            self._wake.set()
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End now. A round that is running stops between two steps; a step of the store that has begun is finished. Repeatable."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def sync_now(self) -> None:
        """Run a round now; one that is running is followed by another."""
        self._failures = 0
        self._wake.set()

    def edited(self) -> None:
        """Something was written: run a round shortly."""
        self._soon.set()

    def connected(self) -> None:
        """The network is back."""
        self.sync_now()

    def set_work_offline(self, *, on: bool) -> None:
        """Let a person decide when to send. Switching back runs a round."""
        self._status.update(work_offline=on, phase="paused" if on else "idle")
        if not on:
            self.sync_now()

    async def _run(self) -> None:
        while True:
            wait = await self._one_round() if not self._status.now.work_offline else EVERY_S
            await self._next(wait)

    async def _one_round(self) -> float:
        self._wake.clear()
        self._soon.clear()
        end = await self._run_round()
        if end.phase == "idle" or end.phase in _STOPPED:
            self._failures = 0
            return EVERY_S
        self._failures += 1
        return max(end.retry_after_s or 0.0, backoff_s(self._failures, self._randomness.uniform()))

    async def _next(self, seconds: float) -> None:
        """Wait for ``seconds``, for somebody's wish, or for a little after an edit (while all is well)."""
        while True:
            events = [asyncio.ensure_future(self._wake.wait()), asyncio.ensure_future(self._sleep(seconds))]
            if self._failures == 0 and not self._status.now.work_offline:
                events.append(asyncio.ensure_future(self._soon.wait()))
            try:
                await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for event in events:
                    event.cancel()
                await asyncio.gather(*events, return_exceptions=True)
            if self._soon.is_set() and not self._wake.is_set() and self._failures == 0:
                self._soon.clear()
                seconds = AFTER_EDIT_S
                continue
            return
