"""Transactions: all or nothing, once, in order; what is refused does not stop what follows."""

import time

import msgspec
import pytest

from shared.errors import ServerRefused
from shared.sync import settle
from shared.sync.change import Edit, Transaction, Whole
from shared.sync.protocol import MAX_CHANGES, PushRequest
from sync_server.services.push import MAX_NAMED
from tests.sync_server.world import DAY, World, ready

pytestmark = pytest.mark.usefixtures("engine")


def test_fault_05_and_06_a_push_sent_three_times_has_one_effect_and_the_same_outcomes() -> None:
    _, account, phone = ready()
    batch = (phone.edit("account", account, note="One line."), phone.edit("account", account, tags=Edit(add=("fair",))))

    first, second, third = (phone.push_all(*batch).outcomes for _ in range(3))
    phone.pull()

    assert [outcome.status for outcome in first] == ["applied", "applied"]
    assert second == third
    assert [(outcome.status, outcome.first, outcome.rev) for outcome in second] == [("duplicate", "applied", o.rev) for o in first]
    assert phone.records[account].value("note") == "One line."
    assert phone.records[account].value("tags") == ["fair"]


def test_fault_03_a_batch_cut_off_and_sent_again_in_another_cut_has_one_effect() -> None:
    _, account, phone = ready()
    batch = [phone.edit("account", account, city=f"City {number}") for number in range(4)]

    phone.push_all(*batch[:3])
    outcomes = phone.push_all(*batch[1:]).outcomes
    phone.pull()

    assert [outcome.status for outcome in outcomes] == ["duplicate", "duplicate", "applied"]
    assert phone.records[account].value("city") == "City 3"


def test_the_same_id_with_another_payload_is_a_409_and_changes_nothing() -> None:
    _, account, phone = ready()
    sent = phone.edit("account", account, city="Lyon")
    phone.push(sent)
    forged = msgspec.structs.replace(sent, changes=(phone.change("account", account, city="Nantes"),))

    with pytest.raises(ServerRefused) as refused:
        phone.push(forged)

    assert (refused.value.status, refused.value.code) == (409, "transaction_reused")
    phone.pull()
    assert phone.records[account].value("city") == "Lyon"


def test_what_is_left_of_a_transaction_after_a_purge_is_the_same_transaction() -> None:
    world, account, phone = ready()
    place = phone.change("account", account, city="Lyon")
    sent = phone.transaction(place, phone.change("contact", phone.new_id(), "create", account_id=account, last_name="Petit"))
    phone.push(sent)
    rest = msgspec.structs.replace(sent, changes=(place,), purged=True)
    stranger = world.phone(world.user("theo", "rep", "Lyon"))

    assert (phone.push(rest).status, phone.push(rest).first) == ("duplicate", "applied")
    with pytest.raises(ServerRefused) as refused:
        stranger.push(msgspec.structs.replace(rest, seq=1))
    assert refused.value.code == "transaction_reused"


def test_what_is_left_of_a_transaction_that_never_came_is_taken_once() -> None:
    _, account, phone = ready()
    place = phone.change("account", account, city="Lyon")
    sent = phone.transaction(place, phone.change("contact", phone.new_id(), "create", account_id=account, last_name="Petit"))
    rest = msgspec.structs.replace(sent, changes=(place,), purged=True)

    assert [phone.push(rest).status for _ in range(2)] == ["applied", "duplicate"]
    late = phone.push(sent)  # a late copy, whose answer nobody waits for, or what another phone took over before
    assert (late.status, late.first) == ("duplicate", "applied")
    phone.pull()
    assert phone.records[account].value("city") == "Lyon"
    assert [each for each in phone.records.values() if each.kind == "contact"] == []


def test_a_whole_set_is_refused_and_not_taken_for_nothing() -> None:
    _, account, phone = ready()

    outcome = phone.push(phone.edit("account", account, tags=Edit(["vip"])))

    assert [(error.field, error.code) for error in outcome.errors] == [("tags", "wrong_type")]


