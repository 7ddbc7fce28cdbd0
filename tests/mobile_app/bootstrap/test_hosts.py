"""Profiles, tabs and the automatic lock."""

import asyncio
from pathlib import Path

import pytest

from mobile_app.bootstrap import Hosts, Ports
from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.files import OwnerFiles
from mobile_app.data.gate import NotEnrolled, Opened, Shut
from mobile_app.data.key_file import KeyPolicy
from tests.fakes.device import FakeClock, SeededRandomness
from tests.simulation.link import FaultyLink
from tests.simulation.world import PASSWORD, PIN, SERVER, World

MINUTE_MS = 60_000


class Naps:
    """Sleeps that end when the clock has gone on."""

    def __init__(self) -> None:
        self.wakers: list[asyncio.Event] = []

    async def __call__(self, seconds: float) -> None:
        waker = asyncio.Event()
        self.wakers.append(waker)
        await waker.wait()

    def wake(self) -> None:
        for waker in self.wakers:
            waker.set()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0.005)


def ports(clock: FakeClock, naps: Naps, link: FaultyLink, files: OwnerFiles | None = None) -> Ports:
    return Ports(
        clock=clock,
        files=files or OwnerFiles(),
        randomness=SeededRandomness(),
        sleep=naps,
        transport=lambda: link,
        key_policy=KeyPolicy(scrypt_n=2),
        auto_lock_ms=5 * MINUTE_MS,
    )


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    made = World(tmp_path, request.getfixturevalue("ring").fresh() if getattr(request, "param", "") == "postgresql" else None)
    made.person("elodie", "rep", "Lyon")
    return made


def test_tabs_of_a_profile_share_a_device_and_another_profile_has_its_own(tmp_path: Path) -> None:
    async def story() -> None:
        hosts = Hosts(tmp_path, SERVER)
        one, again, other = await hosts.host_for("profile-1"), await hosts.host_for("profile-1"), await hosts.host_for("profile-2")

        assert one is again
        assert one is not other
        assert isinstance(one.state, NotEnrolled)
        assert "profile-1" not in str(list(tmp_path.rglob("*")))
        await hosts.close()

    asyncio.run(story())


def test_a_device_keeps_the_time_of_its_own_browser(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        hosts = Hosts(tmp_path, SERVER, ports(world.clock, Naps(), FaultyLink(world.app)))
        lyon, nikos = await hosts.host_for("elodie", "Europe/Paris"), await hosts.host_for("nikos", "Europe/Athens")
        for host, login in ((lyon, "elodie"), (nikos, "elodie")):
            await host.enrol(SERVER, login, PASSWORD, PIN, "phone")
        await hosts.host_for("elodie", "Pacific/Auckland")  # another tab, after a journey

        zones = [host.state.device.clock.zone() for host in (lyon, nikos) if isinstance(host.state, Opened)]

        assert zones == ["Pacific/Auckland", "Europe/Athens"]
        await hosts.close()

    asyncio.run(story())


def test_an_open_device_locks_itself_when_nobody_is_there(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        naps, clock = Naps(), world.clock
        host = DeviceHost(tmp_path / "d", SERVER, ports(clock, naps, FaultyLink(world.app)))
        await host.arrive()
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        await settle()
        clock.forward(4 * MINUTE_MS)
        naps.wake()
        await settle()
        assert isinstance(host.state, Opened)

        host.touch()
        clock.forward(4 * MINUTE_MS)
        naps.wake()
        await settle()
        assert isinstance(host.state, Opened)

        clock.forward(2 * MINUTE_MS)
        naps.wake()
        await settle()

        assert isinstance(host.state, Shut)
        await host.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True)
def test_fault_32_locking_in_mid_sync_finishes_what_was_begun_and_drops_the_key(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        for number in range(300):
            world.account(f"Boulangerie {number}", "Lyon")
        naps = Naps()
        host = DeviceHost(tmp_path / "d", SERVER, ports(world.clock, naps, FaultyLink(world.app)))
        await host.arrive()
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        state = host.state
        assert isinstance(state, Opened)
        await asyncio.sleep(0.02)

        await host.lock()

        assert isinstance(host.state, Shut)
        await host.unlock(PIN)
        await settle()
        again = host.state
        assert isinstance(again, Opened)
        while again.device.status.now.last_ok_at is None:
            await asyncio.sleep(0.01)
        assert await again.device.accounts.count() == 300
        await host.close()
        world.close()

    asyncio.run(story())


def test_fault_31_after_a_change_exactly_the_new_pin_works(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host = DeviceHost(tmp_path / "d", SERVER, ports(world.clock, Naps(), FaultyLink(world.app)))
        await host.arrive()
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        await host.change_pin(PIN, "864209")
        await host.lock()

        await host.unlock(PIN)
        assert isinstance(host.state, Shut)
        await host.unlock("864209")

        assert isinstance(host.state, Opened)
        await host.close()
        world.close()

    asyncio.run(story())
