"""Two that want something of one host at once: a round and a person, two tabs, a person and the office."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar

import httpx
import pytest

from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.device import Device
from mobile_app.data.executor import ThreadExecutor
from mobile_app.data.gate import NotEnrolled, Opened, Shut
from mobile_app.data.key_states import Unlocked
from mobile_app.data.unsent import Remains
from shared.errors import AlreadyEnrolled, Offline, StorageBusy, VaultLocked
from sync_server.services.devices import list_devices, revoke_device
from tests.mobile_app.bootstrap.test_hosts import MINUTE_MS, Naps, at_rest, ports, until
from tests.simulation.link import FaultyLink, Send, request_lost
from tests.simulation.world import PASSWORD, PIN, SERVER, World

P = ParamSpec("P")
T = TypeVar("T")
NEW_PIN = "864209"


class SlowWrites(ThreadExecutor):
    """The owner of the databases; while ``held``, the next write of a file whose name ends so waits for ``gate``."""

    def __init__(self) -> None:
        super().__init__()
        self.held = ""
        self.reached = asyncio.Event()
        self.gate = asyncio.Event()

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self.held and fn.__name__ == "write" and str(args[0]).endswith(self.held):
            self.held = ""
            self.reached.set()
            await self.gate.wait()
        return await super().run(fn, *args, **kwargs)


class SlowLink(FaultyLink):
    """A link on which a request can be held until ``gate`` opens."""

    def __init__(self, world: World) -> None:
        super().__init__(world.app)
        self.reached = asyncio.Event()
        self.gate = asyncio.Event()

    async def hold(self, request: httpx.Request, send: Send) -> httpx.Response:
        self.reached.set()
        await self.gate.wait()
        return await send(request)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.person("elodie", "rep", "Lyon")
    return made


async def enrolled(world: World, folder: Path, link: FaultyLink, executor: ThreadExecutor | None = None) -> DeviceHost:
    """Élodie's open phone."""
    given = replace(ports(world.clock, Naps(), link), executor=lambda: executor or ThreadExecutor())
    host = DeviceHost(folder, SERVER, given)
    await host.arrive()
    await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
    await at_rest(host)
    return host


def device_of(host: DeviceHost) -> Device:
    assert isinstance(host.state, Opened)
    return host.state.device


