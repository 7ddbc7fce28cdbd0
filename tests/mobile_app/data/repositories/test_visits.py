"""Visits: the tour with its distances, one open visit at a time, facts written once, the manager's review."""

import asyncio

import pytest

from mobile_app.data.ports import Fix
from mobile_app.data.repositories import Repositories
from shared.errors import RecordRefused
from shared.sync.record import Record
from tests.mobile_app.data.repositories.shop import DAY, shop
from tests.mobile_app.data.store.phone import Phone, server_record

FIX = Fix(45.76, 4.84, 12.0, mocked=False)


def planned(id_: str, account_id: str, at: int, state: str = "planned", user_id: str = "u1") -> Record:
    zone = "Europe/Paris"
    return server_record("visit", id_, 2, account_id=account_id, user_id=user_id, planned_at=at, planned_minutes=30, zone=zone, state=state)


async def morning() -> tuple[Phone, Repositories]:
    now = Phone().clock.now_ms()
    hour = 3_600_000
    visits = [planned("v1", "a1", now + hour), planned("v2", "a3", now + 2 * hour), planned("v3", "a2", now + DAY)]
    return await shop(*visits)


def test_the_tour_is_in_order_with_the_way_from_the_stop_before() -> None:
    async def scenario() -> None:
        _, repositories = await morning()

        stops = await repositories.visits.today()

        assert [(stop.id, stop.status) for stop in stops] == [("v1", "next"), ("v2", "planned")]
        assert stops[0].distance_m is None
        assert stops[1].distance_m == pytest.approx(3_300, rel=0.05)
        assert stops[1].travel_minutes is not None

    asyncio.run(scenario())


def test_checking_in_writes_the_step_and_its_facts_as_one_transaction() -> None:
    async def scenario() -> None:
        phone, repositories = await morning()

        await repositories.visits.check_in("v1", FIX, "ok")

        visit = await repositories.visits.get("v1")
        assert (visit.state, visit.arrived_accuracy, visit.place_status) == ("checked_in", 12.0, "ok")
        assert await repositories.visits.open_visit() == "v1"
        assert len(await phone.store.waiting()) == 1
        assert [stop.status for stop in await repositories.visits.today()] == ["here", "planned"]

    asyncio.run(scenario())


def test_a_visit_begins_without_a_place_where_permission_is_declined() -> None:
    async def scenario() -> None:
        _, repositories = await morning()

        await repositories.visits.check_in("v1", None, "denied")

        visit = await repositories.visits.get("v1")
        assert (visit.arrived_place, visit.place_status) == (None, "denied")

    asyncio.run(scenario())


def test_one_visit_is_open_at_a_time() -> None:
    async def scenario() -> None:
        _, repositories = await morning()
        await repositories.visits.check_in("v1", FIX, "ok")

        with pytest.raises(RecordRefused) as refused:
            await repositories.visits.check_in("v2", FIX, "ok")

        assert refused.value.code == "visit_already_open"
        with pytest.raises(RecordRefused):
            await repositories.visits.start("a2", None, "denied")

    asyncio.run(scenario())


def test_checking_out_takes_the_notes_along() -> None:
    async def scenario() -> None:
        phone, repositories = await morning()
        await repositories.visits.check_in("v1", FIX, "ok")
        visit = await repositories.visits.get("v1")
        phone.clock.forward(20 * 60_000)

        wanted = {"note": "Le four est fatigué.", "outcome": "interested"}
        await repositories.visits.check_out("v1", visit.base, visit.shown, wanted)

        after = await repositories.visits.get("v1")
        assert (after.state, after.note, after.outcome) == ("checked_out", "Le four est fatigué.", "interested")
        assert await repositories.visits.open_visit() is None
        await repositories.visits.check_in("v2", FIX, "ok")

    asyncio.run(scenario())


def test_nobody_leaves_without_having_arrived() -> None:
    async def scenario() -> None:
        _, repositories = await morning()

        with pytest.raises(RecordRefused) as refused:
            await repositories.visits.check_out("v1")

        assert refused.value.code == "illegal_step"

    asyncio.run(scenario())


def test_a_visit_can_begin_where_nobody_had_planned_to() -> None:
    async def scenario() -> None:
        _, repositories = await morning()

        written = await repositories.visits.start("a2", FIX, "ok")

        assert await repositories.visits.open_visit() == written.id
        assert written.id in [stop.id for stop in await repositories.visits.today()]

    asyncio.run(scenario())


def test_the_check_out_of_an_unsent_check_in_needs_it() -> None:
    async def scenario() -> None:
        phone, repositories = await morning()
        await repositories.visits.check_in("v1", FIX, "ok")
        await repositories.visits.check_out("v1")

        arrived, left = await phone.store.outgoing(500)

        assert left.needs == (arrived.id,)

    asyncio.run(scenario())


def test_the_manager_sees_the_day_of_each_rep_and_reviews_what_is_over() -> None:
    async def scenario() -> None:
        now = Phone().clock.now_ms()
        over = server_record(
            "visit",
            "v9",
            2,
            account_id="a1",
            user_id="u1",
            planned_at=now,
            zone="Europe/Paris",
            state="checked_out",
            arrived_at=now,
            left_at=now,
        )
        phone, repositories = await shop(over)

        (day,) = await repositories.visits.team_day()
        await repositories.visits.review("v9", "Bien joué")

        assert (day.user, day.done, day.to_review) == ("Élodie Martin", 1, 1)
        visit = await repositories.visits.get("v9")
        assert (visit.state, visit.comment, visit.reviewed_by) == ("reviewed", "Bien joué", "Élodie Martin")
        assert phone.store.status.now.waiting == 1

    asyncio.run(scenario())
