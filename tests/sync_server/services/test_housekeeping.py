"""What a server does by itself once a day, whatever its clock said once."""

from sync_server.services.housekeeping import Housekeeping
from tests.sync_server.world import DAY, World


def test_a_clock_that_was_ahead_once_puts_the_daily_work_off_by_no_more_than_a_day() -> None:
    world = World()
    housekeeping, now = Housekeeping(world.database, world.clock), world.clock.now
    world.clock.now = now + 3_650 * DAY
    ahead = housekeeping.look()
    world.clock.now = now

    right, again = housekeeping.look(), housekeeping.look()

    assert (ahead, right, again) == (True, True, False)
