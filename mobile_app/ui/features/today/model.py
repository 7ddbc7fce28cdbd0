"""Today's tour as it stands: it follows the visits, and the time."""

from datetime import datetime

from mobile_app.data.device import Device
from mobile_app.data.repositories.tour import Stop
from mobile_app.ui.features.live import LiveByTheMinute
from mobile_app.ui.features.now import now_of
from mobile_app.ui.features.today.tour import Tour


class TodayModel(LiveByTheMinute):
    """The tour of this device's user, and the moment for which it is shown."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.notifier, ("visit", "account"))
        self.tour = Tour()
        self.now: datetime = now_of(device.clock)
        self._device = device

    async def load(self) -> None:
        """Read the day's stops."""
        stops: list[Stop] = await self._device.visits.today()
        self.now, self.tour = now_of(self._device.clock), Tour.of(stops)
