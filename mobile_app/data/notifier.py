"""The notifier: says which kinds of records have changed; who shows them asks again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mobile_app.data.calling import tell

Listener = Callable[[frozenset[str]], None]


@dataclass(frozen=True, slots=True, eq=False)
class Handle:
    """A subscription. ``unsubscribe`` ends it; repeatable."""

    _end: Callable[[Handle], None]

    def unsubscribe(self) -> None:
        """Hear nothing more."""
        self._end(self)


class Notifier:
    """Listeners by kind. Called on the event loop, one after the other, in the order they subscribed."""

    def __init__(self) -> None:
        self._listeners: dict[Handle, tuple[frozenset[str], Listener]] = {}

    def subscribe(self, kinds: Iterable[str], listener: Listener) -> Handle:
        """Call ``listener`` with the changed kinds among ``kinds`` after each commit that touched one of them."""
        handle = Handle(self._end)
        self._listeners[handle] = (frozenset(kinds), listener)
        return handle

    def publish(self, kinds: frozenset[str]) -> None:
        """Say that records of these kinds are different now. A listener may subscribe and unsubscribe meanwhile."""
        for handle, (wanted, listener) in list(self._listeners.items()):
            if handle in self._listeners and (changed := wanted & kinds):
                tell(listener, changed)

    def _end(self, handle: Handle) -> None:
        self._listeners.pop(handle, None)
