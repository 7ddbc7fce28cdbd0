"""Conflicts: both values are kept, one stands, and who has seen them settles them."""

import pytest

from shared.sync.change import Edit
from shared.sync.policy import WHOLE_RECORD
from tests.sync_server.world import MINUTE, Phone, World

pytestmark = pytest.mark.usefixtures("engine")


def _met() -> tuple[World, str, Phone, Phone]:
    """Élodie and Marie wrote the same phone number without seeing each other; Marie's later one stands."""
    world = World()
    account = world.account(phone="+33472000000")
    one, two = world.phone(world.elodie), world.phone(world.marie)
    one.pull()
    two.pull()
    hers = one.edit("account", account, phone="+33472000001")
    world.clock.now += MINUTE
    assert two.push(two.edit("account", account, phone="+33472000002")).status == "applied"
    assert one.push(hers).status == "conflict"
    return world, account, one, two


def test_fault_19_one_value_stands_and_the_others_are_kept_with_who_and_when() -> None:
    world, account, _, _ = _met()
    third = world.phone(world.elodie)
    third.pull()

    conflict = third.conflict(account, "phone")

    assert third.records[account].value("phone") == "+33472000002" == conflict.stands
    assert conflict.state == "open"
    assert {(entry.value, entry.user_id) for entry in conflict.entries} == {
        ("+33472000001", world.elodie[0]),
        ("+33472000002", world.marie[0]),
    }
    assert conflict.record.root == account
    assert conflict.record.scope == third.records[account].scope


def test_fault_19_two_edits_by_one_device_never_conflict_with_each_other() -> None:
    world = World()
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()
    first, second = phone.edit("account", account, phone="1 23"), phone.edit("account", account, phone="4 56")

    outcomes = phone.push_all(first, second).outcomes
    phone.pull()

    assert {outcome.status for outcome in outcomes} == {"applied"}
    assert phone.records[account].value("phone") == "4 56"
    assert not [record for record in phone.records.values() if record.kind == "conflict"]


def test_a_third_device_joins_the_conflict_and_a_newer_value_of_one_device_replaces_its_older() -> None:
    world, account, one, _ = _met()
    late = world.phone(world.marie)
    late.pull()
    late.last = None  # it had seen nothing when it wrote

    late.push(late.edit("account", account, phone="+33472000003"))
    one.push(one.edit("account", account, phone="+33472000004"))
    one.pull()

    assert one.conflict(account, "phone").values == {"+33472000002", "+33472000003", "+33472000004"}


def test_an_edit_whose_base_saw_the_conflict_closes_it() -> None:
    _, account, one, two = _met()
    one.pull()

    outcome = one.push(one.edit("account", account, phone="+33472000001"))
    two.pull()

    conflict = two.conflict(account, "phone")
    assert outcome.status == "applied"
    assert (conflict.state, conflict.stands) == ("closed", "+33472000001")
    assert conflict.record.value("closed_by") == one.device.user_id
    assert two.records[account].value("phone") == "+33472000001"


def test_a_second_resolution_with_the_same_value_changes_nothing_and_with_another_opens_it_again() -> None:
    _, account, one, two = _met()
    one.pull()
    two.pull()
    one.push(one.edit("account", account, phone="+33472000001"))

    same = two.push(two.edit("account", account, phone="+33472000001"))
    other = two.push(two.edit("account", account, phone="+33472000009"))
    two.pull()

    conflict = two.conflict(account, "phone")
    assert (same.status, other.status) == ("merged", "conflict")
    assert conflict.state == "open"
    assert conflict.values == {"+33472000001", "+33472000009"}


def test_a_delete_settles_what_was_asked_about_the_fields_of_the_record_and_keeps_the_values() -> None:
    _, account, one, two = _met()
    one.pull()

    outcome = one.push(one.delete("account", account))
    two.pull()

    conflict = two.conflict(account, "phone")
    assert outcome.status == "applied"
    assert not two.records[account].live
    assert (conflict.state, conflict.stands) == ("closed", "+33472000002")
    assert conflict.values == {"+33472000001", "+33472000002"}
    assert conflict.record.value("closed_by") == one.device.user_id


def test_a_delete_leaves_a_question_open_that_its_author_had_not_seen() -> None:
    _, account, _, two = _met()  # what stands is her own, so that she may delete it

    outcome = two.push(two.delete("account", account))
    two.pull()

    assert outcome.status == "applied"
    assert not two.records[account].live
    conflict = two.conflict(account, "phone")
    assert conflict.state == "open"
    assert conflict.values == {"+33472000001", "+33472000002"}


