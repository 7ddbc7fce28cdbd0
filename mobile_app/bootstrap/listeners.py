"""Who wants to hear of a host's states, and how one stops to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Listener = Callable[[], None]


@dataclass(frozen=True, slots=True, eq=False)
class Handle:
    """A subscription."""

    listeners: Listeners
    listener: Listener

    def unsubscribe(self) -> None:
        """Hear nothing more. Repeatable."""
        self.listeners.drop(self.listener)


class Listeners:
    """All who listen."""

    def __init__(self) -> None:
        self._all: list[Listener] = []

    def __bool__(self) -> bool:
        return bool(self._all)

    def add(self, listener: Listener) -> Handle:
        """Call ``listener`` from now on."""
        self._all.append(listener)
        return Handle(self, listener)

    def drop(self, listener: Listener) -> None:
        """Call it no more."""
        if listener in self._all:
            self._all.remove(listener)

    def tell(self) -> None:
        """Call them all."""
        for listener in tuple(self._all):
            listener()