def test_another_stamp_on_the_same_payload_is_a_duplicate() -> None:
    _, account, phone = ready()
    sent = phone.edit("account", account, city="Lyon")
    phone.push(sent)
    again = msgspec.structs.replace(sent, changes=tuple(msgspec.structs.replace(each, stamp=phone.stamp()) for each in sent.changes))

    assert phone.push(again).status == "duplicate"


def test_a_seq_used_for_another_transaction_makes_the_device_enrol_anew() -> None:
    _, account, phone = ready()
    phone.push(phone.edit("account", account, city="Lyon"))
    phone.seq = 0  # an older copy of the phone

    with pytest.raises(ServerRefused) as refused:
        phone.push(phone.edit("account", account, city="Nantes"))

    assert (refused.value.status, refused.value.code) == (409, "device_restored")


def test_a_restored_phone_under_a_new_id_sends_nothing_twice() -> None:
    world, account, phone = ready()
    sent = phone.edit("account", account, city="Lyon")
    phone.push(sent)
    new = world.phone(world.elodie)

    outcome = new.push(sent)

    assert (outcome.status, outcome.first) == ("duplicate", "applied")


def test_a_hole_in_the_seqs_is_not_refused() -> None:
    _, account, phone = ready()
    phone.push(phone.edit("account", account, city="Lyon"))
    phone.seq += 5

    assert phone.push(phone.edit("account", account, city="Nantes")).status == "applied"


def test_a_transaction_with_one_bad_change_leaves_nothing_behind() -> None:
    _, account, phone = ready()
    contact = phone.new_id()
    good = phone.change("contact", contact, "create", account_id=account, last_name="Petit")
    bad = phone.change("account", account, email="nobody")

    outcome = phone.push(phone.transaction(good, bad))
    phone.pull()

    assert (outcome.status, outcome.code) == ("refused", "invalid")
    assert contact not in phone.records


def test_a_transaction_may_need_one_that_was_applied_long_ago() -> None:
    _, account, phone = ready()
    contact, creation = phone.create("contact", account_id=account, last_name="Petit")
    phone.push(creation)

    later = msgspec.structs.replace(phone.edit("contact", contact, note="Likes rye."), needs=(creation.id,))

    assert phone.push(later).status == "applied"


def test_each_applied_transaction_has_a_rev_of_its_own_and_refused_ones_none() -> None:
    _, account, phone = ready()
    batch = [phone.edit("account", account, country=country) for country in ("FR", "ZZ", "GR")]

    revs = [outcome.rev for outcome in phone.push_all(*batch).outcomes]

    assert revs[1] == 0
    assert revs[2] == revs[0] + 1


def test_more_changes_than_the_cap_are_refused_whole() -> None:
    _, account, phone = ready()
    batch = [phone.edit("account", account, city="Lyon") for _ in range(MAX_CHANGES + 1)]

    with pytest.raises(ServerRefused) as refused:
        phone.push_all(*batch)

    assert (refused.value.status, refused.value.code) == (413, "too_many_changes")


@pytest.mark.parametrize("named", ["needs", "whole"])
def test_a_change_that_names_tens_of_thousands_of_others_is_refused_before_they_are_looked_for(named: str) -> None:
    _, account, phone = ready()
    ids = [phone.new_id() for _ in range(MAX_NAMED + 1)]
    others = {"needs": tuple(ids)} if named == "needs" else {"whole": tuple(Whole("contact", id_, 1, {}) for id_ in ids)}

    with pytest.raises(ServerRefused, match="too_many_changes"):
        phone.push(msgspec.structs.replace(phone.edit("account", account, city="Lyon"), **others))


def test_two_changes_of_one_record_in_one_transaction_are_refused() -> None:
    _, account, phone = ready()

    outcome = phone.push(phone.transaction(phone.change("account", account, city="A"), phone.change("account", account, city="B")))

    assert (outcome.status, outcome.code) == ("refused", "repeated_record")


