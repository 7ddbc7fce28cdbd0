"""A visit: there, what was said, gone again; one at a time, with or without a place."""

import flet as ft

from mobile_app.data.ports import Fix, PlaceRefused
from tests.fakes.dump import drafts
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.records import HOUR, NOW, at_rev, visit
from tests.mobile_app.ui.rep import rep

OPEN = visit("v1", "a1", NOW - HOUR, state="checked_in", arrived_at=NOW - 12 * 60_000)


def test_a_declined_place_is_fine_and_said_so() -> None:
    async def go() -> str:
        async with rep(visit("v1", "a1"), route="/visits/v1") as r:
            r.places.answer = PlaceRefused("denied")
            await r.tap("check-in")
            await r.sees("Without a place: the app may not use it. The visit counts all the same.")
            return (await r.device.visits.get("v1")).place_status

    assert run(go()) == "denied"


def test_a_fix_is_kept_with_its_accuracy_and_whether_it_was_simulated() -> None:
    async def go() -> tuple[float | None, bool]:
        async with rep(visit("v1", "a1"), route="/visits/v1") as r:
            r.places.answer = Fix(45.7603, 4.8401, 8.0, mocked=True)
            await r.tap("check-in")
            await r.sees("34\u00a0m from the address (±\u00a08\u00a0m)")
            await r.sees("The phone says this place is simulated")
            kept = await r.device.visits.get("v1")
            return kept.arrived_accuracy, kept.arrived_mocked

    assert run(go()) == (8.0, True)


def test_a_second_visit_waits_for_the_end_of_the_first() -> None:
    async def go() -> str | None:
        async with rep(OPEN, visit("v2", "a3"), route="/visits/v2") as r:
            await r.tap("check-in")
            await r.sees("You are still at Maison Lefèvre")
            await r.tap("go-to-open-visit")
            await r.sees("Here since")
            assert r.route == "/visits/v1"
            return await r.device.visits.open_visit()

    assert run(go()) == "v1"


def test_a_visit_ends_with_all_that_was_written_as_one_transaction() -> None:
    async def go() -> list[str]:
        async with rep(OPEN, route="/visits/v1") as r:
            await r.type("field-note", "Wants the Bongard.")
            await r.tap("outcome-0-1")
            await r.type("field-next_step", "Call back")
            await r.tap("field-next_step_on-offer-0-0")
            await r.tap("check-out")
            await r.sees("What came of it")
            await r.sees("Next step: Call back, tomorrow")
            await r.sees("Quote asked")
            assert drafts(r.device.store) == []
            return [item.action for item in await r.device.store.waiting()]

    assert run(go()) == ["visit.check_out"]


def test_notes_that_were_typed_survive_a_kill() -> None:
    async def go() -> str:
        async with rep(OPEN, route="/visits/v1") as r:
            await r.type("field-note", "Wants the Bongard.")
            phone = r.phone
        await phone.kill()
        async with rep(phone=phone, route="/visits/v1") as again:
            await again.sees("Here since")
            return again.value("field-note")

    assert run(go()) == "Wants the Bongard."


def test_notes_are_merged_with_what_a_colleague_wrote_meanwhile() -> None:
    """The form keeps what it showed when one began to write: the other's line is not overwritten unseen."""
    before = visit("v1", "a1", NOW - HOUR, state="checked_in", arrived_at=NOW - 60_000, note="Oven is old.\nTwo bakers.")

    async def go() -> str:
        async with rep(before, route="/visits/v1") as r:
            await r.type("field-note", "Oven is old.\nTwo bakers.\nWants the Bongard.")
            theirs = visit("v1", "a1", NOW - HOUR, state="checked_in", arrived_at=NOW - 60_000, note="Oven is very old.\nTwo bakers.")
            await r.phone.pull(at_rev(theirs, 9))
            await r.h.settle()
            assert r.value("field-note") == "Oven is old.\nTwo bakers.\nWants the Bongard."
            await r.tap("save-notes")
            await r.sees("Saved on this phone at 16:13")
            return (await r.device.visits.get("v1")).note

    assert run(go()) == "Oven is very old.\nTwo bakers.\nWants the Bongard."


def test_what_cannot_be_saved_is_said_at_its_field() -> None:
    async def go() -> str | None:
        async with rep(OPEN, route="/visits/v1") as r:
            await r.type("field-next_step_on", "31/2/2026")
            await r.tap("check-out")
            await r.sees("This is not a date. Type day, month and year.")
            return await r.device.visits.open_visit()

    assert run(go()) == "v1"


def test_a_visit_that_is_over_can_be_corrected() -> None:
    over = visit("v1", "a1", state="checked_out", arrived_at=NOW - HOUR, left_at=NOW, note="Old")

    async def go() -> str:
        async with rep(over, route="/visits/v1") as r:
            await r.tap("edit-notes")
            await r.type("field-note", "New")
            await r.tap("save-visit")
            await r.sees("What came of it")
            return (await r.device.visits.get("v1")).note

    assert run(go()) == "New"


def test_a_planned_visit_is_called_off_after_a_question() -> None:
    async def go() -> str:
        async with rep(visit("v1", "a1"), route="/visits/v1") as r:
            await r.tap("call-off")
            await r.tap("confirm-call-off")
            await r.sees("Cancelled")
            return (await r.device.visits.get("v1")).state

    assert run(go()) == "cancelled"


def test_a_colleagues_visit_is_only_read() -> None:
    async def go() -> None:
        async with rep(visit("v1", "a1", user_id="u9"), route="/visits/v1") as r:
            await r.sees("The plan")
            assert not r.h.find(ft.Semantics, identifier="check-in")

    run(go())


def test_a_visit_that_is_not_here_says_so() -> None:
    async def go() -> None:
        async with rep(route="/visits/nothing") as r:
            await r.sees("This is no longer here")

    run(go())
