"""Today's tour as it stands: it follows the visits, and the time."""

import asyncio
from datetime import datetime

from mobile_app.data.device import Device
from mobile_app.data.repositories.tour import Stop
from mobile_app.ui.features.live import Live
from mobile_app.ui.features.now import now_of
from mobile_app.ui.features.today.tour import Tour

_MINUTE = 60.0


class TodayModel(Live):
    """The tour of this device's user, and the moment for which it is shown."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.notifier, ("visit", "account"))
        self.tour = Tour()
        self.now: datetime = now_of(device.clock)
        self._device = device
        self._timer: asyncio.TimerHandle | None = None

    async def load(self) -> None:
        """Read the day's stops."""
        stops: list[Stop] = await self._device.visits.today()
        self.now, self.tour = now_of(self._device.clock), Tour.of(stops)

    def start(self) -> None:
        """Load, follow the visits, and look again each minute: what was planned becomes late."""
        super().start()
        self._wait()

    def stop(self) -> None:
        """Follow nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        super().stop()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_MINUTE, self._look_again)

    def _look_again(self) -> None:
        self.reload()
        self._wait()
