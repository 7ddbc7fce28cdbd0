"""Planning a visit: the day, the time, and times as people write them."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_app.ui.features.visits.plan import instant, parse_clock
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import rep


def test_a_visit_is_planned_in_the_zone_where_we_are() -> None:
    async def go() -> list[tuple[int, str, str]]:
        async with rep(route="/visits/new?account=a1") as r:
            await r.sees("Plan a visit")
            await r.type("field-day", "24/9/2026")
            await r.type("field-time", "9h30")
            await r.type("field-purpose", "Flour")
            await r.tap("save-plan")
            await r.h.until(lambda: r.route != "/visits/new?account=a1")
            made = await r.device.visits.of_account("a1")
            return [(round(row.planned_at.timestamp()), row.zone, row.purpose) for row in made if row.planned_at]

    assert run(go()) == [(instant(date(2026, 9, 24), time(9, 30), "Europe/Paris") // 1000, "Europe/Paris", "Flour")]


def test_a_day_that_is_none_is_said_at_its_field() -> None:
    async def go() -> None:
        async with rep(route="/visits/new?account=a1") as r:
            await r.type("field-day", "soon")
            await r.tap("save-plan")
            await r.sees("Write a day such as 24/3/2026.")

    run(go())


def test_a_day_that_is_over_is_said_at_its_field_and_nothing_is_planned() -> None:
    async def go() -> int:
        async with rep(route="/visits/new?account=a1") as r:
            await r.type("field-day", "24/3/2025")
            await r.tap("save-plan")
            await r.sees("This day is over: 24/03/2025.")
            return len(await r.device.visits.of_account("a1"))

    assert run(go()) == 0


@pytest.mark.parametrize(
    ("typed", "read"),
    [("9", time(9)), ("09h30", time(9, 30)), ("9.30", time(9, 30)), ("0930", time(9, 30)), ("24:00", None), ("9:60", None), ("no", None)],
)
def test_a_time_is_read_as_people_write_it(typed: str, read: time | None) -> None:
    assert parse_clock(typed) == read


@given(st.times())
def test_a_time_as_shown_is_read_back(moment: time) -> None:
    assert parse_clock(moment.strftime("%H:%M")) == moment.replace(second=0, microsecond=0, fold=0)


@given(st.text(max_size=8))
def test_whatever_is_typed_as_a_time_is_read_or_refused(typed: str) -> None:
    read = parse_clock(typed)

    assert read is None or isinstance(read, time)
