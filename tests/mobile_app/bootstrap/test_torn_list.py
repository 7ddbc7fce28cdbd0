"""The list of who uses a phone, torn by its disk: nobody is kept out, nothing is removed by it, and it is said."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from mobile_app.bootstrap.enrolments import Enrolment
from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.gate import NotEnrolled, Opened, Shut
from mobile_app.data.unsent import Remains
from shared.errors import AlreadyEnrolled, ServerRefused
from sync_server.services.devices import list_devices
from tests.fakes.device import FlakyFiles
from tests.mobile_app.bootstrap.test_disks import FullDisk, locked, phone, world
from tests.mobile_app.bootstrap.test_hosts import at_rest
from tests.mobile_app.bootstrap.test_ways_out import phase
from tests.simulation.world import PASSWORD, PIN, SERVER, World

__all__ = ["world"]


@pytest.mark.parametrize("torn", [b"torn", b"", b"\xff\x00", None])
def test_a_torn_list_of_users_keeps_nobody_out_and_no_enrolment_removes_a_vault_by_it(
    world: World, tmp_path: Path, torn: bytes | None
) -> None:
    async def story() -> None:
        folder = tmp_path / "d"
        await (await locked(world, folder)).close()
        before = (folder / "users.json").read_bytes()
        tear(folder / "users.json", torn)
        again = phone(world, folder)

        await again.arrive()

        assert isinstance(again.state, Shut)
        assert (again.state.name, again.state.login, again.state.mended) == ("Elodie", "elodie", True)
        assert (folder / "users.json").read_bytes() == (folder / "users.copy").read_bytes() == before
        assert torn is None or (folder / "users.json.damaged").read_bytes() == torn
        with pytest.raises(AlreadyEnrolled):
            await again.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        assert len(list(folder.glob("*.vault"))) == 1
        await again.unlock(PIN)
        assert isinstance(again.state, Opened)
        await again.close()
        after = phone(world, folder)
        await after.arrive()
        assert isinstance(after.state, Shut)
        assert not after.state.mended, "it is said once"
        await after.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("door", ["open", "locked"])
def test_a_password_that_the_office_took_is_good_where_a_full_disk_notes_no_login(world: World, tmp_path: Path, door: str) -> None:
    async def story() -> None:
        folder, files = tmp_path / "d", FullDisk()
        await (await locked(world, folder)).close()
        tear(folder / "users.json", b"torn")
        tear(folder / "users.copy", b"torn")
        host = phone(world, folder, files)
        await host.arrive()
        await host.unlock(PIN)
        await at_rest(host)
        files.refused = "users.json"

        if door == "locked":
            await host.lock()
            await host.renew("elodie", PASSWORD)
            await host.unlock(PIN)
        else:
            await host.sign_in("elodie", PASSWORD)

        assert isinstance(host.state, Opened)
        await at_rest(host)
        assert phase(host) == "idle"
        files.refused = "\0"
        await host.sign_in("elodie", PASSWORD)
        assert host._shown().login == "elodie"
        await host.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("way", ["pin", "password"])
def test_where_the_copy_is_torn_too_the_vaults_tell_who_uses_the_phone(world: World, tmp_path: Path, way: str) -> None:
    async def story() -> None:
        folder = tmp_path / "d"
        host = await locked(world, folder)
        enrolled = host._shown()
        await host.close()
        tear(folder / "users.json", b"torn")
        tear(folder / "users.copy", b"torn")
        again = phone(world, folder)

        await again.arrive()

        assert isinstance(again.state, Shut)
        assert (again.state.user_id, again.state.name, again.state.mended) == (enrolled.user_id, "", True)
        if way == "pin":
            await again.unlock(PIN)
        else:
            await again.recover("elodie", PASSWORD, "864209")
        assert isinstance(again.state, Opened)
        assert again.state.device.store.identity.device == enrolled.device_code
        await again.lock()
        assert again._shown() == replace_login(enrolled, "" if way == "pin" else "elodie")
        await again.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("door", ["open", "locked"])
def test_whose_login_was_lost_with_the_list_is_known_again_from_her_next_sign_in(world: World, tmp_path: Path, door: str) -> None:
    async def story() -> None:
        host = await without_a_login(world, tmp_path / "d")
        if door == "open":
            await host.sign_in(" elodie", PASSWORD)
            await host.lock()
        else:
            await host.lock()
            await host.renew(" elodie", PASSWORD)

        assert isinstance(host.state, Shut)
        assert host.state.login == "elodie"
        await host.unlock(PIN)
        await host.close()
        after = phone(world, tmp_path / "d")
        await after.arrive()
        assert after._shown().login == "elodie"
        await after.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("door", ["open", "locked"])
def test_whose_login_was_lost_with_the_list_becomes_another_device_where_a_restored_server_does_not_know_hers(
    world: World, tmp_path: Path, door: str
) -> None:
    async def story() -> None:
        before = world.backup()
        host = await without_a_login(world, tmp_path / "d")
        unknown = host._shown().device_id
        world.restore(before)
        await host.close()
        again = phone(world, tmp_path / "d")
        await again.arrive()
        if door == "open":
            await again.unlock(PIN)
            await at_rest(again)
            await again.sign_in("elodie", PASSWORD)
        else:
            await again.renew("elodie", PASSWORD)
            await again.unlock(PIN)
        await at_rest(again)

        assert (again._shown().login, phase(again)) == ("elodie", "idle")
        assert again._shown().device_id != unknown
        await again.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("door", ["open", "locked"])
def test_nobody_else_signs_in_where_the_login_was_lost_with_the_list(world: World, tmp_path: Path, door: str) -> None:
    async def story() -> None:
        world.person("nikos", "rep", "Lyon")
        host = await without_a_login(world, tmp_path / "d")
        if door == "locked":
            await host.lock()

        with pytest.raises(ServerRefused) as refused:
            await (host.sign_in if door == "open" else host.renew)("nikos", PASSWORD)

        assert refused.value.code == "not_your_device"
        assert host._shown().login == ""
        with world.database.read() as connection:
            assert [device.user for device in list_devices(connection) if device.revoked_at is None] == ["Elodie"]
        await host.close()
        world.close()

    asyncio.run(story())


def test_who_was_removed_does_not_come_back_by_an_older_copy_of_the_list(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        folder = tmp_path / "d"
        host = await locked(world, folder)
        older = (folder / "users.copy").read_bytes()
        await host.unlock(PIN)
        await at_rest(host)
        await host.retire(Remains())
        await host.close()
        assert not any(b"elodie" in path.read_bytes() for path in folder.glob("users*"))
        tear(folder / "users.json", b"torn")
        (folder / "users.copy").write_bytes(older)
        again = phone(world, folder)

        await again.arrive()

        assert again.state == NotEnrolled(SERVER, "users_damaged")
        await again.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        assert isinstance(again.state, Opened)
        await again.close()
        world.close()

    asyncio.run(story())


def test_a_torn_list_on_a_full_disk_keeps_nobody_out_either(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        folder = tmp_path / "d"
        await (await locked(world, folder)).close()
        tear(folder / "users.json", b"torn")
        files = FlakyFiles()
        files.failing = True
        again = phone(world, folder, files)

        await again.arrive()

        assert isinstance(again.state, Shut)
        await again.close()
        world.close()

    asyncio.run(story())


async def without_a_login(world: World, folder: Path) -> DeviceHost:
    """Élodie's phone, opened with her PIN after her login was lost with both lists."""
    await (await locked(world, folder)).close()
    tear(folder / "users.json", b"torn")
    tear(folder / "users.copy", b"torn")
    host = phone(world, folder)
    await host.arrive()
    await host.unlock(PIN)
    await at_rest(host)
    assert host._shown().login == ""
    return host


def tear(path: Path, left: bytes | None) -> None:
    """Leave this of a file, or nothing at all."""
    path.unlink() if left is None else path.write_bytes(left)


def replace_login(user: Enrolment, login: str) -> Enrolment:
    """The same person with another login: the one thing that no vault holds."""
    return msgspec.structs.replace(user, login=login)
