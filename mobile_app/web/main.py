"""The app's entry point inside a browser: the page has mounted the device's files before it runs."""

from __future__ import annotations

from pathlib import Path

import flet as ft
from js import location

from mobile_app.bootstrap import Hosts
from mobile_app.bootstrap.telling import Telling
from mobile_app.data.gate import Gate
from mobile_app.ui.app import NATIVE_PROFILE, Around, make_main
from mobile_app.web.ports import browser_ports
from mobile_app.web.shell import PageShell
from mobile_app.web.storage import BrowserStorage
from shared.ports import Clock

DEVICE = Path("/device")
"""Where ``device.mjs`` mounts the files."""


class OneDevice:
    """The devices of this process: one, whichever tab asks."""

    def __init__(self, folder: Path, server: str) -> None:
        ports = browser_ports()
        self.clock: Clock = ports.clock
        self.shell = PageShell()
        self._hosts = Hosts(folder, server, ports)
        self._telling: Telling | None = None

    async def host_for(self, profile: str, zone: str = "") -> Gate:  # noqa: ARG002 - a web server's need
        """Give its gate: a browser's storage is one profile's, and its clock knows the zone."""
        gate = await self._hosts.host_for(NATIVE_PROFILE)
        self._telling = self._telling or Telling(gate, self.shell)
        return gate


def start() -> None:
    """Run the app until the page goes."""
    device = OneDevice(DEVICE, str(location.origin))
    shown = make_main(device, Around(device.clock, device.shell, BrowserStorage()))

    async def main(page: ft.Page) -> None:
        try:
            await shown(page)
        except BaseException:
            device.shell.failed()
            raise

    ft.run(main)


if __name__ == "__main__":
    start()
