"""Hybrid logical clock: stamps that rise on one device and order edits of several (PROTOCOL 6, 7)."""

from collections.abc import Callable
from typing import NamedTuple

COUNTER_BITS = 16
COUNTER_MASK = (1 << COUNTER_BITS) - 1


class Stamp(NamedTuple):
    """A point in hybrid time; compares by time, then by device as the tie-break."""

    time: int
    device: str


def pack(ms: int, counter: int = 0) -> int:
    """Join ``ms`` (milliseconds since 1970, 48 bits) and ``counter`` (16 bits) to one sortable integer."""
    return (ms << COUNTER_BITS) | counter


def millis(stamp: int) -> int:
    """Give the wall-clock part of ``stamp`` in milliseconds since 1970."""
    return stamp >> COUNTER_BITS


def effective(stamp: int, offset_ms: int, now_ms: int) -> tuple[int, bool]:
    """Correct a device's ``stamp`` by its measured ``offset_ms`` and clamp it to the server's ``now_ms``.

    Returns the stamp to store and whether it had to be clamped. A fast clock is never a reason to refuse.
    """
    corrected = stamp + (offset_ms << COUNTER_BITS)
    ceiling = pack(now_ms, COUNTER_MASK)
    if corrected > ceiling:
        return pack(now_ms, stamp & COUNTER_MASK), True
    return max(corrected, 0), False


class HybridClock:
    """Gives stamps that always rise, also when the wall clock goes back.

    ``wall`` gives milliseconds since 1970; it is passed in, because this package reads no clock.
    """

    def __init__(self, wall: Callable[[], int], last: int = 0) -> None:
        self._wall = wall
        self._last = last

    @property
    def last(self) -> int:
        """The largest stamp given or observed so far: what has to be kept over a restart."""
        return self._last

    def tick(self) -> int:
        """Give the next stamp, higher than every one given or observed before."""
        self._last = max(pack(self._wall()), self._last + 1)
        return self._last

    def observe(self, stamp: int) -> None:
        """Take note of a stamp from elsewhere, so that what is written after seeing it is later."""
        self._last = max(self._last, stamp)