@pytest.mark.parametrize("seq", [0, -1, 2**63])
def test_a_seq_that_is_none_is_refused(seq: int) -> None:
    _, account, phone = ready()

    with pytest.raises(ServerRefused) as refused:
        phone.push(msgspec.structs.replace(phone.edit("account", account, city="Lyon"), seq=seq))

    assert refused.value.status == 422


def test_fault_17_a_phone_a_day_behind_writes_stamps_that_still_rise() -> None:
    world, account, phone = ready()
    phone.skew = -DAY
    before = world.account("Other")

    outcomes = phone.push_all(phone.edit("account", account, city="A"), phone.edit("account", account, city="B")).outcomes
    phone.pull()

    mark = phone.records[account].mark_of("city")
    assert {outcome.status for outcome in outcomes} == {"applied"}
    assert not any(outcome.clamped for outcome in outcomes)
    assert mark.stamp > phone.records[before].mark.stamp
    assert phone.records[account].value("city") == "B"


def test_fault_18_a_phone_ten_years_ahead_is_told_so_and_wins_nothing_by_it() -> None:
    world, account, phone = ready()
    other = world.phone(world.marie)
    other.pull()
    phone.skew = 3650 * DAY
    ahead = phone.edit("account", account, city="Ahead")
    lying = PushRequest(world.clock.now, (ahead,))  # the stamps are ahead, the clock it tells is not

    answer = world.push.push(phone.device, lying)
    world.clock.now += 1000
    outcome = other.push(other.edit("account", account, city="Later"))
    other.pull()

    assert answer.outcomes[0].clamped
    assert answer.outcomes[0].status == "applied"
    assert outcome.status == "conflict"
    assert other.records[account].value("city") == "Later"


def test_the_answer_tells_the_device_how_far_its_clock_is_off() -> None:
    _, account, phone = ready()
    phone.skew = 3650 * DAY

    answer = phone.push_all(phone.edit("account", account, city="Lyon"))

    assert answer.offset == -3650 * DAY
    assert not answer.outcomes[0].clamped


def test_a_hostile_clock_harms_nothing() -> None:
    world, account, phone = ready()
    transactions: tuple[Transaction, ...] = (phone.edit("account", account, city="Lyon"),)

    for number, clock in enumerate((-(2**70), 2**70, 0)):
        sent = tuple(msgspec.structs.replace(each, id=phone.new_id(), seq=10 + number) for each in transactions)
        assert world.push.push(phone.device, PushRequest(clock, sent)).outcomes[0].status == "applied"


def test_a_text_that_no_database_keeps_is_refused_alone() -> None:
    world = World()
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()

    outcomes = phone.push_all(
        phone.edit("account", account, city="Ly\0on"),
        phone.edit("account", account, tags=Edit(add=("fa\0ir",))),
        phone.create("contact", account_id="no\0where", last_name="Nobody")[1],
        phone.edit("account", account, city="Lyon"),
    ).outcomes

    assert [outcome.status for outcome in outcomes] == ["refused", "refused", "refused", "applied"]


def test_a_small_push_of_many_equal_lines_keeps_nobody_waiting() -> None:
    world, account, phone = ready()
    other = world.phone(world.elodie)
    other.pull()
    phone.push(phone.edit("account", account, note="x"))
    lines = "\n" * 4_000
    begun = time.process_time()

    outcome = other.push(other.edit("account", account, note=Edit(f"a\n{lines}z", lines)))

    assert outcome.status == "conflict"
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("note", "code"), [(Edit("n" * 20_001, "x"), "text_too_long"), (Edit("y", ["x"]), "wrong_type"), (Edit(7, "x"), "wrong_type")]
)
def test_a_note_that_is_none_is_refused_before_it_is_merged(note: Edit, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, account, phone = ready()
    phone.push(phone.edit("account", account, note="x"))
    merged: list[str] = []
    monkeypatch.setattr(settle, "merge_text", lambda *texts: merged.extend(texts))

    outcome = phone.push(phone.edit("account", account, note=note))

    assert (outcome.status, outcome.code, [error.code for error in outcome.errors]) == ("refused", "invalid", [code])
    assert merged == []
