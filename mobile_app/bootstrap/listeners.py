"""Who wants to hear of a host's states, and how one stops to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Listener = Callable[[], None]


@dataclass(frozen=True, slots=True, eq=False)
class Handle:
    """A subscription."""

    listeners: list[Listener]
    listener: Listener

    def unsubscribe(self) -> None:
        """Hear nothing more. Repeatable."""
        if self.listener in self.listeners:
            self.listeners.remove(self.listener)
