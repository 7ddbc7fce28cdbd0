"""A customer's page: who is there, what is open, what was agreed, and ways to reach them."""

import msgspec
import pytest

from shared.models.conflict import ConflictEntry
from tests.mobile_app.data.store.phone import account, server_record
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.records import HOUR, NOW, contact, said, visit
from tests.mobile_app.ui.rep import rep


def test_the_page_shows_people_open_quotes_visits_and_what_was_agreed() -> None:
    made = visit(
        "v1", "a1", NOW - 50 * HOUR, state="checked_out", arrived_at=NOW - 50 * HOUR, left_at=NOW, outcome="order", next_step="Call Ann"
    )
    quote = server_record(
        "quote", "q1", 5, account_id="a1", user_id="u1", number="Q26-K7-0001", state="sent", currency="EUR", gross_total=120_000
    )
    person = contact("c1", "a1", first_name="Claire", last_name="Moinard", job_title="Gérante", phones=["+33600002806"])

    async def go() -> None:
        async with rep(made, quote, person, route="/customers/a1") as r:
            for words in ("Claire Moinard", "Q26-K7-0001", "€1,200.00", "Order", "Next step: Call Ann", "Maison Lefèvre"):
                await r.sees(words)

    run(go())


def test_a_call_goes_to_the_phone_and_without_one_the_number_is_said() -> None:
    async def go() -> list[tuple[object, ...]]:
        async with rep(route="/customers/a1") as r:
            await r.tap("call")
            r.opener.works = False
            await r.tap("message")
            await r.sees("No messages app here. The number is +33 4 72 00 11 22.")
            return r.opener.asked

    assert run(go()) == [("call", "+33 4 72 00 11 22"), ("message", "+33 4 72 00 11 22")]


def test_a_visit_begins_from_the_page_at_the_stop_that_was_planned_today() -> None:
    async def go() -> str:
        async with rep(visit("v1", "a1", NOW + HOUR), route="/customers/a1") as r:
            await r.tap("start-visit")
            await r.sees("Here since")
            return r.route

    assert run(go()) == "/visits/v1"


def test_a_visit_begins_where_nobody_had_planned_to() -> None:
    async def go() -> str | None:
        async with rep(route="/customers/a1") as r:
            await r.tap("start-visit")
            await r.sees("Here since")
            opened = await r.device.visits.open_visit()
            assert r.route == f"/visits/{opened}"
            return opened

    assert run(go())


def test_a_manager_does_not_start_visits() -> None:
    async def go() -> bool:
        async with rep(route="/customers/a1", role="manager") as r:
            await r.sees("Maison Lefèvre")
            return any("Start a visit" in text for text in r.shown())

    assert not run(go())


HOURS = "Tu-Sa 06:30-13:00,15:30-19:30; Su off"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Tuesday to Saturday: 06:30–13:00, 15:30–19:30\nSunday: closed"),
        ("fr", "Du mardi au samedi\u00a0: 06:30–13:00, 15:30–19:30\nDimanche\u00a0: fermé"),
        ("el", "Τρίτη έως Σάββατο: 06:30–13:00, 15:30–19:30\nΚυριακή: κλειστά"),
    ],
    ids=["en", "fr", "el"],
)
def test_hours_read_like_a_persons_words_in_the_readers_language(language: str, said: str) -> None:
    async def go() -> None:
        async with rep(account("a9", 6, name="Four", opening_hours=HOURS), route="/customers/a9", language=language) as r:
            await r.sees(said)

    run(go())


@pytest.mark.parametrize(
    ("hours", "said"), [("24/7", "Ouvert jour et nuit"), ("Mo-Su,PH 08:00-24:00", "Du lundi au dimanche, jours fériés")]
)
def test_hours_of_every_day_are_said_as_such(hours: str, said: str) -> None:
    async def go() -> None:
        async with rep(account("a9", 6, name="Four", opening_hours=hours), route="/customers/a9", language="fr") as r:
            await r.sees(said)

    run(go())


def test_hours_that_somebody_wrote_freely_stay_as_they_are() -> None:
    async def go() -> None:
        async with rep(account("a9", 6, name="Four", opening_hours="le matin, sauf août"), route="/customers/a9", language="fr") as r:
            await r.sees("le matin, sauf août")

    run(go())


def test_a_value_changed_twice_leads_to_where_it_is_settled() -> None:
    entries = [ConflictEntry("+33 1", "u1", "K7", NOW), ConflictEntry("+33 2", "u2", "C3", NOW + 1)]
    about = {
        "account_id": "a1",
        "record_kind": "account",
        "record_id": "a1",
        "field": "phone",
        "entries": msgspec.json.encode(entries).decode(),
    }
    conflict = said("conflict", "x1", 6, {**about, "standing": 1, "state": "open", "opened_at": NOW})

    async def go() -> str:
        async with rep(conflict, route="/customers/a1") as r:
            await r.sees("1 value was changed twice")
            await r.tap("settle-conflict")
            await r.h.settle()
            return r.route

    assert run(go()) == "/todo"


def test_the_address_of_a_merged_customer_opens_the_one_that_stands_and_edits_it() -> None:
    async def go() -> list[str]:
        async with rep(account("a1", 5, name="Doublon", merged_into="a3"), route="/customers/a1") as r:
            await r.sees("Œuvre de Pain")
            r.session.go("/customers/a1/edit")
            await r.type("field-city", "Bron")
            await r.tap("save-customer")
            await r.h.until(lambda: r.route == "/customers/a1")
            return [change.id for item in await r.device.store.waiting() for change in item.changes]

    assert run(go()) == ["a3"]
