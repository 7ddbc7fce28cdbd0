"""One tab and the open device: the tab hears how sync stands, and sync hears whether the tab is looked at."""

from collections.abc import Callable

from mobile_app.data.device import Device
from mobile_app.data.sync_status import StatusHandle, SyncState


class Following:
    """Follows one device at a time, or none."""

    def __init__(self, heard: Callable[[SyncState], None]) -> None:
        self._heard = heard
        self._device: Device | None = None
        self._handle: StatusHandle | None = None
        self._seen = True

    def follow(self, device: Device | None) -> None:
        """Follow ``device`` from now on, and no other. Repeatable."""
        if self._device is not None and self._handle is not None:
            self._handle.unsubscribe()
            self._device.actions.watched(self, on=False)
        self._device = device
        if device is not None:
            self._handle = device.status.subscribe(self._heard)
            device.actions.watched(self, on=self._seen)

    def seen(self, *, on: bool) -> None:
        """The tab is looked at, or no more."""
        self._seen = on
        if self._device is not None:
            self._device.actions.watched(self, on=on)
