"""What a server does by itself once a day, whatever its clock said once."""

import logging

import pytest

from sync_server.services import compaction
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


def test_what_nobody_foresaw_is_logged_and_tried_again_the_next_day(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()
    housekeeping = Housekeeping(world.database, world.clock)

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(compaction, "compact", lambda *_: 1 // 0)
        failed = housekeeping.look()
    world.clock.now += DAY
    later = housekeeping.look()

    assert (failed, later) == (False, True)
    assert [line.message for line in caplog.records] == ["compaction failed"]