def test_a_delete_that_was_not_carried_out_settles_nothing() -> None:
    _, account, one, two = _met()
    one.pull()
    two.push(two.edit("account", account, name="Fournil Neuf"))

    outcome = one.push(one.delete("account", account))
    two.pull()

    assert outcome.status == "conflict"
    assert two.records[account].live
    assert two.conflict(account, "phone").state == "open"


def test_undo_is_an_ordinary_edit_back_to_the_kept_value() -> None:
    _, account, one, two = _met()
    one.pull()
    one.push(one.edit("account", account, phone="+33472000001"))
    one.pull()

    outcome = one.push(one.edit("account", account, phone="+33472000002"))
    two.pull()

    assert outcome.status == "applied"
    assert two.records[account].value("phone") == "+33472000002"
    assert two.conflict(account, "phone").state == "closed"


def two_notes(before: str, first: str, then: str) -> tuple[Phone, str]:
    """Let two write a customer's note anew, unseen of each other; give the phone of the first, who has heard of it, and the customer."""
    world = World()
    account = world.account(note=before)
    one, two = world.phone(world.elodie), world.phone(world.marie)
    one.pull()
    two.pull()
    one.push(one.edit("account", account, note=first))
    assert two.push(two.edit("account", account, note=then)).status == "conflict"
    one.pull()
    return one, account


def test_notes_written_by_two_are_merged_and_clashing_lines_are_all_kept() -> None:
    one, account = two_notes("Call in the morning.", "Call before nine.", "Call after ten.")

    conflict = one.conflict(account, "note")
    assert conflict.values == {"Call before nine.", "Call after ten.", "Call before nine.\nCall after ten."}
    assert conflict.stands == one.records[account].value("note")


def test_a_line_that_one_takes_out_and_another_writes_anew_is_a_question_between_two_texts() -> None:
    one, account = two_notes("Call in the morning.\nAsk for Anna.", "Ask for Anna.", "Call after ten.\nAsk for Anna.")

    conflict = one.conflict(account, "note")
    assert [entry.value for entry in conflict.entries] == ["Ask for Anna.", "Call after ten.\nAsk for Anna."]
    assert conflict.stands == one.records[account].value("note") == "Call after ten.\nAsk for Anna."


def test_fault_20_an_edit_beats_a_delete_that_had_not_seen_it_and_the_other_way_round() -> None:
    for edit_first in (True, False):
        world = World()
        account = world.account()
        one, two = world.phone(world.elodie), world.phone(world.marie)
        one.pull()
        two.pull()
        edit, delete = (one, one.edit("account", account, city="Lyon")), (two, two.delete("account", account))

        for phone, transaction in (edit, delete) if edit_first else (delete, edit):
            phone.push(transaction)
        one.pull()

        assert one.records[account].live
        assert one.records[account].value("city") == "Lyon"
        assert one.conflict(account, WHOLE_RECORD).values == {"live", "deleted"}


def test_a_conflict_about_existence_is_settled_by_deleting_again_or_by_keeping() -> None:
    for keep in (True, False):
        world = World()
        account = world.account()
        one, two = world.phone(world.elodie), world.phone(world.marie)
        one.pull()
        two.pull()
        one.push(one.edit("account", account, city="Lyon"))
        two.push(two.delete("account", account))
        two.pull()

        two.push(two.edit("account", account) if keep else two.delete("account", account))
        one.pull()

        assert one.records[account].live is keep
        assert one.conflict(account, WHOLE_RECORD).state == "closed"


def test_work_below_a_deleted_customer_brings_the_customer_back() -> None:
    world = World()
    account = world.account()
    one, two = world.phone(world.elodie), world.phone(world.marie)
    one.pull()
    two.pull()
    contact, creation = one.create("contact", account_id=account, last_name="Petit")
    two.push(two.delete("account", account))

    outcome = one.push(creation)
    two.pull()

    assert outcome.status == "conflict"
    assert two.records[account].live
    assert two.records[contact].live
    assert two.conflict(account, WHOLE_RECORD).state == "open"


def test_the_office_settles_a_conflict_by_writing_the_field() -> None:
    world, account, one, _ = _met()

    world.rewrite("account", account, phone="+33472000005")
    one.pull()

    assert one.conflict(account, "phone").state == "closed"
    assert one.records[account].value("phone") == "+33472000005"


def test_a_text_that_is_said_to_stay_as_it_was_writes_nothing_however_long_it_is() -> None:
    world = World()
    account = world.account(note="x")
    phone = world.phone(world.elodie)
    phone.pull()
    long = "n" * 20_001

    left = phone.push(phone.edit("account", account, note=Edit(long, long)))
    _, contact = phone.create("contact", account_id=account, last_name="Petit", note=Edit(long, long))
    made = phone.push(contact)
    phone.pull()

    assert left.status != "refused"
    assert phone.records[account].value("note") == "x"
    assert [error.code for error in made.errors] == ["text_too_long"]
