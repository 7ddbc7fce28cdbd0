"""View models that stay true: they load from the repositories, load again when the records they show change, and say how they stand."""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

import flet as ft

from mobile_app.data.device import Device
from mobile_app.data.notifier import Handle, Notifier
from mobile_app.data.sync_status import StatusHandle
from mobile_app.ui.design import use_model
from shared.errors import RecordNotFound

Phase = Literal["loading", "slow", "ready", "failed", "gone"]
"""``slow``: loading for so long that its shape is shown. ``gone``: there is no such record here (any more)."""

SLOW_SECONDS = 0.15
MINUTE_SECONDS = 60.0

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Live(ft.Observable):
    """What one screen shows. Subclasses read the repositories in ``load`` and set plain values (tuples, frozen rows).

    The device, and so its notifier, is shared by all tabs: whoever publishes does so in another tab's context, or in none. What a model
    does on its own account therefore runs in the context of the tab that started it.
    """

    def __init__(self, notifier: Notifier, kinds: Iterable[str]) -> None:
        self.phase: Phase = "loading"
        self._notifier = notifier
        self._kinds = frozenset(kinds)
        self._context: contextvars.Context | None = None
        self._handle: Handle | None = None
        self._task: asyncio.Task[None] | None = None
        self._again = False

    async def load(self) -> None:
        """Ask the repositories and set what is shown.

        Raises:
            RecordNotFound: what this screen is about is not here.
        """
        raise NotImplementedError

    def start(self) -> None:
        """Load, and from now on follow the records."""
        self._context = contextvars.copy_context()
        self._handle = self._notifier.subscribe(self._kinds, lambda _changed: self.reload())
        self.reload()

    def stop(self) -> None:
        """Follow nothing any more. Repeatable."""
        if self._handle is not None:
            self._handle.unsubscribe()
            self._handle = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def reload(self) -> None:
        """Load again; while a load runs, once more after it."""
        if self.loading:
            self._again = True
            return
        self._task = asyncio.get_running_loop().create_task(self._round(), context=self._own_context())

    @property
    def loading(self) -> bool:
        """Whether a load is under way, the first or a later one."""
        return self._task is not None and not self._task.done()

    async def loaded(self) -> None:
        """Wait until nothing is being loaded."""
        while self._task is not None and self.loading:
            await asyncio.wait([self._task])

    def _own_context(self) -> contextvars.Context:
        return (self._context or contextvars.copy_context()).copy()

    async def _round(self) -> None:
        slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._grow_slow, context=self._own_context())
        try:
            self._again = True
            while self._again:
                self._again = False
                await self.load()
            self.phase = "ready"
        except RecordNotFound:
            self.phase = "gone"
        except Exception:  # whatever it is, the screen says so and offers to try again
            _log.exception("a screen could not be loaded")
            self.phase = "failed"
        finally:
            slow.cancel()

    def _grow_slow(self) -> None:
        if self.phase == "loading":
            self.phase = "slow"


LiveT = TypeVar("LiveT", bound=Live)


class LiveWithOutbox(Live):
    """What also shows the outbox, which changes with each round, also when no record does."""

    def __init__(self, device: Device, kinds: Iterable[str]) -> None:
        super().__init__(device.notifier, kinds)
        self._device = device
        self._heard: StatusHandle | None = None

    def start(self) -> None:
        """Load, and from now on follow records and counts."""
        super().start()
        self._heard = self._device.status.subscribe(in_this_tab(lambda _sync: self.reload()))

    def stop(self) -> None:
        """Follow nothing any more. Repeatable."""
        super().stop()
        if self._heard is not None:
            self._heard.unsubscribe()


class LiveByTheMinute(Live):
    """What also changes with the time of day: it loads again each minute."""

    def __init__(self, notifier: Notifier, kinds: Iterable[str]) -> None:
        super().__init__(notifier, kinds)
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Load, follow the records, and look again each minute: what was planned becomes late."""
        super().start()
        self._wait()

    def stop(self) -> None:
        """Follow nothing any more. Repeatable."""
        if self._timer is not None:
            self._timer.cancel()
        super().stop()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(MINUTE_SECONDS, self._look_again)

    def _look_again(self) -> None:
        self.reload()
        self._wait()


def use_live(make: Callable[[], LiveT]) -> LiveT:
    """Return the component's own model, followed from mount to unmount. A screen about another record is another component: key it."""
    model = use_model(make)
    ft.use_effect(model.start, [], cleanup=model.stop)
    return model


def in_this_tab(listener: Callable[[T], None]) -> Callable[[T], None]:
    """Return ``listener`` such that it runs in the context of the tab that asks now, whoever calls it."""
    home = contextvars.copy_context()

    def call(value: T) -> None:
        home.copy().run(listener, value)

    return call
