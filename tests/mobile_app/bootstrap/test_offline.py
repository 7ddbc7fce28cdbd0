"""Whoever works offline chose to: neither a lock nor a start nor a damage puts her back on the network."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.gate import Opened
from tests.fakes.pictures import png
from tests.mobile_app.bootstrap.test_hosts import Naps, exchanged, ports, still
from tests.simulation.link import FaultyLink
from tests.simulation.world import PASSWORD, PIN, SERVER, World


class Roaming:
    """Élodie's phone abroad: it has work and a photo to send, somebody looks at it, and she works offline."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.world.person("elodie", "rep", "Lyon")
        self.world.person("nikos", "rep", "Lyon")
        self.account = self.world.account("Fournil", "Lyon")
        self.folder = folder / "d"
        self.link = FaultyLink(self.world.app)
        self.start()

    def start(self) -> None:
        """Start the app, also after a kill."""
        self.host = DeviceHost(self.folder, SERVER, ports(self.world.clock, Naps(), self.link))

    async def enrolled(self) -> None:
        await self.host.arrive()
        await self.host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        device = (await exchanged(self.host)).device
        device.actions.set_work_offline(on=True)
        visit = await device.visits.start(self.account, None, "off")
        await device.photos.add(visit.id, "window.png", png())
        await still(self.host)
        self.link.requests.clear()

    async def unlocked(self) -> Opened:
        """Unlock, look at a screen, and let all that wants to happen."""
        await self.host.unlock(PIN)
        await still(self.host)
        assert isinstance(self.host.state, Opened)
        actions = self.host.state.device.actions
        actions.watched(self, on=True)
        actions.connected()
        actions.edited()
        await still(self.host)
        return self.host.state

    async def close(self) -> None:
        await self.host.close()
        self.world.close()


@pytest.mark.parametrize("end", ["lock", "kill", "damage"])
def test_what_waits_stays_here_until_its_author_uses_the_network_again(tmp_path: Path, end: str) -> None:
    async def story() -> None:
        phone = Roaming(tmp_path)
        await phone.enrolled()
        before = phone.host
        if end == "kill":
            phone.start()
            await phone.host.arrive()
        else:
            await phone.host.lock()
        if end == "damage":
            (path,) = phone.folder.glob("*.vault")
            with sqlite3.connect(path) as vault:
                vault.execute("UPDATE record SET sealed = zeroblob(64)")
            vault.close()

        state = await phone.unlocked()

        sync = state.device.status.now
        assert phone.link.requests == []
        assert (sync.work_offline, sync.phase, sync.waiting > 0, state.salvaged) == (True, "paused", True, end == "damage")
        state.device.actions.set_work_offline(on=False)
        await exchanged(phone.host)
        assert state.device.status.now.waiting == 0
        await phone.host.lock()
        assert not (await phone.unlocked()).device.status.now.work_offline
        if end == "kill":
            await before.close()
        await phone.close()

    asyncio.run(story())


def test_who_works_offline_can_sign_in_and_another_person_enrols_and_exchanges(tmp_path: Path) -> None:
    async def story() -> None:
        phone = Roaming(tmp_path)
        await phone.enrolled()

        await phone.host.sign_in("elodie", PASSWORD)
        await phone.host.lock()
        await phone.host.renew("elodie", PASSWORD)
        phone.link.requests.clear()
        hers = (await phone.unlocked()).device.status.now
        asked = list(phone.link.requests)
        await phone.host.lock()
        await phone.host.add_user()
        await phone.host.enrol(SERVER, "nikos", PASSWORD, PIN, "phone")
        his = (await exchanged(phone.host)).device.status.now

        assert (hers.work_offline, asked) == (True, [])
        assert not his.work_offline
        await phone.close()

    asyncio.run(story())
