"""Wipes that a kill or the disk cuts off: they take what they can, and are finished."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.files import OwnerFiles
from mobile_app.data.gate import NotEnrolled, Opened, Shut
from mobile_app.data.unsent import Remains
from shared.errors import DeviceRevoked, StorageFailed
from tests.fakes.device import Killed, MemorySecureStore
from tests.mobile_app.bootstrap.test_hosts import Naps, at_rest, ports
from tests.simulation.link import FaultyLink
from tests.simulation.world import PASSWORD, PIN, SERVER, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.person("elodie", "rep", "Lyon")
    return made


class StubbornFiles(OwnerFiles):
    """Files of which the disk neither removes nor replaces what ends as ``stubborn``."""

    stubborn = "\0"

    def write(self, path: Path, data: bytes) -> None:
        if path.name.endswith(self.stubborn):
            raise StorageFailed
        super().write(path, data)

    def delete(self, path: Path) -> None:
        if path.name.endswith(self.stubborn):
            raise StorageFailed
        super().delete(path)


def test_a_wipe_that_a_kill_cut_off_is_finished_at_the_next_start(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        secrets = MemorySecureStore()
        around = replace(ports(world.clock, Naps(), FaultyLink(world.app)), secure_store=lambda _folder, _files: secrets)
        host = DeviceHost(tmp_path / "d", SERVER, around)
        await host.arrive()
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        await at_rest(host)
        secrets.die_at = "delete"
        with pytest.raises(Killed):
            await host.retire(Remains())
        secrets.die_at = ""
        again = DeviceHost(tmp_path / "d", SERVER, around)

        await again.arrive()

        assert again.state == NotEnrolled(SERVER, "device_retired")
        assert not secrets.secrets
        assert not list((tmp_path / "d").glob("*.vault*"))
        await again.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        assert isinstance(again.state, Opened)
        await again.close()
        world.close()

    asyncio.run(story())


async def retired_on_a_stubborn_disk(world: World, folder: Path, stubborn: str) -> DeviceHost:
    """Start Élodie's phone, whose disk refused a part of the wipe after it had signed off."""
    files = StubbornFiles()
    host = DeviceHost(folder, SERVER, ports(world.clock, Naps(), FaultyLink(world.app), files))
    await host.arrive()
    await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
    await at_rest(host)
    files.stubborn = stubborn
    with pytest.raises(StorageFailed):
        await host.retire(Remains())
    assert isinstance(host.state, Shut)
    assert host.state.counts.records == 0, "what the disk let go is gone"
    await host.close()
    again = DeviceHost(folder, SERVER, ports(world.clock, Naps(), FaultyLink(world.app)))
    await again.arrive()
    return again


def test_keys_that_the_disk_kept_go_at_the_next_start(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        again = await retired_on_a_stubborn_disk(world, tmp_path / "d", ".keys")

        assert again.state == NotEnrolled(SERVER, "device_retired")
        assert not list((tmp_path / "d").glob("*.vault*"))
        await again.close()
        world.close()

    asyncio.run(story())


def test_a_wipe_of_which_nothing_could_be_noted_is_finished_at_the_next_contact(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        again = await retired_on_a_stubborn_disk(world, tmp_path / "d", "users.json")
        assert isinstance(again.state, Shut)

        with pytest.raises(DeviceRevoked):
            await again.recover("elodie", PASSWORD, PIN)

        assert isinstance(again.state, NotEnrolled)
        assert not list((tmp_path / "d").glob("*.vault*"))
        await again.close()
        world.close()

    asyncio.run(story())
