"""Visits: facts stand as written, oddities are kept as evidence, only a manager reviews."""

import json

import pytest

from shared.sync.change import Edit
from shared.sync.policy import Value
from shared.sync.protocol import Outcome
from sync_server.storage import transactions
from tests.sync_server.world import DAY, MINUTE, Phone, World

pytestmark = pytest.mark.usefixtures("engine")


def _visited(world: World, phone: Phone, **fields: Value) -> tuple[str, str, str]:
    """Check in somewhere; gives the visit, the outcome's status and the flags."""
    account = world.account()
    made: dict[str, Value] = {"account_id": account, "user_id": phone.device.user_id, "zone": "Europe/Paris", "state": "checked_in"}
    visit, transaction = phone.create("visit", **(made | {"arrived_at": world.clock.now + phone.skew} | fields))
    outcome = phone.push(transaction)
    with world.database.read() as connection:
        flags = transactions.logged(connection, [transaction.id])[transaction.id].flags
    return visit, outcome.status, flags or "[]"


def test_a_back_dated_arrival_is_accepted_as_it_is_and_flagged() -> None:
    world = World()
    phone = world.phone(world.elodie)
    claimed = world.clock.now - 3 * 60 * MINUTE

    visit, status, flags = _visited(world, phone, arrived_at=claimed)
    phone.pull()

    assert status == "applied"
    assert json.loads(flags) == [f"arrival_off:{visit}"]
    assert phone.records[visit].value("arrived_at") == claimed


def test_an_honest_arrival_sent_days_later_is_not_flagged() -> None:
    world = World()
    phone = world.phone(world.elodie)
    phone.skew = -2 * DAY

    _, status, flags = _visited(world, phone)

    assert (status, json.loads(flags)) == ("applied", [])


def test_a_mocked_place_is_kept_and_flagged() -> None:
    world = World()
    phone = world.phone(world.elodie)

    visit, status, flags = _visited(world, phone, arrived_lat=45, arrived_lon=-0.0, arrived_mocked=True)
    phone.pull()

    assert (status, json.loads(flags)) == ("applied", [f"place_mocked:{visit}"])
    assert phone.records[visit].value("arrived_mocked") is True
    assert phone.last is not None
    assert phone.digests() == phone.last.digests


def test_the_facts_of_an_arrival_are_final() -> None:
    world = World()
    phone = world.phone(world.elodie)
    visit, _, _ = _visited(world, phone)
    phone.pull()

    outcome = phone.push(phone.edit("visit", visit, arrived_at=world.clock.now + MINUTE))

    assert (outcome.status, outcome.code) == ("refused", "fact_is_final")


def test_nobody_leaves_before_arriving() -> None:
    world = World()
    phone = world.phone(world.elodie)
    visit, _, _ = _visited(world, phone)
    phone.pull()

    outcome = phone.push(phone.edit("visit", visit, state="checked_out", left_at=world.clock.now - MINUTE))

    assert (outcome.status, outcome.errors[0].code) == ("refused", "left_before_arrived")


@pytest.mark.parametrize(("field", "value"), [("comment", "Well done"), ("reviewed_by", "me"), ("reviewed_at", 1), ("state", "reviewed")])
def test_only_a_manager_reviews(field: str, value: Value) -> None:
    world = World()
    phone = world.phone(world.elodie)
    visit, _, _ = _visited(world, phone)
    phone.pull()
    phone.push(phone.edit("visit", visit, state="checked_out", left_at=world.clock.now))
    phone.pull()

    outcome = phone.push(phone.edit("visit", visit, **{field: phone.device.user_id if value == "me" else value}))

    assert (outcome.status, outcome.code) == ("refused", "manager_only")


