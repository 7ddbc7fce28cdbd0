"""Reads a day's stops as a road: how many are done, where one is, where next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mobile_app.data.repositories.tour import Stop

_AHEAD = frozenset({"next", "late", "planned"})


@dataclass(frozen=True, slots=True)
class Tour:
    """A day's stops in order."""

    stops: tuple[Stop, ...] = ()

    @classmethod
    def of(cls, stops: Sequence[Stop]) -> "Tour":
        """Make a tour of ``stops``, which come in order."""
        return cls(tuple(stops))

    @property
    def done(self) -> int:
        """How many visits are made."""
        return sum(stop.status == "done" for stop in self.stops)

    @property
    def total(self) -> int:
        """How many visits the day has: those that were missed no longer count."""
        return sum(stop.status != "missed" for stop in self.stops)

    @property
    def here(self) -> Stop | None:
        """The visit in progress."""
        return next((stop for stop in self.stops if stop.status == "here"), None)

    @property
    def next(self) -> Stop | None:
        """Where to go, unless a visit is in progress."""
        if self.here is not None:
            return None
        return next((stop for stop in self.stops if stop.status in _AHEAD), None)
