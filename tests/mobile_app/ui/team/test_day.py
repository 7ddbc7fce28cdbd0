"""A rep's visits as a day to scale."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import flet as ft

from mobile_app.data.repositories.rows import VisitRow
from mobile_app.ui.design import Block, DayStrip
from mobile_app.ui.features.team.day import blocks, first, hour, span, status_of

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY, PARIS = NOON.date(), "Europe/Paris"
PLANNED = VisitRow("v1", "a1", "Maison Perrin", "u1", "Élodie", NOON, None, None, "Europe/Athens", "planned", "", "", "", False, False)


def test_a_visit_that_should_have_begun_is_late_and_on_the_next_day_missed() -> None:
    statuses = [status_of(PLANNED, NOON + timedelta(minutes=later)) for later in (-30, 10, 20, 24 * 60)]

    assert statuses == ["planned", "planned", "late", "missed"]


def test_a_visit_is_drawn_on_the_clocks_of_whoever_looks_and_so_is_now() -> None:
    here = replace(PLANNED, state="checked_in", arrived_at=NOON - timedelta(minutes=45))

    (drawn,) = blocks([here], NOON, DAY, PARIS)

    assert (drawn.start, drawn.end, drawn.status) == (12.25, 13.0, "here")
    assert drawn.end == hour(NOON, DAY, PARIS)


def test_hours_go_on_past_midnight_and_begin_before_it() -> None:
    begins = [hour(NOON + timedelta(hours=hours), DAY, PARIS) for hours in (-14, 11.5)]

    assert begins == [-1, 24.5]


def test_a_strip_begins_and_ends_where_the_earliest_and_the_latest_do_in_hours_of_the_day() -> None:
    early, late = Block(5.5, 6, "done"), Block(18.5, 19, "planned")

    assert [span(drawn) for drawn in ([], [early], [late], [early, late], [Block(-2, 25, "here")])] == [
        (8, 18),
        (4, 18),
        (8, 20),
        (4, 20),
        (0, 24),
    ]


def test_a_short_visit_that_has_been_does_not_reach_over_the_line_of_now() -> None:
    strip = cast("ft.Semantics", DayStrip([Block(9, 10, "done"), Block(12.9, 13.0, "here")], 13.0, ""))

    track = cast("ft.Row", cast("ft.Container", cast("ft.Stack", cast("ft.Column", strip.content).controls[0]).controls[-1]).content)
    widths = [int(piece.expand or 0) for piece in track.controls]

    assert sum(widths[:-1]) == 5 * 60


def test_a_visit_in_progress_grows_with_the_time_and_comes_in_order() -> None:
    here = replace(PLANNED, id="v2", state="checked_in", arrived_at=NOON - timedelta(hours=1))
    later = replace(PLANNED, id="v3", planned_at=NOON + timedelta(hours=2))

    drawn = blocks([later, here], NOON, DAY, PARIS)

    assert [(block.start, block.end, block.status) for block in drawn] == [(12.0, 13.0, "here"), (15.0, 15.5, "planned")]


def test_a_visit_without_any_time_is_not_drawn() -> None:
    assert blocks([replace(PLANNED, planned_at=None)], NOON, DAY, PARIS) == []
    assert first([PLANNED], "missed", NOON) is None
