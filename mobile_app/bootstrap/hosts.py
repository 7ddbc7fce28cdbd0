"""The devices of this process: one host per profile, shared by the tabs of a browser."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from mobile_app.bootstrap.host import DeviceHost
from mobile_app.bootstrap.ports import Ports
from shared.ports import ZonedClock


class Hosts:
    """Gives each profile its host. A phone has one profile; in web mode each browser profile is a device."""

    def __init__(self, folder: Path, server: str, ports: Ports | None = None) -> None:
        self._folder = folder
        self._server = server
        self._ports = ports or Ports()
        self._hosts: dict[str, DeviceHost] = {}
        self._clocks: dict[str, ZonedClock] = {}

    async def host_for(self, profile: str, zone: str = "") -> DeviceHost:
        """Give the host of ``profile``, a secret that only this browser or phone knows; make it on the first call.

        ``zone`` is where the browser says it is; a device's tabs share the one that was said last.
        """
        name = hashlib.sha256(profile.encode()).hexdigest()[:32]
        clock = self._clocks.setdefault(name, ZonedClock(self._ports.clock))
        clock.tell(zone)
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = DeviceHost(self._folder / "devices" / name, self._server, replace(self._ports, clock=clock))
        await host.arrive()
        return host

    async def close(self) -> None:
        """Lock every device. Repeatable."""
        for host in self._hosts.values():
            await host.close()
