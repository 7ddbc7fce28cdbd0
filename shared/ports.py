"""Ports that both sides need, the time and chance, and their implementations over the operating system."""

from __future__ import annotations

import ctypes
import os
import random
import time
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FALLBACK_ZONE = "UTC"
_PROPERTY_SIZE = 92
"""Android's ``PROP_VALUE_MAX``."""


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


class ZonedClock:
    """A clock that was told where it is: a browser knows its zone, the process that serves it does not."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._zone = ""

    def tell(self, zone: str) -> None:
        """Be in ``zone`` from now on; what is no IANA zone changes nothing."""
        try:
            self._zone = ZoneInfo(zone).key if zone else self._zone
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self._clock.now_ms()

    def zone(self) -> str:
        """The zone last told, else the clock's own."""
        return self._zone or self._clock.zone()


class SystemRandomness:
    """The operating system's random source."""

    def token(self, size: int) -> bytes:
        """``size`` bytes fit for keys."""
        return os.urandom(size)

    def uniform(self) -> float:
        """A number in [0, 1)."""
        return random.random()  # noqa: S311  jitter is no secret


def _machine_zone() -> str:
    """The IANA name from ``TZ``, Android's setting, ``/etc/localtime`` or ``/etc/timezone``; ``UTC`` where none of them says."""
    named = os.environ.get("TZ", "").removeprefix(":") or _android_zone()
    if "/" in named and not named.startswith("/"):
        return named
    link = str(Path("/etc/localtime").resolve())
    if "/zoneinfo/" in link:
        return link.rsplit("/zoneinfo/", 1)[1]
    try:
        return Path("/etc/timezone").read_text(encoding="ascii").strip() or _FALLBACK_ZONE
    except (OSError, UnicodeDecodeError):
        return _FALLBACK_ZONE


def _android_zone() -> str:
    """What Android's settings say, '' elsewhere: it has no ``/etc/localtime``."""
    if "ANDROID_ROOT" not in os.environ:
        return ""
    value = ctypes.create_string_buffer(_PROPERTY_SIZE)
    try:
        ctypes.CDLL("libc.so").__system_property_get(b"persist.sys.timezone", value)
    except (OSError, AttributeError):
        return ""
    return value.value.decode("ascii", "replace")
