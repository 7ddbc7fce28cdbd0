"""Phones that have not heard yet that a customer was merged into another one: what they write to it is not lost with it."""

import pytest

from tests.sync_server.world import MINUTE, Phone, World

pytestmark = pytest.mark.usefixtures("engine")


def afternoon() -> tuple[World, Phone, str, str]:
    """Élodie's phone knows two customers, of whom the office has made one since."""
    world = World()
    lost, stands = world.account("Fournil", phone="+33472000001"), world.account("Le Fournil", phone="+33472000002")
    phone = world.phone(world.elodie)
    phone.pull()
    return world, phone, lost, stands


def test_a_change_of_a_duplicate_goes_to_who_stands() -> None:
    world, phone, lost, stands = afternoon()
    edit = phone.edit("account", lost, website="https://fournil.example")
    world.rewrite("account", lost, merged_into=stands)

    phone.push(edit)
    phone.pull()

    assert phone.records[stands].value("website") == "https://fournil.example"
    assert phone.records[lost].value("website") is None


def test_a_value_that_meets_another_one_there_is_kept_in_a_conflict() -> None:
    world, phone, lost, stands = afternoon()
    edit = phone.edit("account", lost, phone="+33472000009")
    world.rewrite("account", lost, merged_into=stands)

    assert phone.push(edit).status == "conflict"
    phone.pull()
    assert phone.conflict(stands, "phone").values == {"+33472000002", "+33472000009"}


def test_what_is_below_a_duplicate_and_its_deletion_stay_with_it() -> None:
    world, phone, lost, stands = afternoon()
    person, create = phone.create("contact", account_id=lost, last_name="Roux")
    world.rewrite("account", lost, merged_into=stands)

    assert phone.push(create).status == "applied"
    assert phone.push(phone.delete("account", lost)).status != "refused"
    phone.pull()
    assert phone.records[person].root == lost
    assert phone.records[stands].live


def test_customers_merged_into_each_other_still_take_changes() -> None:
    world, phone, lost, stands = afternoon()
    edit = phone.edit("account", stands, website="https://fournil.example")
    world.rewrite("account", lost, merged_into=stands)
    world.rewrite("account", stands, merged_into=lost)

    phone.push(edit)
    phone.pull()

    assert phone.records[min(lost, stands)].value("website") == "https://fournil.example"


def test_who_wrote_to_both_unaware_that_they_are_one_is_asked_which_value_it_is() -> None:
    world = World()
    stands, other = world.account("A"), world.account("B")
    phone = world.phone(world.elodie)
    phone.pull()
    first, second = phone.edit("account", stands, phone="+33472000001"), phone.edit("account", other, phone="+33472000002")
    world.rewrite("account", other, merged_into=stands)

    outcomes = phone.push_all(first, second).outcomes
    phone.pull()

    assert [outcome.status for outcome in outcomes] == ["applied", "conflict"]
    assert phone.conflict(stands, "phone").values == {"+33472000001", "+33472000002"}


def test_a_question_about_a_duplicate_is_settled_and_its_answer_goes_to_who_stands() -> None:
    world, phone, lost, stands = afternoon()
    other = world.phone(world.marie)
    other.pull()
    other.push(other.edit("account", lost, phone="+33472000003"))
    phone.push(phone.edit("account", lost, phone="+33472000009"))
    world.rewrite("account", lost, merged_into=stands)
    phone.pull()
    assert phone.conflict(lost, "phone").state == "open"

    unseen = other.push(other.edit("account", lost, phone="+33472000004"))
    phone.pull()
    still_open = phone.conflict(lost, "phone").state
    phone.push(phone.edit("account", lost, phone="+33472000009"))
    phone.pull()

    asked = phone.conflict(lost, "phone")
    assert (unseen.status, still_open, asked.state) == ("conflict", "open", "closed")
    assert asked.entries[asked.standing].value == "+33472000009"
    assert "+33472000009" in phone.conflict(stands, "phone").values


def test_a_question_about_the_note_of_who_stands_follows_what_comes_by_way_of_a_duplicate() -> None:
    world = World()
    lost, stands = world.account("Fournil", note="A"), world.account("Le Fournil", note="one\ntwo\nthree")
    one, other, third = world.phone(world.elodie), world.phone(world.marie), world.phone(world.elodie)
    for phone in (one, other, third):
        phone.pull()
    one.push(one.edit("account", stands, note="ONE\ntwo\nthree"))
    assert other.push(other.edit("account", stands, note="Uno\ntwo\nthree")).status == "conflict"
    late = third.edit("account", lost, note="A\nGate code 4711")
    world.rewrite("account", lost, merged_into=stands)

    third.push(late)
    third.pull()

    asked = third.conflict(stands, "note")
    assert asked.state == "open"
    assert "Gate code 4711" in str(asked.stands)
    assert asked.stands == third.records[stands].value("note")


def test_what_somebody_said_of_who_stands_is_kept_though_she_says_another_thing_of_a_duplicate() -> None:
    world = World()
    lost, stands = world.account("Fournil"), world.account("Le Fournil")
    one, other = world.phone(world.elodie), world.phone(world.marie)
    one.pull()
    other.pull()
    mine = one.edit("account", stands, phone="+33472000001")
    world.clock.now += MINUTE
    other.push(other.edit("account", stands, phone="+33472000002"))
    assert one.push(mine).status == "conflict"
    same = one.edit("account", lost, phone="+33472000002")
    world.rewrite("account", lost, merged_into=stands)

    one.push(same)
    one.pull()

    asked = one.conflict(stands, "phone")
    assert (asked.state, asked.values) == ("open", {"+33472000001", "+33472000002"})


def test_a_change_of_a_duplicate_stays_with_it_where_its_author_has_not_who_stands() -> None:
    world = World()
    lost, nearer, stands = world.account("Fournil"), world.account("Le Fournil"), world.account("Fournil Nantes", territory=world.nantes)
    phone, manager = world.phone(world.elodie), world.phone(world.marie)
    world.rewrite("account", nearer, merged_into=stands)
    phone.pull()
    manager.pull()
    assert stands not in phone.records

    alone = phone.push(phone.edit("account", nearer, phone="+33472000001"))
    led = manager.push(manager.edit("account", nearer, website="https://fournil.example"))
    world.rewrite("account", lost, merged_into=nearer)
    chained = phone.push(phone.edit("account", lost, city="Bron"))
    manager.pull()

    assert (alone.status, "refused" in {led.status, chained.status}) == ("applied", False)
    assert (manager.records[nearer].value("phone"), manager.records[nearer].value("city")) == ("+33472000001", "Bron")
    assert manager.records[stands].value("website") == "https://fournil.example"
    assert manager.records[stands].value("phone") is None


def test_a_duplicate_that_its_author_may_not_see_answers_like_an_unknown_one() -> None:
    world, phone, _, stands = afternoon()
    theirs = world.account("Fournil Nantes", territory=world.nantes)
    world.rewrite("account", theirs, merged_into=stands)

    known, made_up = (phone.push(phone.edit("account", id_, city="Bron")) for id_ in (theirs, phone.new_id()))

    assert (known.status, known.code) == (made_up.status, made_up.code) == ("refused", "unknown_record")
    phone.pull()
    assert phone.records[stands].value("city") is None


def test_what_is_wrong_with_a_change_of_a_duplicate_is_said_of_the_duplicate() -> None:
    world, phone, lost, stands = afternoon()
    edit = phone.edit("account", lost, email="nobody")
    world.rewrite("account", lost, merged_into=stands)

    refused = phone.push(edit)

    assert [(error.field, error.id) for error in refused.errors] == [("email", lost)]
