"""How long a phone opens without its server is the organisation's to say."""

from dataclasses import replace
from pathlib import Path

from mobile_app.data.key_states import LeaseOver
from tests.simulation.test_rounds import play
from tests.simulation.world import PIN, World

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
