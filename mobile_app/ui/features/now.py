"""The time as screens show it, renewed while they are shown."""

import asyncio
from datetime import UTC, datetime, timedelta

import flet as ft

from mobile_app.ui.design import use_model
from shared.ports import Clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_of(clock: Clock) -> datetime:
    """The moment, in UTC."""
    return _EPOCH + timedelta(milliseconds=clock.now_ms())


class Ticking(ft.Observable):
    """Reads ``clock`` every ``seconds``."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.now = now_of(clock)
        self._clock = clock
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to tick."""
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._tick)

    def stop(self) -> None:
        """Tick no more. Repeatable."""
        if self._timer is not None:
            self._timer.cancel()

    def _tick(self) -> None:
        self.now = now_of(self._clock)
        self.start()


def use_now(clock: Clock, seconds: float = 15) -> datetime:
    """Return the moment; the component renders again every ``seconds``. For a leaf."""
    ticking = use_model(lambda: Ticking(clock, seconds))
    ft.use_effect(ticking.start, [], cleanup=ticking.stop)
    return ticking.now
