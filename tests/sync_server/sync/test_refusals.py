"""What is refused stays refused, and stops nothing but what needs it."""

import msgspec
import pytest

from tests.sync_server.sync.sleepers import contact, drop_tombstones, known, passed
from tests.sync_server.world import World, ready

pytestmark = pytest.mark.usefixtures("engine")


def test_fault_39_one_bad_transaction_among_a_hundred_stops_none_of_the_others() -> None:
    _, account, phone = ready()
    bad = 57
    batch = [phone.edit("account", account, country="FR" if number != bad else "ZZ") for number in range(100)]

    outcomes = phone.push_all(*batch).outcomes

    assert [number for number, outcome in enumerate(outcomes) if outcome.status == "refused"] == [bad]
    assert [(error.field, error.code) for error in outcomes[bad].errors] == [("country", "not_a_country")]
    assert sum(outcome.status == "applied" for outcome in outcomes) == 99


def test_fault_42_what_needs_a_refused_transaction_is_held_and_goes_in_order_after_the_retry() -> None:
    world, _, phone = ready()
    account, creation = phone.create("account", name="New", territory_id=world.nantes)
    contact, below = phone.create("contact", account_id=account, last_name="Petit")
    below = msgspec.structs.replace(below, needs=(creation.id,))
    note = msgspec.structs.replace(phone.edit("contact", contact, note="Likes rye."), needs=(below.id,))

    first = phone.push_all(creation, below, note).outcomes
    world.authored("assignment", territory_id=world.nantes, user_id=world.elodie[0], valid_from="2026-01-01")
    anew = phone.transaction(*creation.changes)
    below_it = phone.transaction(*below.changes, needs=(anew.id,))
    second = phone.push_all(anew, below_it, phone.transaction(*note.changes, needs=(below_it.id,))).outcomes

    assert [outcome.status for outcome in first] == ["refused", "held", "held"]
    assert (first[1].by, first[2].by) == ((creation.id,), (below.id,))
    assert [outcome.status for outcome in second] == ["applied", "applied", "applied"]
    assert [outcome.rev for outcome in second] == sorted(outcome.rev for outcome in second)


def test_a_late_copy_of_what_was_refused_is_refused_again_though_it_would_be_taken_by_now() -> None:
    world, known, phone = ready()
    account, creation = phone.create("account", name="New", territory_id=world.nantes)
    _, below = phone.create("contact", account_id=account, last_name="Petit")
    below = msgspec.structs.replace(below, needs=(creation.id,))

    first = phone.push_all(creation, below).outcomes
    world.authored("assignment", territory_id=world.nantes, user_id=world.elodie[0], valid_from="2026-01-01")
    *again, other = phone.push_all(creation, below, phone.edit("account", known, city="Bron")).outcomes
    phone.pull()

    assert other.status == "applied"
    assert [(outcome.status, outcome.code, outcome.by) for outcome in again] == [
        (outcome.status, outcome.code, outcome.by) for outcome in first
    ]
    assert account not in phone.records


def test_a_late_copy_of_what_was_refused_does_not_ask_for_what_was_dropped_meanwhile() -> None:
    world = World()
    account = world.account()
    asleep, awake = world.phone(world.elodie), world.phone(world.marie)
    lucie = contact(world, awake, account)
    passed(world, asleep)
    sent = asleep.edit("contact", lucie, email="nobody")

    first = asleep.push(sent)
    awake.push(awake.delete("contact", lucie))
    drop_tombstones(world, awake)

    assert lucie not in known(world)
    assert (first.status, asleep.push(sent).status) == ("refused", "refused")


def test_a_refusal_whose_answer_was_lost_is_given_again_with_its_reasons() -> None:
    _, account, phone = ready()
    sent = phone.edit("account", account, country="ZZ")

    assert phone.push(sent) == phone.push(sent)


def test_an_empty_text_is_refused_alone_where_no_text_belongs() -> None:
    world, account, phone = ready()
    made = {"account_id": account, "user_id": world.elodie[0], "zone": "Europe/Paris", "state": "planned"}
    fields = ("planned_at", "next_step_on", "planned_minutes", "arrived_lat", "arrived_mocked")
    bad = [phone.create("visit", **made, **{name: ""})[1] for name in fields]

    *refused, good = phone.push_all(*bad, phone.edit("account", account, city="Lyon")).outcomes

    assert [outcome.errors[0].field for outcome in refused] == list(fields)
    assert good.status == "applied"
