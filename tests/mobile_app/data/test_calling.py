"""A screen that fails when it hears of something ends nothing else."""

from __future__ import annotations

import pytest

from mobile_app.data.notifier import Notifier
from mobile_app.data.sync_status import SyncState, SyncStatus


def fails(_what: object) -> None:
    raise KeyError("a screen of its own")


def test_a_listener_that_fails_keeps_a_change_from_nobody(caplog: pytest.LogCaptureFixture) -> None:
    notifier, heard = Notifier(), list[frozenset[str]]()
    notifier.subscribe(["visit"], fails)
    notifier.subscribe(["visit"], heard.append)

    notifier.publish(frozenset({"visit", "quote"}))

    assert heard == [frozenset({"visit"})]
    assert [record.getMessage() for record in caplog.records] == ["a listener failed"]


def test_a_listener_that_fails_does_not_end_the_round_that_said_something() -> None:
    status, heard = SyncStatus(), list[SyncState]()
    status.subscribe(fails)
    status.subscribe(heard.append)

    status.update(phase="pushing")

    assert [state.phase for state in heard] == ["pushing"]
