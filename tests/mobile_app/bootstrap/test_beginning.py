"""Today is open, and the disk refuses to give the rest: it is asked again, and then all goes on as if nothing had been."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.gate import NotEnrolled, Opened, Shut
from mobile_app.data.ports import Sql, SqlRow, SqlValue
from mobile_app.data.sql import connect_sqlite
from mobile_app.data.unsent import Remains
from shared.errors import StorageFailed
from tests.mobile_app.bootstrap.test_hosts import Naps, exchanged, ports, still
from tests.simulation.link import FaultyLink
from tests.simulation.world import PASSWORD, PIN, SERVER, World

THE_REST = "FROM record WHERE id > ?"
FILES = "FROM blob"


class TiredDisk:
    """A ``Connect`` whose next ``times`` queries that have ``refused`` in them are refused by the disk."""

    def __init__(self) -> None:
        self.refused = "\0"
        self.times = 0

    def __call__(self, path: Path) -> Sql:
        return TiredSql(self, connect_sqlite(path))


class TiredSql:
    """A connection to it."""

    def __init__(self, disk: TiredDisk, sql: Sql) -> None:
        self._disk = disk
        self.execute, self.executemany = sql.execute, sql.executemany
        self.in_transaction, self.close = sql.in_transaction, sql.close
        self._query = sql.query

    def query(self, statement: str, values: Sequence[SqlValue] = ()) -> list[SqlRow]:
        if self._disk.times and self._disk.refused in statement:
            self._disk.times -= 1
            raise StorageFailed
        return self._query(statement, values)


class Morning:
    """A phone with work to send, locked on a network, whose next unlock shows today first. Its naps end when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.world.person("elodie", "rep", "Lyon")
        self.accounts = [self.world.account(f"Boulangerie {number}", "Lyon") for number in range(600)]
        self.disk, self.naps, self.link = TiredDisk(), Naps(), FaultyLink(self.world.app)
        self.host = DeviceHost(folder / "d", SERVER, replace(ports(self.world.clock, self.naps, self.link), small=0, connect=self.disk))

    async def locked(self) -> None:
        await self.host.arrive()
        await self.host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        opened = await exchanged(self.host)
        self.link.offline = True
        await opened.device.contacts.create({"account_id": self.accounts[0], "first_name": "Zoé", "last_name": "Late"})
        await self.host.lock()
        self.link.offline = False

    async def unlocked(self, refused: str = THE_REST, times: int = 1) -> Opened:
        """Unlock on a disk that will refuse what has ``refused`` in it so many ``times``."""
        await self.host.unlock(PIN)
        state = self.host.state
        assert isinstance(state, Opened)
        assert not state.device.store.full, "the rest is still to come"
        self.disk.refused, self.disk.times = refused, times
        return state

    async def close(self) -> None:
        await self.host.close()
        self.world.close()


@pytest.mark.parametrize("refused", [THE_REST, FILES])
def test_a_read_that_is_refused_once_is_tried_again_and_then_all_is_here_and_sent(tmp_path: Path, refused: str) -> None:
    async def story() -> None:
        morning = Morning(tmp_path)
        await morning.locked()
        device = (await morning.unlocked(refused)).device
        await still(morning.host)
        asked = asyncio.create_task(device.accounts.get(morning.accounts[-1]))
        assert not device.store.full

        morning.naps.wake()

        async with asyncio.timeout(20):
            await exchanged(morning.host)
            assert (await asked).name == "Boulangerie 599"
        assert (device.store.full, device.status.now.waiting, await device.accounts.count()) == (True, 0, 600)
        assert not device.status.now.unread
        await morning.close()

    asyncio.run(story())


def test_a_disk_that_goes_on_refusing_is_said_and_whoever_wants_the_exchange_has_it_tried_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        morning = Morning(tmp_path)
        await morning.locked()
        device = (await morning.unlocked(times=3)).device
        said = []

        async with asyncio.timeout(20):
            while not device.status.now.unread:
                await still(morning.host)
                said.append((morning.disk.times, device.status.now.unread))
                device.actions.sync_now()
            await exchanged(morning.host)

        assert said[0] == (2, False), "one refusal is not worth a word"
        assert (device.status.now.unread, device.status.now.waiting) == (False, 0)
        await morning.close()

    asyncio.run(story())


def test_a_lock_comes_between_two_tries_and_a_phone_that_cannot_be_read_is_not_signed_off(tmp_path: Path) -> None:
    async def story() -> None:
        morning = Morning(tmp_path)
        await morning.locked()
        await morning.unlocked(times=10**9)
        await still(morning.host)

        with pytest.raises(StorageFailed):
            await morning.host.retire(Remains())
        await morning.host.lock()

        shut = isinstance(morning.host.state, Shut)
        morning.disk.times = 0
        await morning.host.unlock(PIN)
        await exchanged(morning.host)
        await morning.host.retire(Remains())
        assert (shut, morning.host.state) == (True, NotEnrolled(SERVER, "device_retired"))
        await morning.close()

    asyncio.run(story())