def test_fault_31_a_pin_changed_while_a_round_notes_the_lease_stays_changed(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        slow = SlowWrites()
        host = await enrolled(world, tmp_path / "d", FaultyLink(world.app), slow)
        opened = host._open
        assert opened is not None
        world.clock.forward(11 * MINUTE_MS)  # less is not noted
        host.touch()
        slow.held = ".keys"
        a_round = asyncio.create_task(opened.engine.round())
        await slow.reached.wait()

        change = asyncio.create_task(host.change_pin(PIN, NEW_PIN))
        await until(lambda: change.done() or "waiters" in repr(host._door.ring(host._shown())._turn))
        slow.gate.set()
        await a_round

        assert isinstance(await change, Unlocked)
        await host.lock()
        await host.unlock(NEW_PIN)
        assert isinstance(host.state, Opened)
        await host.close()
        world.close()

    asyncio.run(story())


def test_what_is_saved_while_a_phone_signs_off_is_refused_and_not_removed_unsent(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        account, link = world.account("Fournil", "Lyon"), SlowLink(world)
        host = await enrolled(world, tmp_path / "d", link)
        device = device_of(host)
        link.faults.append(("/devices/retire", link.hold))
        retirement = asyncio.create_task(host.retire(Remains()))
        await link.reached.wait()

        for late in (
            device.contacts.create({"account_id": account, "first_name": "Zoé", "last_name": "Late"}),
            device.store.draft_put(f"account:{account}", {"name": "Le Fournil"}),
            device.store.blobs.keep(b"a photo"),
        ):
            with pytest.raises(StorageBusy):
                await late

        link.gate.set()
        await retirement
        assert host.state == NotEnrolled(SERVER, "device_retired")
        await host.close()
        world.close()

    asyncio.run(story())


def test_a_phone_whose_sign_off_fails_takes_work_again(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        account, link = world.account("Fournil", "Lyon"), FaultyLink(world.app)
        host = await enrolled(world, tmp_path / "d", link)
        link.faults.append(("/devices/retire", request_lost))

        with pytest.raises(Offline):
            await host.retire(Remains())

        written = await device_of(host).contacts.create({"account_id": account, "first_name": "Zoé", "last_name": "Late"})
        assert written.txn
        await host.close()
        world.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    "come_in",
    [
        lambda host: host.unlock(PIN),
        lambda host: host.recover("elodie", PASSWORD, NEW_PIN),
        lambda host: host.renew("elodie", PASSWORD),
    ],
    ids=["unlock", "recover", "renew"],
)
def test_whoever_comes_in_while_the_door_opens_finds_it_open_and_one_lock_drops_the_key(
    world: World, tmp_path: Path, come_in: Callable[[DeviceHost], Coroutine[None, None, object]]
) -> None:
    async def story() -> None:
        host = await enrolled(world, tmp_path / "d", FaultyLink(world.app))
        await host.lock()
        first, second = asyncio.create_task(host.unlock(PIN)), asyncio.create_task(come_in(host))
        await first
        opened = device_of(host)
        await second

        assert device_of(host) is opened
        await host.lock()
        assert not opened.store._vault.unlocked
        assert isinstance(await host.unlock(PIN), Unlocked)
        await host.close()
        world.close()

    asyncio.run(story())


def test_nobody_enrols_while_somebody_is_in_and_no_device_is_made(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        world.person("nikos", "rep", "Lyon")
        host = await enrolled(world, tmp_path / "d", FaultyLink(world.app))
        opened = device_of(host)

        with pytest.raises(AlreadyEnrolled):
            await host.enrol(SERVER, "nikos", PASSWORD, PIN, "phone")

        assert device_of(host) is opened
        with world.database.read() as connection:
            assert len(list_devices(connection)) == 1
        await host.close()
        world.close()

    asyncio.run(story())


ASKING = {
    "/auth/sign-in": lambda host: host.sign_in("elodie", PASSWORD),
    "/organisation": lambda host: host.change_server(SERVER),
    "/sync/pull": lambda host: host.retire(Remains()),
}


@pytest.mark.parametrize("path", ASKING)
def test_a_lock_does_not_wait_for_an_office_that_does_not_answer(world: World, tmp_path: Path, path: str) -> None:
    async def story() -> None:
        link = SlowLink(world)
        host = await enrolled(world, tmp_path / "d", link)
        link.faults.append((path, link.hold))
        asking = asyncio.create_task(ASKING[path](host))
        await link.reached.wait()

        async with asyncio.timeout(5):
            await host.lock()

        assert isinstance(host.state, Shut)
        with pytest.raises(VaultLocked):
            await asking
        await host.unlock(PIN)
        account = world.account("Fournil", "Lyon")
        while not await device_of(host).accounts.count():
            await asyncio.sleep(0.01)
        assert (await device_of(host).contacts.create({"account_id": account, "first_name": "Zoé", "last_name": "Late"})).txn
        await host.close()
        world.close()

    asyncio.run(story())


def test_the_order_to_wipe_does_not_wait_for_an_office_that_does_not_answer(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        link = SlowLink(world)
        host = await enrolled(world, tmp_path / "d", link)
        opened = host._open
        assert opened is not None
        with world.database.write() as connection:
            revoke_device(connection, opened.tokens.session.device_code, world.clock.now_ms())
        link.faults.append(("/auth/sign-in", link.hold))
        asking = asyncio.create_task(host.sign_in("elodie", PASSWORD))
        await link.reached.wait()

        await opened.engine.round()
        async with asyncio.timeout(5):
            await host._beside.ended()

        assert host.state == NotEnrolled(SERVER, "device_revoked")
        with pytest.raises(VaultLocked):
            await asking
        await host.close()
        world.close()

    asyncio.run(story())
