"""The manager's tablet: the team's day, and visits to review."""

from contextlib import AbstractAsyncContextManager

import flet as ft
import pytest

from mobile_app.data.repositories.visit_detail import VisitDetail
from shared.models.registry import ORG_SCOPE
from shared.sync.record import Record
from tests.mobile_app.data.store.phone import Phone, server_record
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import Rep, rep

NOW = 1_790_000_000_000
HOUR = 3_600_000
TABLET = 1024.0


def visit(id_: str, at: int, state: str = "checked_out", **fields: object) -> Record:
    values: dict[str, object] = {"account_id": "a1", "user_id": "u3", "zone": "Europe/Paris", "planned_at": at, "state": state, **fields}
    if state in ("checked_out", "reviewed"):
        values |= {"arrived_at": at, "left_at": at + HOUR // 2}
    return server_record("visit", id_, 5, **values)  # type: ignore[arg-type]


def marc() -> Record:
    return server_record("user", "u3", 5, scope=ORG_SCOPE, name="Marc Delorme", initials="MD", role="rep", language="fr", active=True)


def manager(*records: Record, route: str = "/team", width: float = TABLET, phone: Phone | None = None) -> AbstractAsyncContextManager[Rep]:
    return rep(marc(), *records, route=route, width=width, role="manager", phone=phone)


async def now(r: Rep, id_: str) -> VisitDetail:
    return await r.device.visits.get(id_)


def test_each_reps_day_is_a_card_also_without_visits_and_a_tap_shows_the_road() -> None:
    async def go() -> list[str]:
        async with manager(visit("v1", NOW - HOUR, outcome="order"), visit("v2", NOW + HOUR, "planned", account_id="a3")) as r:
            await r.sees("Marc Delorme")
            await r.sees("Nothing planned")
            await r.h.tap("Marc Delorme, ")
            await r.sees("Œuvre de Pain")
            return r.shown()

    shown = run(go())

    assert {"1/2", "0/0", "1 visit to review", "Élodie Martin"} <= set(shown)


def test_a_rep_in_another_zone_is_told_on_the_managers_clock_with_the_time_there() -> None:
    here = visit("v1", NOW - HOUR, "checked_in", zone="Europe/Athens", arrived_at=NOW - HOUR, purpose="New oven")

    async def go() -> list[str]:
        async with manager(here) as r:
            await r.sees("At Maison Lefèvre since 15:13 (16:13 local time)")
            await r.h.tap("Marc Delorme, ")
            await r.sees("New oven")
            return r.shown()

    shown = run(go())

    assert "On site · New oven · 16:13 local time" in shown
    assert "15:13" in shown


def test_a_visit_under_review_is_told_on_the_managers_clock_with_the_time_there() -> None:
    async def go() -> list[str]:
        async with manager(visit("v1", NOW - HOUR, zone="Europe/Athens"), route="/review/v1") as r:
            await r.sees("Place and time")
            return r.shown()

    shown = run(go())

    assert any(words.startswith("In at 15:13 (16:13 local time), out at 15:43 (16:43 local time)") for words in shown)
    assert any("today, 15:13" in words for words in shown)


def test_another_day_is_a_tap_away_and_so_is_today() -> None:
    async def go() -> None:
        async with manager(visit("v1", NOW - 24 * HOUR, "planned")) as r:
            await r.sees("0/0")
            await r.tap("day-before")
            await r.sees("Missed: Maison Lefèvre")
            await r.tap("day-today")
            await r.h.until(lambda: not any("Missed: " in text for text in r.shown()))

    run(go())


def test_on_a_phone_a_reps_visits_cover_the_team_until_one_goes_back() -> None:
    async def go() -> None:
        async with manager(visit("v1", NOW - HOUR), width=390) as r:
            await r.sees("Marc Delorme")
            await r.h.tap("Marc Delorme, ")
            await r.sees("Places come from check-ins")
            await r.tap("back")
            await r.sees("Élodie Martin")

    run(go())


def test_a_visit_far_from_the_address_is_flagged_with_its_distance_and_accuracy() -> None:
    far = visit("v1", NOW - HOUR, arrived_lat=45.80, arrived_lon=4.84, arrived_accuracy=8.0, arrived_mocked=False, place_status="ok")

    async def go() -> list[str]:
        async with manager(far, route="/review/v1") as r:
            await r.sees("Place and time")
            return r.shown()

    shown = run(go())

    assert "4.4\u00a0km from the address" in shown
    assert "Accuracy 8\u00a0m" in shown


def test_a_simulated_place_is_said_and_a_declined_one_is_fine() -> None:
    fake = visit("v1", NOW - HOUR, arrived_lat=45.76, arrived_lon=4.84, arrived_accuracy=8.0, arrived_mocked=True, place_status="ok")

    async def go() -> None:
        async with manager(fake, visit("v2", NOW - 2 * HOUR, place_status="declined"), route="/review/v1") as r:
            await r.sees("Simulated place")
            await r.tap("review-v2")
            await r.sees("The visit counts all the same.")

    run(go())


def test_the_first_visit_is_open_at_once_beside_the_list_and_the_next_after_it() -> None:
    async def go() -> tuple[str, str]:
        async with manager(visit("v1", NOW - HOUR), visit("v2", NOW - 2 * HOUR, account_id="a3"), route="/review") as r:
            await r.sees("1 of 2")
            before = r.route
            await r.tap("mark-reviewed")
            await r.sees("1 of 1")
            await r.tap("mark-reviewed")
            await r.sees("Nothing to review")
            return before, r.route

    assert run(go()) == ("/review", "/review")


def test_on_a_phone_the_list_is_all_there_is_until_one_is_chosen() -> None:
    async def go() -> list[str]:
        async with manager(visit("v1", NOW - HOUR), route="/review", width=390) as r:
            await r.sees("1 visit")
            return r.shown()

    assert "Mark as reviewed" not in run(go())


@pytest.mark.parametrize(("route", "marked"), [("/todo", 4), ("/conflicts", 4), ("/settings", None), ("/visits/v1", 1), ("/review", 1)])
def test_the_rail_marks_where_one_is_and_nothing_where_no_place_is_it(route: str, marked: int | None) -> None:
    async def go() -> int | None:
        async with manager(visit("v1", NOW - HOUR), route=route) as r:
            await r.h.settle()
            return r.h.find(ft.NavigationRail)[-1].selected_index

    assert run(go()) == marked


def test_a_comment_that_is_put_back_to_what_it_was_is_saved_too() -> None:
    async def go() -> str:
        async with manager(visit("v1", NOW - HOUR, comment="First"), route="/review/v1") as r:
            for comment in ("Second", "First"):
                await r.type("field-comment", comment, leave=True)
                await r.h.settle()
            return (await now(r, "v1")).comment

    assert run(go()) == "First"


def test_reviewing_writes_the_comment_and_shows_the_next() -> None:
    async def go() -> tuple[VisitDetail, str, list[str]]:
        async with manager(visit("v1", NOW - HOUR), visit("v2", NOW - 2 * HOUR, account_id="a3"), route="/review/v1") as r:
            await r.sees("1 of 2")
            await r.type("field-comment", "Well done with the contract")
            await r.tap("mark-reviewed")
            await r.sees("1 of 1")
            return await now(r, "v1"), r.route, [item.action for item in await r.phone.store.waiting()]

    first, route, actions = run(go())

    assert (first.state, first.comment, first.reviewed_at is not None) == ("reviewed", "Well done with the contract", True)
    assert (route, actions) == ("/review/v2", ["visit.comment", "visit.review"])


def test_the_last_review_says_that_all_are_done() -> None:
    async def go() -> str:
        async with manager(visit("v1", NOW - HOUR), route="/review/v1") as r:
            await r.tap("mark-reviewed")
            await r.sees("All visits are reviewed")
            return (await now(r, "v1")).state

    assert run(go()) == "reviewed"


def test_a_comment_is_saved_when_one_leaves_it_and_a_typed_one_survives_a_kill() -> None:
    async def go() -> tuple[str, str]:
        async with manager(visit("v1", NOW - HOUR), route="/review/v1") as r:
            await r.type("field-comment", "First", leave=True)
            await r.h.settle()
            saved = (await now(r, "v1")).comment
            await r.type("field-comment", "First, and more")
            phone: Phone = r.phone
        await phone.kill()
        async with manager(phone=phone, route="/review/v1") as r:
            await r.sees("Place and time")
            return saved, r.value("field-comment")

    assert run(go()) == ("First", "First, and more")


def test_a_planned_visit_of_a_colleague_can_be_read_and_has_nothing_to_review() -> None:
    async def go() -> list[str]:
        async with manager(visit("v1", NOW + HOUR, "planned", purpose="New oven"), route="/review/v1") as r:
            await r.sees("New oven")
            return r.shown()

    assert "Mark as reviewed" not in run(go())
