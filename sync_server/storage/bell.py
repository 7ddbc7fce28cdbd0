"""The bell: rung after a commit, heard by whoever tells devices that there is something new.

Ringing says that something may have been written, never what. Another process's commits ring it through whatever the engine offers for
that; who hears it looks at the database itself.
"""

from collections.abc import Callable
from threading import Lock

Heard = Callable[[], None]


class Bell:
    """Rung from any thread. Listeners are called on the ringing thread and must not wait."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: tuple[Heard, ...] = ()

    def ring(self) -> None:
        """Let everybody hear it."""
        for listener in self._listeners:
            listener()

    def listen(self, listener: Heard) -> Callable[[], None]:
        """Call ``listener`` at each ring; gives what ends that, repeatable."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not listener)

        return end
