"""What a screen may know of sync, and what it may ask of it: the two ports between the UI and the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

Listener = Callable[[], None]


class Phase(StrEnum):
    """What sync is doing, or why it is not: a closed set."""

    IDLE = "idle"
    PUSHING = "pushing"
    PULLING = "pulling"
    OFFLINE = "offline"
    CAPTIVE = "captive"
    FAILED = "failed"
    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many changes wait to be sent, wait for the person, and how many conflicts are open."""

    waiting: int = 0
    attention: int = 0
    conflicts: int = 0


class Subscription:
    """A listener's place; ``cancel`` gives it up."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel

    def cancel(self) -> None:
        """Hear no more. Repeatable."""
        self._cancel()


class SyncStatus:
    """The state of sync on this device. Plain data with listeners; changed on the app's loop only."""

    def __init__(self) -> None:
        self.phase = Phase.IDLE
        self.code = ""
        self.last_ok_at: int | None = None
        self.counts = Counts()
        self.progress: tuple[int, int] | None = None
        self.clock_offset_ms = 0
        self.work_offline = False
        self._listeners: list[Listener] = []

    @property
    def running(self) -> bool:
        """Whether a round is going on."""
        return self.phase in (Phase.PUSHING, Phase.PULLING)

    def subscribe(self, listener: Listener) -> Subscription:
        """Call ``listener`` after each change, until the subscription is cancelled."""
        self._listeners.append(listener)
        return Subscription(lambda: self._listeners.remove(listener) if listener in self._listeners else None)

    def enter(self, phase: Phase) -> None:
        """Say what is being done now."""
        self.phase = phase
        self._changed()

    def progressed(self, done: int, total: int) -> None:
        """Say how far a download is; a small one needs no bar."""
        self.progress = (done, total) if done < total else None
        self._changed()

    def round_ended(self, phase: Phase, code: str, now_ms: int) -> None:
        """Say how a round ended; ``IDLE`` is the good end."""
        self.phase, self.code, self.progress = phase, code, None
        if phase is Phase.IDLE:
            self.last_ok_at = now_ms
        self._changed()

    def count(self, counts: Counts) -> None:
        """Say what is waiting."""
        if counts != self.counts:
            self.counts = counts
            self._changed()

    def set_work_offline(self, *, offline: bool) -> None:
        """Say whether the person wants nothing to be sent for now."""
        self.work_offline = offline
        self._changed()

    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()


class SyncActions(Protocol):
    """What a person may ask of sync."""

    def sync_now(self) -> None:
        """Run a round now."""
        ...

    def edited(self) -> None:
        """Something was written: run a round shortly."""
        ...

    def connected(self) -> None:
        """The network is back."""
        ...

    def set_work_offline(self, *, offline: bool) -> None:
        """Send nothing until told otherwise."""
        ...
