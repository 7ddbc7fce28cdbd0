"""What the page around the app is told of what the server has not settled."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mobile_app.bootstrap import Hosts, Ports
from mobile_app.bootstrap.host import DeviceHost
from mobile_app.bootstrap.telling import Telling
from mobile_app.data.gate import Opened
from mobile_app.data.key_file import KeyPolicy
from tests.fakes.device import SeededRandomness
from tests.fakes.shell import FakeShell
from tests.simulation.link import FaultyLink
from tests.simulation.world import PASSWORD, PIN, SERVER, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A server that Élodie and Nikos may sign in at."""
    made = World(tmp_path)
    made.person("elodie", "rep", "Lyon")
    made.person("nikos", "rep", "Lyon")
    return made


async def never(seconds: float) -> None:
    await asyncio.Event().wait()


def hosts(world: World, folder: Path) -> Hosts:
    link = FaultyLink(world.app)
    given = Ports(clock=world.clock, randomness=SeededRandomness(), sleep=never, transport=lambda: link, key_policy=KeyPolicy(scrypt_n=2))
    return Hosts(folder, SERVER, given)


async def works(host: DeviceHost, login: str, customer: str) -> None:
    """Enrol, write a customer that is not sent, lock."""
    await host.enrol(SERVER, login, PASSWORD, PIN, "browser")
    assert isinstance(host.state, Opened)
    device = host.state.device
    async with asyncio.timeout(10):
        while not (territories := await device.people.my_territories()):
            await asyncio.sleep(0.005)
    device.actions.set_work_offline(on=True)
    await device.accounts.create({"name": customer, "country": "FR", "territory_id": territories[0].id}, "")
    await host.lock()


def test_what_is_written_counts_at_once_and_still_at_the_locked_door_and_after_a_start(world: World, tmp_path: Path) -> None:
    async def story() -> tuple[list[int], list[int]]:
        before, after = FakeShell(), FakeShell()
        first = hosts(world, tmp_path / "web")
        host = await first.host_for("browser")
        Telling(host, before)
        await works(host, "elodie", "Maison Perrin")
        await first.close()
        second = hosts(world, tmp_path / "web")
        Telling(await second.host_for("browser"), after)
        await second.close()
        return before.counts, after.counts

    assert asyncio.run(story()) == ([0, 1], [1])


def test_what_another_person_has_not_sent_from_here_counts_too(world: World, tmp_path: Path) -> None:
    async def story() -> list[int]:
        shell = FakeShell()
        made = hosts(world, tmp_path / "web")
        host = await made.host_for("browser")
        Telling(host, shell)
        await works(host, "elodie", "Maison Perrin")
        await host.add_user()
        await works(host, "nikos", "Four du Port")
        await made.close()
        return shell.counts

    assert asyncio.run(story()) == [0, 1, 2]
