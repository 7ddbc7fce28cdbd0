"""An open device: all that a screen may use, built once by bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.data.notifier import Notifier
from mobile_app.data.repositories import Repositories
from mobile_app.data.store import Store
from mobile_app.data.sync_status import SyncActions, SyncStatus
from shared.ports import Clock
from shared.sync.protocol import Profile


@dataclass(frozen=True, slots=True)
class Device(Repositories):
    """One user's open vault on one device, shared by the tabs of a browser profile. It ends with the lock."""

    profile: Profile
    organisation_name: str
    server: str
    store: Store
    status: SyncStatus
    actions: SyncActions
    notifier: Notifier
    clock: Clock
    verify: Callable[[], None]
    """Run a round now that ends with a comparison of everything that is here with the server."""
