"""How long a phone opens without its server is the organisation's to say."""

from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.data.key_states import LeaseOver
from shared.errors import ServerRefused
from shared.sync.protocol import BROWSER
from tests.fakes.device import FakeClock
from tests.simulation.link import request_lost
from tests.simulation.test_rounds import play
from tests.simulation.world import PIN, Phone, World

DAY_MS = 86_400_000


def test_a_lease_of_three_days_ends_after_three_days(tmp_path: Path) -> None:
    async def story() -> None:
        world = World(tmp_path)
        world.config = replace(world.config, lease_days=3)
        world.start_server()
        world.person("elodie", "rep", "Lyon")
        elodie = await world.phone("elodie")
        await elodie.host.lock()

        elodie.clock.forward(3 * DAY_MS + 1)

        assert isinstance(await elodie.host.unlock(PIN), LeaseOver)
        await elodie.host.close()
        world.close()

    play(story())


def test_a_clock_that_is_ahead_for_one_round_stretches_no_lease(tmp_path: Path) -> None:
    async def story() -> None:
        world = World(tmp_path)
        world.person("elodie", "rep", "Lyon")
        elodie = await world.phone("elodie", clock=FakeClock(world.clock.now))
        elodie.clock.forward(80 * DAY_MS)
        assert (await elodie.round()).phase == "idle"
        await elodie.host.lock()

        elodie.clock.forward(-66 * DAY_MS + 1)

        assert isinstance(await elodie.host.unlock(PIN), LeaseOver)
        await elodie.host.close()
        world.close()

    play(story())


def test_the_lease_of_a_phone_that_only_enrolled_is_the_organisations_by_the_servers_clock(tmp_path: Path) -> None:
    async def story() -> None:
        world = World(tmp_path)
        world.config = replace(world.config, lease_days=3)
        world.start_server()
        world.person("elodie", "rep", "Lyon")
        clock = FakeClock(world.clock.now)
        clock.forward(80 * DAY_MS)
        elodie = Phone(world, "elodie", clock, "phone")
        elodie.link.faults = [("/v1/sync/pull", request_lost) for _ in range(9)]
        await elodie.enrol()
        await elodie.host.lock()

        clock.forward(-77 * DAY_MS + 1)

        assert isinstance(await elodie.host.unlock(PIN), LeaseOver)
        await elodie.host.close()
        world.close()

    play(story())


def test_a_device_in_a_browser_hears_at_its_next_round_that_its_lease_is_shorter(tmp_path: Path) -> None:
    async def story() -> None:
        world = World(tmp_path)
        world.person("elodie", "rep", "Lyon")
        tab, phone = await world.phone("elodie", name="tab", platform=BROWSER), await world.phone("elodie")
        world.config = replace(world.config, browser_days=2)
        world.start_server()
        for device in (tab, phone):
            await device.restart()
            await device.host.lock()

        world.clock.forward(2 * DAY_MS + 1)

        assert isinstance(await tab.host.unlock(PIN), LeaseOver)
        assert not isinstance(await phone.host.unlock(PIN), LeaseOver)
        for device in (tab, phone):
            await device.host.close()
        world.close()

    play(story())


def test_where_browsers_are_forbidden_a_device_that_is_there_sends_what_it_has_says_why_and_locks_in_time(tmp_path: Path) -> None:
    async def story() -> None:
        world = World(tmp_path)
        world.person("elodie", "rep", "Lyon")
        perrin = world.account("Maison Perrin", "Lyon")
        tab, phone = await world.phone("elodie", name="tab", platform=BROWSER), await world.phone("elodie")
        world.config = replace(world.config, browser_days=0)
        world.start_server()
        await tab.restart()
        await tab.edit("account", perrin, note="par la cour")

        end = await tab.round()
        await phone.round()

        assert (end.phase, end.code) == ("failed", "browsers_forbidden")
        assert (tab.device.status.now.waiting, tab.device.status.now.error_code) == (0, "browsers_forbidden")
        assert (await phone.shown("account", perrin)).fields["note"] == "par la cour"
        await tab.host.lock()
        world.clock.forward(14 * DAY_MS + 1)
        assert isinstance(await tab.host.unlock(PIN), LeaseOver)
        with pytest.raises(ServerRefused, match="browsers_forbidden"):
            await world.phone("elodie", name="another tab", platform=BROWSER)
        for device in (tab, phone):
            await device.host.close()
        world.close()

    play(story())
