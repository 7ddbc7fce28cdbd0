"""How sync stands, as plain values with listeners: the engine and the store write them, screens show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from mobile_app.data.calling import tell
from mobile_app.data.verified import Verified

Phase = Literal["idle", "pushing", "pulling", "offline", "paused", "signed_out", "revoked", "outdated", "captive", "failed"]


@dataclass(frozen=True, slots=True)
class SyncState:
    """One moment of it. Instants and offsets in ms; ``waiting``, ``attention`` and ``conflicts`` are counts.

    ``files`` counts pictures that are to be sent, ``file_bytes`` what of them is still here only. ``stuck_since`` is set while work does
    not get through though the server is reached. ``filling`` is how many tenths of the vault have been read, None once all of it has;
    ``unread`` is set while the disk keeps refusing the rest, without which nothing is exchanged.
    """

    phase: Phase = "idle"
    last_ok_at: int | None = None
    waiting: int = 0
    attention: int = 0
    conflicts: int = 0
    progress: tuple[int, int] | None = None
    error_code: str = ""
    clock_offset_ms: int = 0
    work_offline: bool = False
    verified: Verified | None = None
    files: int = 0
    file_bytes: int = 0
    stuck_since: int | None = None
    filling: int | None = None
    unread: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StatusHandle:
    """A subscription. ``unsubscribe`` ends it; repeatable."""

    _end: Callable[[StatusHandle], None]

    def unsubscribe(self) -> None:
        """Hear nothing more."""
        self._end(self)


class SyncStatus:
    """The state now, and who wants to hear when it changes."""

    def __init__(self, state: SyncState | None = None) -> None:
        self.now = state or SyncState()
        self._listeners: dict[StatusHandle, Callable[[SyncState], None]] = {}

    def update(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of SyncState
        """Change some values; listeners hear of it only if something is different."""
        if all(getattr(self.now, name) == value for name, value in changes.items()):
            return
        state = self.now = replace(self.now, **changes)
        for handle, listener in list(self._listeners.items()):
            if handle in self._listeners:
                tell(listener, state)

    def subscribe(self, listener: Callable[[SyncState], None]) -> StatusHandle:
        """Call ``listener`` on the event loop with every new state."""
        handle = StatusHandle(self._end)
        self._listeners[handle] = listener
        return handle

    def _end(self, handle: StatusHandle) -> None:
        self._listeners.pop(handle, None)


class SyncActions(Protocol):
    """What a person, or a write, may ask of sync. None of it waits for the network."""

    def sync_now(self) -> None:
        """Run a round now; one that is running is followed by another."""
        ...

    def edited(self) -> None:
        """Something was written: run a round shortly."""
        ...

    def connected(self) -> None:
        """The network is back."""
        ...

    def watched(self, watcher: object, *, on: bool) -> None:
        """A screen is looked at, or no more: while one is, the server may tell what is new as it happens."""
        ...

    def set_work_offline(self, *, on: bool) -> None:
        """Stop using the network, or use it again."""
        ...
