"""Today: the tour in order, where one is, where next, and how long things wait."""

import flet as ft
import pytest

from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.records import HOUR, NOW, visit
from tests.mobile_app.ui.rep import rep


def test_the_next_stop_is_checked_in_by_one_tap() -> None:
    async def go() -> str | None:
        async with rep(visit("v1", "a1", NOW + HOUR), visit("v2", "a3", NOW + 2 * HOUR)) as r:
            await r.sees("Next stop")
            await r.tap("check-in")
            await r.sees("Here since")
            assert r.route == "/visits/v1"
            return await r.device.visits.open_visit()

    assert run(go()) == "v1"


def test_a_visit_in_progress_comes_first_and_goes_on() -> None:
    here = visit("v1", "a1", NOW - HOUR, state="checked_in", arrived_at=NOW - 10 * 60_000)

    async def go() -> None:
        async with rep(here, visit("v2", "a3", NOW + HOUR)) as r:
            await r.sees("Visit in progress")
            assert not r.h.find(ft.Semantics, identifier="check-in")
            await r.tap("continue-visit")
            await r.sees("Here since 16:03")

    run(go())


def test_times_are_those_of_the_place_of_the_visit() -> None:
    async def go() -> None:
        async with rep(visit("v1", "a2", NOW + HOUR, zone="Europe/Athens")) as r:
            await r.sees("18:13")

    run(go())


def test_a_stop_that_should_have_begun_says_by_how_much_it_is_late() -> None:
    async def go() -> None:
        async with rep(visit("v1", "a1", NOW - HOUR), visit("v2", "a3", NOW + HOUR)) as r:
            await r.sees("Late by 1\u00a0h")
            await r.sees("Visits done: 0 of 2")

    run(go())


def test_the_way_to_the_next_stop_has_its_distance_and_its_time() -> None:
    done = visit("v1", "a1", NOW - HOUR, state="checked_out", arrived_at=NOW - HOUR, left_at=NOW - HOUR // 2)

    async def go() -> None:
        async with rep(done, visit("v2", "a3", NOW + HOUR)) as r:
            await r.sees("Done in 30\u00a0min")
            await r.sees("3.3\u00a0km · 11\u00a0min")

    run(go())


def test_a_day_without_stops_leads_to_the_customers() -> None:
    async def go() -> None:
        async with rep() as r:
            await r.sees("Nothing planned today")
            await r.tap("choose-customer")
            await r.sees("3 on this device")

    run(go())


def test_a_tour_that_is_over_says_so() -> None:
    async def go() -> None:
        async with rep(visit("v1", "a1", NOW - HOUR, state="checked_out", arrived_at=NOW - HOUR, left_at=NOW)) as r:
            await r.sees("The tour is done.")
            await r.sees("Visits done: 1 of 1")

    run(go())


def test_no_signal_names_what_is_safe_and_what_waits() -> None:
    async def go() -> None:
        async with rep(visit("v1", "a1", NOW + HOUR)) as r:
            r.device.status.update(phase="offline", waiting=3)
            await r.sees("No signal. Everything is saved on this phone. 3 changes wait to be sent.")

    run(go())


def test_the_customer_is_called_and_shown_on_the_map() -> None:
    async def go() -> list[tuple[object, ...]]:
        async with rep(visit("v1", "a1", NOW + HOUR)) as r:
            await r.tap("call")
            await r.tap("navigate")
            return r.opener.asked

    assert run(go()) == [("call", "+33 4 72 00 11 22"), ("navigate", 45.76, 4.84, "Maison Lefèvre")]


def test_a_tablet_shows_the_visit_of_the_moment_beside_the_tour() -> None:
    async def go() -> None:
        async with rep(visit("v1", "a1", NOW + HOUR, purpose="Four"), width=1024) as r:
            await r.sees("The tour")
            await r.sees("The plan")

    run(go())


def test_what_comes_from_elsewhere_is_shown_at_once() -> None:
    async def go() -> None:
        async with rep(visit("v1", "a1", NOW + HOUR)) as r:
            await r.sees("Visits done: 0 of 1")
            await r.phone.pull(visit("v2", "a3", NOW + 2 * HOUR))
            await r.sees("Visits done: 0 of 2")

    run(go())


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../../etc/passwd", "Europe"])
def test_a_visit_in_a_zone_that_this_phone_does_not_know_closes_no_screen(zone: str) -> None:
    async def go() -> None:
        async with rep(visit("v1", "a1", NOW + HOUR), visit("v2", "a2", NOW + 2 * HOUR, zone=zone)) as r:
            await r.sees("Next stop")
            await r.sees("17:13")

    run(go())
