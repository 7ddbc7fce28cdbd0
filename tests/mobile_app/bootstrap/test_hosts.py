"""Profiles, tabs and the automatic lock."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.bootstrap import Hosts, Ports
from mobile_app.bootstrap.host import DeviceHost
from mobile_app.bootstrap.opened import WATCH_EVERY_S
from mobile_app.data.files import OwnerFiles
from mobile_app.data.gate import NotEnrolled, Opened, Shut
from mobile_app.data.key_file import KeyPolicy
from mobile_app.sync.scheduler import EVERY_S
from tests.fakes.device import FakeClock, SeededRandomness
from tests.simulation.link import FaultyLink
from tests.simulation.world import PASSWORD, PIN, SERVER, World

MINUTE_MS = 60_000


class Naps:
    """Sleeps that end when somebody wakes them; one can see who sleeps."""

    def __init__(self) -> None:
        self._sleepers: dict[asyncio.Event, float] = {}

    async def __call__(self, seconds: float) -> None:
        waker = asyncio.Event()
        self._sleepers[waker] = seconds
        try:
            await waker.wait()
        finally:
            self._sleepers.pop(waker, None)

    def wake(self) -> None:
        for waker in self._sleepers:
            waker.set()
        self._sleepers = {}

    def sleeps(self, seconds: float) -> bool:
        """Whether somebody sleeps for ``seconds`` who was not woken."""
        return seconds in self._sleepers.values()


async def until(true: Callable[[], bool]) -> None:
    """Let the app go on until something is true."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.001)


async def still(host: DeviceHost) -> None:
    """Let all go on that need not wait for the clock: the thread of the data has been asked more often than anything here asks it."""
    for _ in range(100):
        await host._executor.run(lambda: None)


def naps_of(host: DeviceHost) -> Naps:
    naps = host._ports.sleep
    assert isinstance(naps, Naps)
    return naps


async def at_rest(host: DeviceHost) -> None:
    """Wait until an open phone has ended its round, and has looked whether it is time to lock."""
    await until(lambda: naps_of(host).sleeps(EVERY_S) and naps_of(host).sleeps(WATCH_EVERY_S))


async def looked(host: DeviceHost) -> None:
    """Wake an open phone, and wait until it has looked whether it is time to lock: then it sleeps again, or is shut."""
    naps_of(host).wake()
    await until(lambda: isinstance(host.state, Shut) or naps_of(host).sleeps(WATCH_EVERY_S))


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


def data_threads() -> int:
    return sum(thread.name.startswith("tournee-data") for thread in threading.enumerate())


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


def test_visitors_who_left_cost_no_thread_and_find_their_vault_when_they_come_again(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        hosts = Hosts(tmp_path / "web", SERVER, ports(world.clock, Naps(), FaultyLink(world.app)))
        elodie, watched = await hosts.host_for("elodie"), await hosts.host_for("watched")
        watched.subscribe(lambda: None)
        await elodie.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        for visitor in range(5):
            await hosts.host_for(f"visitor {visitor}")
        assert data_threads() == 7

        world.clock.forward(11 * MINUTE_MS)
        await hosts.host_for("somebody")

        assert data_threads() == 3, "one has just come, one is looked at, one is open"
        await elodie.lock()
        world.clock.forward(11 * MINUTE_MS)
        assert await hosts.host_for("watched") is watched
        again = await hosts.host_for("elodie")
        assert again is not elodie
        assert isinstance(again.state, Shut)
        await hosts.close()
        assert data_threads() == 0
        world.close()

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
        clock = world.clock
        host = DeviceHost(tmp_path / "d", SERVER, ports(clock, Naps(), FaultyLink(world.app)))
        await host.arrive()
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        await at_rest(host)
        clock.forward(4 * MINUTE_MS)
        await looked(host)
        assert isinstance(host.state, Opened)

        host.touch()
        clock.forward(4 * MINUTE_MS)
        await looked(host)
        assert isinstance(host.state, Opened)

        clock.forward(2 * MINUTE_MS)
        await looked(host)

        assert isinstance(host.state, Shut)
        await host.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True)
def test_fault_32_locking_in_mid_sync_finishes_what_was_begun_and_drops_the_key(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        for number in range(300):
            world.account(f"Boulangerie {number}", "Lyon")
        link = FaultyLink(world.app)
        host = DeviceHost(tmp_path / "d", SERVER, ports(world.clock, Naps(), link))
        await host.arrive()
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        state = host.state
        assert isinstance(state, Opened)
        await until(lambda: "/v1/sync/pull" in link.requests)

        await host.lock()

        assert isinstance(host.state, Shut)
        await host.unlock(PIN)
        again = await exchanged(host)
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


async def prepared(world: World, folder: Path) -> DeviceHost:
    """A phone whose next unlock shows today first, however little there is."""
    for number in range(30):
        world.account(f"Boulangerie {number}", "Lyon")
    host = DeviceHost(folder, SERVER, replace(ports(world.clock, Naps(), FaultyLink(world.app)), small=0))
    await host.arrive()
    await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
    await exchanged(host)
    return host


async def exchanged(host: DeviceHost) -> Opened:
    state = host.state
    assert isinstance(state, Opened)
    await until(lambda: state.device.status.now.last_ok_at is not None)
    return state


def test_an_unlock_opens_with_today_and_exchanges_once_the_rest_is_read(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host = await prepared(world, tmp_path / "d")
        await host.lock()

        await host.unlock(PIN)
        opened = host.state
        assert isinstance(opened, Opened)
        first = opened.device.store.full
        await exchanged(host)

        assert (first, opened.device.store.full, await opened.device.accounts.count()) == (False, True, 30)
        await host.close()
        world.close()

    asyncio.run(story())


def test_a_lock_while_the_rest_is_read_leaves_a_vault_that_opens(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host = await prepared(world, tmp_path / "d")
        for _ in range(3):
            await host.lock()
            await host.unlock(PIN)
        await host.lock()
        assert isinstance(host.state, Shut)

        await host.unlock(PIN)

        assert await (await exchanged(host)).device.accounts.count() == 30
        await host.close()
        world.close()

    asyncio.run(story())


def test_damage_that_is_found_while_the_rest_is_read_is_salvaged_like_any_other(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        host = await prepared(world, tmp_path / "d")
        await host.lock()
        (path,) = (tmp_path / "d").glob("*.vault")
        with sqlite3.connect(path) as vault:
            vault.execute("UPDATE record SET sealed = zeroblob(64)")
        vault.close()

        await host.unlock(PIN)
        await until(lambda: isinstance(host.state, Opened) and host.state.salvaged)

        assert await (await exchanged(host)).device.accounts.count() == 30
        await host.close()
        world.close()

    asyncio.run(story())
