"""The devices of this process: one host per profile, shared by the tabs of a browser."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mobile_app.bootstrap.host import DeviceHost
from mobile_app.bootstrap.ports import Ports
from shared.ports import ZonedClock

FORGET_AFTER_MS: Final = 10 * 60_000
"""A browser that nobody has come with for so long, and that is locked, costs no memory and no thread."""


@dataclass(slots=True)
class _Kept:
    """A host with its clock, and when somebody last came to it."""

    host: DeviceHost
    clock: ZonedClock
    asked_at: int


class Hosts:
    """Gives each profile its host. A phone has one profile; in web mode each browser profile is a device."""

    def __init__(self, folder: Path, server: str, ports: Ports | None = None) -> None:
        self._folder = folder
        self._server = server
        self._ports = ports or Ports()
        self._kept: dict[str, _Kept] = {}

    async def host_for(self, profile: str, zone: str = "") -> DeviceHost:
        """Give the host of ``profile``, a secret that only this browser or phone knows; make it where there is none.

        ``zone`` is where the browser says it is; a device's tabs share the one that was said last.
        """
        name, now = hashlib.sha256(profile.encode()).hexdigest()[:32], self._ports.clock.now_ms()
        kept = self._kept.get(name)
        if kept is None:
            clock = ZonedClock(self._ports.clock)
            host = DeviceHost(self._folder / "devices" / name, self._server, replace(self._ports, clock=clock))
            kept = self._kept[name] = _Kept(host, clock, now)
        kept.asked_at = now
        kept.clock.tell(zone)
        await self._forget_left(now)
        await kept.host.arrive()
        return kept.host

    async def close(self) -> None:
        """Lock every device. Repeatable."""
        for kept in self._kept.values():
            await kept.host.close()

    async def _forget_left(self, now: int) -> None:
        """Whoever comes makes room: end the hosts that were left long ago. Their vaults stay where they are."""
        left = [name for name, kept in self._kept.items() if kept.host.is_left and now - kept.asked_at > FORGET_AFTER_MS]
        for host in [self._kept.pop(name).host for name in left]:
            await host.close()
