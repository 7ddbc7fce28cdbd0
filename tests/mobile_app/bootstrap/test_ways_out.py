"""The wipe and the automatic lock, when all does not go by the book."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.bootstrap.host import DeviceHost
from mobile_app.bootstrap.opened import OpenDevice
from mobile_app.data.gate import NotEnrolled, Opened, Shut
from shared.errors import DeviceRevoked, RecordRefused
from sync_server.services.devices import revoke_device
from sync_server.storage import meta
from tests.fakes.device import FlakyFiles
from tests.mobile_app.bootstrap.test_hosts import MINUTE_MS, Naps, at_rest, looked, ports
from tests.simulation.link import FaultyLink
from tests.simulation.world import PASSWORD, PIN, SERVER, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.person("elodie", "rep", "Lyon")
    made.person("nikos", "rep", "Nantes")
    return made


async def shared_phone(world: World, folder: Path) -> DeviceHost:
    """A phone that two people use, open for the second."""
    host = DeviceHost(folder, SERVER, ports(world.clock, Naps(), FaultyLink(world.app)))
    await host.arrive()
    await host.enrol(SERVER, "nikos", PASSWORD, PIN, "phone")
    await host.lock()
    await host.add_user()
    await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
    await at_rest(host)
    return host


def revoked(world: World, host: DeviceHost) -> OpenDevice:
    """Let the office revoke the device that is open, which is given."""
    opened = host._open
    assert opened is not None
    with world.database.write() as connection:
        revoke_device(connection, opened.tokens.session.device_code, world.clock.now_ms())
    return opened


def phase(host: DeviceHost) -> str:
    assert isinstance(host.state, Opened)
    return host.state.device.status.now.phase


def vaults(folder: Path) -> int:
    return len(list(folder.glob("*.vault")))


def test_what_one_persons_password_was_answered_opens_nobody_elses_vault(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host = await shared_phone(world, tmp_path / "d")
        await host.lock()
        await host.renew("elodie", PASSWORD)
        nikos = next(user for user in host._users.now.users.values() if user.login == "nikos")

        await host.choose(nikos.user_id)
        await host.unlock(PIN)
        await at_rest(host)

        opened = host._open
        assert opened is not None
        assert (opened.tokens.session.device_id, opened.tokens.session.profile.id) == (nikos.device_id, nikos.user_id)
        assert len({user.device_id for user in host._users.now.users.values()}) == 2
        await host.close()

    asyncio.run(story())


def test_told_twice_of_one_revocation_a_phone_wipes_one_person(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host = await shared_phone(world, tmp_path / "d")
        opened = revoked(world, host)

        await asyncio.gather(opened.engine.round(), opened.engine.round())  # as a round and the live stream are told at once
        await host._beside.ended()

        assert isinstance(host.state, NotEnrolled)
        await host.close()
        assert vaults(tmp_path / "d") == 1
        again = DeviceHost(tmp_path / "d", SERVER, ports(world.clock, Naps(), FaultyLink(world.app)))
        await again.arrive()
        assert isinstance(again.state, Shut)
        assert again.state.login == "nikos"
        await again.unlock(PIN)
        assert isinstance(again.state, Opened)
        await again.close()
        world.close()

    asyncio.run(story())


def test_a_wipe_that_comes_late_leaves_whoever_opened_the_phone_meanwhile(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host = await shared_phone(world, tmp_path / "d")
        opened = revoked(world, host)
        nikos = next(user for user in host._users.now.users.values() if user.login == "nikos")

        turns = [asyncio.ensure_future(turn) for turn in (host.lock(), host.choose(nikos.user_id), host.unlock(PIN))]
        await opened.engine.round()
        await asyncio.gather(*turns)
        await host._beside.ended()

        assert isinstance(host.state, Opened)
        assert host.state.device.profile.id == nikos.user_id
        assert vaults(tmp_path / "d") == 1
        await host.close()
        world.close()

    asyncio.run(story())


async def idle_on_a_failing_disk(world: World, folder: Path) -> tuple[DeviceHost, FlakyFiles]:
    """Élodie's open phone, whose disk began to refuse eleven minutes ago."""
    files = FlakyFiles()
    host = DeviceHost(folder, SERVER, ports(world.clock, Naps(), FaultyLink(world.app), files))
    await host.arrive()
    await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
    await at_rest(host)
    files.failing = True
    world.clock.forward(11 * MINUTE_MS)
    return host, files


def test_one_failed_write_does_not_end_the_automatic_lock(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host, files = await idle_on_a_failing_disk(world, tmp_path / "d")
        host.touch()
        await looked(host)
        files.failing = False
        assert isinstance(host.state, Opened)
        world.clock.forward(6 * MINUTE_MS)
        await looked(host)

        assert isinstance(host.state, Shut)
        await host.close()
        world.close()

    asyncio.run(story())


def test_a_phone_whose_disk_goes_on_refusing_locks_itself(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host, _ = await idle_on_a_failing_disk(world, tmp_path / "d")
        for _ in range(4):
            host.touch()
            await looked(host)

        assert isinstance(host.state, Shut)
        await host.close()
        world.close()

    asyncio.run(story())


def test_an_organisation_made_anew_at_the_address_gets_nothing_of_an_old_device_which_can_begin_there_beside_it(
    world: World, tmp_path: Path
) -> None:
    async def story() -> None:
        anew = World(tmp_path / "anew")
        for login in ("alex", "elodie"):
            anew.person(login, "rep", "Lyon")
        with anew.database.write() as connection:
            meta.put(connection, "organisation", "another")
        links = [FaultyLink(world.app)]
        around = replace(ports(world.clock, Naps(), links[0]), transport=lambda: links[-1])
        host = DeviceHost(tmp_path / "d", SERVER, around)
        await host.arrive()
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        await at_rest(host)
        await host.lock()
        links.append(FaultyLink(anew.app))
        await host.unlock(PIN)
        await at_rest(host)
        assert phase(host) == "signed_out"

        with pytest.raises(RecordRefused) as refused:
            await host.sign_in("elodie", PASSWORD)

        assert refused.value.code == "organisation_replaced"
        assert isinstance(host.state, Opened)
        await host.lock()
        await host.add_user()
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        await at_rest(host)
        assert phase(host) == "idle"
        assert vaults(tmp_path / "d") == 2
        await host.close()
        anew.close()
        world.close()

    asyncio.run(story())


def test_whoever_recovers_a_phone_that_was_signed_off_and_has_no_keys_hears_so_and_can_begin_anew(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host = await shared_phone(world, tmp_path / "d")
        revoked(world, host)
        await host.lock()
        (tmp_path / "d" / f"{host._shown().user_id}.vault.keys").unlink()

        with pytest.raises(DeviceRevoked):
            await host.recover("elodie", PASSWORD, PIN)

        assert host.state == NotEnrolled(SERVER, "device_revoked")
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        assert isinstance(host.state, Opened)
        await host.close()
        world.close()

    asyncio.run(story())
