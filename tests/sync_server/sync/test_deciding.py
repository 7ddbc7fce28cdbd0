"""Questions that several answer at once, or write past."""

import pytest

from shared.sync.policy import WHOLE_RECORD
from tests.sync_server.world import MINUTE, World

pytestmark = pytest.mark.usefixtures("engine")


def test_an_answer_that_is_on_its_way_closes_the_question_though_somebody_says_again_what_stands() -> None:
    world = World()
    account = world.account()
    one, other, third, judge = (world.phone(user) for user in (world.elodie, world.marie, world.marie, world.marie))
    for phone in (one, other, third):
        phone.pull()
    one.push(one.edit("account", account, city="Bron"))
    world.clock.now += MINUTE
    other.push(other.edit("account", account, city="Lyon"))
    judge.pull()
    answer = judge.edit("account", account, city="Bron")
    third.push(third.edit("account", account, city="Lyon"))

    judge.push(answer)
    judge.pull()

    assert (judge.conflict(account, "city").state, judge.records[account].value("city")) == ("closed", "Bron")


def test_of_two_who_decide_at_once_that_a_record_lives_and_that_it_goes_nobody_is_overruled_unasked() -> None:
    world = World()
    account = world.account()
    contact = world.authored("contact", account_id=account, last_name="Roux")
    one, other, third = world.phone(world.elodie), world.phone(world.marie), world.phone(world.marie)
    for phone in (one, other, third):
        phone.pull()
    other.push(other.edit("contact", contact, first_name="Lucie"))
    assert third.push(third.delete("contact", contact)).status == "conflict"
    one.pull()
    third.pull()

    assert one.push(one.edit("contact", contact)).status == "applied"
    assert third.push(third.delete("contact", contact)).status == "conflict"
    one.pull()

    assert one.records[contact].live
    assert one.conflict(contact, WHOLE_RECORD).state == "open"


def test_of_three_who_wrote_in_one_line_the_question_holds_what_stands_whoever_wrote_most_before() -> None:
    world = World()
    account = world.account(note="one\ntwo")
    one, other = world.phone(world.elodie), world.phone(world.marie)
    third = world.phone(world.user("Zoé", "manager", world.lyon))
    for phone in (one, other, third):
        phone.pull()
    other.seq = 50
    one.push(one.edit("account", account, note="ONE\ntwo"))
    other.push(other.edit("account", account, note="uno\ntwo"))

    assert third.push(third.edit("account", account, note="eins\ntwo")).status == "conflict"
    one.pull()

    assert one.conflict(account, "note").stands == one.records[account].value("note")


def test_work_below_a_deleted_customer_answers_the_question_whether_that_one_lives_for_who_had_seen_it() -> None:
    world = World()
    account = world.account()
    one, other, third = world.phone(world.elodie), world.phone(world.marie), world.phone(world.marie)
    for phone in (one, other, third):
        phone.pull()
    one.push(one.edit("account", account, city="Bron"))
    third.pull()
    assert other.push(other.delete("account", account)).status == "conflict"
    assert third.push(third.delete("account", account)).status == "applied"
    one.pull()
    assert (one.records[account].live, one.conflict(account, WHOLE_RECORD).state) == (False, "open")

    one.push(one.create("contact", account_id=account, last_name="Roux")[1])
    one.pull()

    asked = one.conflict(account, WHOLE_RECORD)
    assert (one.records[account].live, asked.state, asked.stands) == (True, "closed", "live")