def test_a_manager_reviews_in_her_own_name() -> None:
    world = World()
    phone, manager = world.phone(world.elodie), world.phone(world.marie)
    visit, _, _ = _visited(world, phone)
    phone.pull()
    phone.push(phone.edit("visit", visit, state="checked_out", left_at=world.clock.now))
    manager.pull()

    forged = manager.push(manager.edit("visit", visit, state="reviewed", reviewed_by=world.elodie[0]))
    honest = manager.push(manager.edit("visit", visit, state="reviewed", reviewed_by=world.marie[0], comment="Well done"))

    assert (forged.status, forged.code) == ("refused", "own_name_only")
    assert honest.status == "applied"


def test_two_who_were_at_one_visit_at_different_times_are_both_taken_and_asked_about() -> None:
    world = World()
    account = world.account()
    visit = world.authored("visit", account_id=account, user_id=world.elodie[0], zone="UTC", state="planned", planned_at=world.clock.now)
    first, second = world.phone(world.marie), world.phone(world.elodie)
    for phone in (first, second):
        phone.pull()
    noon = world.clock.now

    def made(phone: Phone, arrived: int) -> list[Outcome]:
        """Check in and out as the app does, in two steps."""
        phone.world.clock.now = arrived
        came = phone.edit("visit", visit, state=Edit("checked_in", "planned"), arrived_at=arrived)
        left = phone.edit("visit", visit, state=Edit("checked_out", "checked_in"), left_at=arrived + MINUTE, note=Edit("Order: 12.", ""))
        return [*phone.push_all(came, left).outcomes]

    outcomes = [*made(first, noon), *made(second, noon + 10 * MINUTE)]
    first.pull()

    assert "refused" not in {outcome.status for outcome in outcomes}
    assert first.conflict(visit, "arrived_at").values == {str(noon), str(noon + 10 * MINUTE)}
    assert first.conflict(visit, "left_at").values == {str(noon + MINUTE), str(noon + 11 * MINUTE)}


def test_nobody_leaves_before_she_arrived() -> None:
    world = World()
    account = world.account()
    phone = world.phone(world.elodie)
    now = world.clock.now
    fields: dict[str, Value] = {"user_id": world.elodie[0], "zone": "UTC", "state": "planned", "planned_at": now}
    visit, made = phone.create("visit", account_id=account, **fields)
    came = phone.edit("visit", visit, state=Edit("checked_in", "planned"), arrived_at=now)
    left = phone.edit("visit", visit, state=Edit("checked_out", "checked_in"), left_at=now - MINUTE)

    outcomes = phone.push_all(made, came, left).outcomes

    assert [(outcome.status, [error.code for error in outcome.errors]) for outcome in outcomes[2:]] == [
        ("refused", ["left_before_arrived"])
    ]


def test_of_two_who_review_at_once_both_are_kept_nobody_is_asked_and_nobody_else_may_change_it() -> None:
    world = World()
    rep, first = world.phone(world.elodie), world.phone(world.marie)
    second = world.phone(world.user("Zoé", "manager", world.lyon))
    visit, status, _ = _visited(world, rep)
    assert status == "applied"
    rep.push(rep.edit("visit", visit, state=Edit("checked_out", "checked_in"), left_at=world.clock.now + MINUTE))
    for phone in (first, second):
        phone.pull()
    for phone in (first, second):
        phone.push(phone.edit("visit", visit, state=Edit("reviewed", "checked_out"), reviewed_by=phone.device.user_id))
    rep.pull()
    stands = rep.records[visit].value("reviewed_by")
    kept = rep.conflict(visit, "reviewed_by")
    assert (stands, kept.state, kept.stands) == (first.device.user_id, "closed", first.device.user_id)
    assert kept.values == {first.device.user_id, second.device.user_id}

    forged = rep.push(rep.edit("visit", visit, reviewed_by=second.device.user_id))
    accepted = rep.push(rep.edit("visit", visit, reviewed_by=stands))
    rep.pull()

    assert (forged.status, forged.code) == ("refused", "manager_only")
    assert accepted.status == "applied"
    assert (rep.conflict(visit, "reviewed_by").state, rep.records[visit].value("reviewed_by")) == ("closed", stands)
