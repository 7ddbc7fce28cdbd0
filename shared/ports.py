"""Ports that both sides need, the time and chance, and their implementations over the operating system."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import Protocol

_FALLBACK_ZONE = "UTC"


class Clock(Protocol):
    """What time it is here. A simulation passes its own."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00Z by this machine's clock, which may be wrong and may go back."""
        ...

    def zone(self) -> str:
        """The IANA name of the zone we are in, such as ``Europe/Paris``."""
        ...


class Randomness(Protocol):
    """Chance. A simulation passes a seeded one."""

    def token(self, size: int) -> bytes:
        """``size`` bytes that nobody can guess."""
        ...

    def uniform(self) -> float:
        """A number in [0, 1), for jitter; not for secrets."""
        ...


class SystemClock:
    """The machine's clock. A platform that knows its zone better (a phone, a browser) passes it in."""

    def __init__(self, zone: str | None = None) -> None:
        self._zone = zone

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def zone(self) -> str:
        """The zone given, else the machine's, else ``UTC``."""
        return self._zone or _machine_zone()


class SystemRandomness:
    """The operating system's random source."""

    def token(self, size: int) -> bytes:
        """``size`` bytes fit for keys."""
        return os.urandom(size)

    def uniform(self) -> float:
        """A number in [0, 1)."""
        return random.random()  # noqa: S311  jitter is no secret


def _machine_zone() -> str:
    """The IANA name from ``TZ``, ``/etc/localtime`` or ``/etc/timezone``; ``UTC`` where none of them says."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if "/" in named and not named.startswith("/"):
        return named
    link = str(Path("/etc/localtime").resolve())
    if "/zoneinfo/" in link:
        return link.rsplit("/zoneinfo/", 1)[1]
    try:
        return Path("/etc/timezone").read_text(encoding="ascii").strip() or _FALLBACK_ZONE
    except (OSError, UnicodeDecodeError):
        return _FALLBACK_ZONE
