"""The door where a disk refuses what is asked of it, or the process dies on the way."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.files import OwnerFiles
from mobile_app.data.gate import NotEnrolled, Opened, Shut
from mobile_app.data.key_states import Locked, NoKeys
from mobile_app.data.ports import Connect, Sql
from mobile_app.data.sql import connect_sqlite
from shared.errors import DiskFull
from sync_server.services.devices import list_devices
from tests.fakes.device import DyingFiles, Killed
from tests.mobile_app.bootstrap.test_hosts import Naps, at_rest, ports
from tests.simulation.link import FaultyLink
from tests.simulation.world import PASSWORD, PIN, SERVER, World


class FullDisk(OwnerFiles):
    """Files on a disk that has no room for one whose name ends as ``refused``."""

    refused = "\0"

    def write(self, path: Path, data: bytes) -> None:
        if path.name.endswith(self.refused):
            raise DiskFull
        super().write(path, data)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.person("elodie", "rep", "Lyon")
    return made


def phone(world: World, folder: Path, files: OwnerFiles | None = None, connect: Connect = connect_sqlite) -> DeviceHost:
    return DeviceHost(folder, SERVER, replace(ports(world.clock, Naps(), FaultyLink(world.app), files), connect=connect))


async def locked(world: World, folder: Path, files: OwnerFiles | None = None, connect: Connect = connect_sqlite) -> DeviceHost:
    """Élodie's phone, enrolled and locked."""
    host = phone(world, folder, files, connect)
    await host.arrive()
    await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
    await at_rest(host)
    await host.lock()
    return host


def test_an_unlock_that_changes_nothing_about_who_uses_the_phone_needs_no_room_for_it(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        files = FullDisk()
        host = await locked(world, tmp_path / "d", files)
        files.refused = "users.json"

        await host.unlock(PIN)

        assert isinstance(host.state, Opened)
        await host.close()
        world.close()

    asyncio.run(story())


def test_an_unlock_whose_name_cannot_be_noted_ends_at_the_door_and_may_be_tried_again(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        files = FullDisk()
        host = await locked(world, tmp_path / "d", files)
        assert isinstance(host.state, Shut)
        world.office("user", host.state.user_id, name="Élodie Martin")
        await host.renew("elodie", PASSWORD)
        files.refused = "users.json"

        with pytest.raises(DiskFull):
            await host.unlock(PIN)

        assert isinstance(host.state, Shut)
        assert host.is_left, "the vault is closed and its key dropped"
        files.refused = "\0"
        await host.unlock(PIN)
        assert isinstance(host.state, Opened)
        await host.lock()
        assert isinstance(host.state, Shut)
        assert host.state.name == "Élodie Martin"
        await host.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("point", range(1, 7))
def test_who_was_killed_in_mid_enrolment_enrols_again(world: World, tmp_path: Path, point: int) -> None:
    async def story() -> None:
        dying = DyingFiles()
        dying.die_at = point
        first, again = phone(world, tmp_path / "d", dying), phone(world, tmp_path / "d")
        await first.arrive()
        with pytest.raises(Killed):
            await first.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        await again.arrive()
        assert again.state == NotEnrolled(SERVER)

        await again.enrol(SERVER, "elodie", PASSWORD, "864209", "phone")

        assert isinstance(again.state, Opened)
        await again.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("refused", [".keys", "users.json"])
def test_an_enrolment_that_the_disk_refuses_leaves_nothing_here_and_no_device_at_the_office(
    world: World, tmp_path: Path, refused: str
) -> None:
    async def story() -> None:
        files = FullDisk()
        host = phone(world, tmp_path / "d", files)
        await host.arrive()
        files.refused = refused

        with pytest.raises(DiskFull):
            await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")

        assert host.state == NotEnrolled(SERVER)
        assert not [path for ending in ("vault", "keys") for path in (tmp_path / "d").glob(f"*.{ending}")]
        with world.database.read() as connection:
            assert [device.revoked_at is None for device in list_devices(connection)] == [False]
        files.refused = "\0"
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        assert isinstance(host.state, Opened)
        await host.close()
        world.close()

    asyncio.run(story())


class FullConnect:
    """Opens no database while ``full``, or that one alone whose path it was told."""

    def __init__(self) -> None:
        self.full = False
        self.only = ""

    def __call__(self, path: Path) -> Sql:
        if self.full and self.only in path.name:
            raise DiskFull
        return connect_sqlite(path)


def test_a_lock_on_a_full_disk_ends_at_the_door(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        connect = FullConnect()
        host = await locked(world, tmp_path / "d", connect=connect)
        await host.unlock(PIN)
        connect.full = True

        await host.lock()

        assert isinstance(host.state, Shut)
        assert host.state.counts.records == 0
        await host.close()
        world.close()

    asyncio.run(story())


def test_a_start_on_a_full_disk_shows_the_door_and_opens_once_there_is_room(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        connect = FullConnect()
        await (await locked(world, tmp_path / "d")).close()
        connect.full = True
        again = phone(world, tmp_path / "d", connect=connect)

        await again.arrive()

        assert isinstance(again.state, Shut)
        with pytest.raises(DiskFull):
            await again.unlock(PIN)
        assert isinstance(again.state, Shut)
        connect.full = False
        await again.unlock(PIN)
        assert isinstance(again.state, Opened)
        await again.close()
        world.close()

    asyncio.run(story())


def test_somebody_elses_vault_that_does_not_open_shuts_nobody_out(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        world.person("nikos", "rep", "Lyon")
        connect = FullConnect()
        host = await locked(world, tmp_path / "d", connect=connect)
        assert isinstance(host.state, Shut)
        connect.only = host.state.user_id
        await host.add_user()
        await host.enrol(SERVER, "nikos", PASSWORD, PIN, "phone")
        connect.full = True

        await host.lock()

        assert isinstance(host.state, Shut)
        assert (host.state.login, host.state.beside) == ("nikos", 0)
        await host.unlock(PIN)
        assert isinstance(host.state, Opened)
        await host.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("keys", ["torn", None])
def test_keys_that_cannot_be_read_leave_the_door_there(world: World, tmp_path: Path, keys: str | None) -> None:
    async def story() -> None:
        await (await locked(world, tmp_path / "d")).close()
        (file,) = (tmp_path / "d").glob("*.keys")
        if keys is None:
            file.unlink()
            file.mkdir()  # as good as a sector that refuses
        else:
            file.write_text(keys)
        again = phone(world, tmp_path / "d")

        await again.arrive()

        assert isinstance(again.state, Shut)
        assert again.state.keys == (Locked(10, biometrics=False) if keys is None else NoKeys())
        await again.close()
        world.close()

    asyncio.run(story())
