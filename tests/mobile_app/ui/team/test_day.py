"""A rep's visits as a day to scale."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mobile_app.data.repositories.rows import VisitRow
from mobile_app.ui.features.team.day import blocks, first, status_of

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PLANNED = VisitRow("v1", "a1", "Maison Perrin", "u1", "Élodie", NOON, None, None, "Europe/Athens", "planned", "", "", "", False, False)


def test_a_visit_that_should_have_begun_is_late_and_on_the_next_day_missed() -> None:
    statuses = [status_of(PLANNED, NOON + timedelta(minutes=later)) for later in (-30, 10, 20, 24 * 60)]

    assert statuses == ["planned", "planned", "late", "missed"]


def test_a_visit_is_drawn_where_it_took_place_on_the_clocks_of_its_own_town() -> None:
    made = replace(PLANNED, state="checked_out", arrived_at=NOON, left_at=NOON + timedelta(minutes=45))

    assert [(block.start, block.end, block.status) for block in blocks([made], NOON)] == [(14.0, 14.75, "done")]


def test_a_visit_in_progress_grows_with_the_time_and_comes_in_order() -> None:
    here = replace(PLANNED, id="v2", state="checked_in", arrived_at=NOON - timedelta(hours=1))
    later = replace(PLANNED, id="v3", planned_at=NOON + timedelta(hours=2))

    drawn = blocks([later, here], NOON)

    assert [(block.start, block.end, block.status) for block in drawn] == [(13.0, 14.0, "here"), (16.0, 16.5, "planned")]


def test_a_visit_without_any_time_is_not_drawn() -> None:
    assert blocks([replace(PLANNED, planned_at=None)], NOON) == []
    assert first([PLANNED], "missed", NOON) is None
