"""A phone that asks and hears little is answered at once; whatever takes time goes to a thread, and says the same."""

from __future__ import annotations

import pytest

from shared.errors import DeviceRevoked, SessionExpired
from shared.sync.protocol import STUCK_MS
from sync_server.services.pull import BRIEF, NOTE_EVERY_MS, PullRequest
from sync_server.storage.tables import DEVICE
from tests.sync_server.sync.test_http import TOKEN, Line


def asleep_since(line: Line, customers: int) -> PullRequest:
    """What the phone asks after its hourly note, when so many customers are new."""
    line.world.pull.pull_as(TOKEN, PullRequest())
    line.phone.pull()
    for number in range(customers):
        line.world.account(f"Fournil {number}")
    return PullRequest(line.phone.cursor, digest=True)


@pytest.mark.parametrize("customers", [0, 1, BRIEF])
def test_little_is_given_at_once_and_is_what_a_thread_would_give(customers: int) -> None:
    line = Line()
    asked = asleep_since(line, customers)

    page = line.world.pull.brief(TOKEN, asked)

    assert page is not None
    assert page == line.world.pull.pull_as(TOKEN, asked)
    assert sum(len(rows.rows) for rows in page.kinds.values()) == customers


def test_much_is_left_to_a_thread() -> None:
    line = Line()
    asked = asleep_since(line, BRIEF + 1)

    assert line.world.pull.brief(TOKEN, asked) is None


def test_what_is_to_be_noted_is_left_to_a_thread_which_notes_it() -> None:
    line = Line()
    asked = asleep_since(line, 1)
    line.world.clock.now += NOTE_EVERY_MS

    further = PullRequest(line.world.pull.pull_as(TOKEN, asked).cursor)
    assert line.world.pull.brief(TOKEN, further) is None
    line.world.pull.pull_as(TOKEN, further)
    assert line.world.pull.brief(TOKEN, further) is not None


def test_an_outbox_that_is_stuck_or_is_so_no_more_is_noted() -> None:
    line = Line()
    asked = asleep_since(line, 0)
    stuck = PullRequest(asked.cursor, unsent=STUCK_MS)

    assert [line.world.pull.brief(TOKEN, each) is None for each in (asked, stuck)] == [False, True]
    line.world.pull.pull_as(TOKEN, stuck)
    assert [line.world.pull.brief(TOKEN, each) is None for each in (asked, stuck)] == [True, False]


def test_nobody_is_answered_at_once_who_would_not_be_answered() -> None:
    line = Line()
    asked = asleep_since(line, 0)
    with pytest.raises(SessionExpired):
        line.world.pull.brief("another", asked)
    with line.world.database.write() as connection:
        connection.execute(DEVICE.update().values(revoked_at=line.world.clock.now))
    with pytest.raises(DeviceRevoked):
        line.world.pull.brief(TOKEN, asked)


def test_a_database_behind_a_network_is_always_asked_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    asked = asleep_since(line, 0)
    monkeypatch.setattr(type(line.world.database), "waits_for_network", True)

    assert line.world.pull.brief(TOKEN, asked) is None
