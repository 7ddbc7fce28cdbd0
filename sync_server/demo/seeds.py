"""Owns the demo's determinism: chance and ids that follow from the seed alone, and instants that follow from the day."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import TypeVar
from zoneinfo import ZoneInfo

from shared.ids import uuid7

T = TypeVar("T")
Value = None | bool | int | float | str | list[str]
Fields = dict[str, Value]
DemoRecord = tuple[str, str, Fields]
"""Kind, id, stored values."""

FOUNDED = int(datetime(2024, 1, 15, 8, 0, tzinfo=UTC).timestamp() * 1000)
"""The instant in the ids of what the organisation began with, so that those ids do not depend on the day."""


class Chance(random.Random):
    """Reproducible chance: the same seed and label give the same draws on every machine."""

    def __init__(self, seed: int, label: str) -> None:
        super().__init__(f"{seed}/{label}")

    def one_in(self, share: float) -> bool:
        """Say yes with probability ``share``."""
        return self.random() < share

    def weighted(self, options: Sequence[tuple[T, float]]) -> T:
        """Draw one of ``(option, weight)``."""
        values = [option for option, _ in options]
        return self.choices(values, [weight for _, weight in options])[0]


def demo_id(seed: int, kind: str, key: str, at_ms: int = FOUNDED) -> str:
    """Return the id of the demo's record ``key``: a UUIDv7 of ``at_ms`` whose chance comes from seed, kind and key."""
    return uuid7(at_ms, sha256(f"{seed}/{kind}/{key}".encode()).digest()[:10])


def instant(day: date, clock: time, zone: str) -> int:
    """Return the milliseconds since 1970 UTC of a wall-clock time in ``zone``."""
    return int(datetime.combine(day, clock, ZoneInfo(zone)).timestamp() * 1000)


def minutes(count: int) -> int:
    """Return so many minutes in milliseconds."""
    return int(timedelta(minutes=count) / timedelta(milliseconds=1))
