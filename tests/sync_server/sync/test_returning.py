"""Work on what was dropped asks for the whole record and brings it back; what is erased stays away."""

from pathlib import Path

import pytest
from sqlalchemy import select

from shared.errors import RecordNotFound
from shared.sync.change import Edit, Transaction, Whole
from shared.sync.policy import Value
from shared.sync.record import ERASED
from sync_server.services.compaction import compact
from sync_server.services.erasure import Eraser
from sync_server.services.ledger import Ledger
from sync_server.storage.tables import TXN_LOG
from tests.sync_server.sync.sleepers import answered, contact, drop_tombstones, known, passed, slept, wholes
from tests.sync_server.world import DAY, MINUTE, World

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def world() -> World:
    return World()


def test_a_change_to_what_was_dropped_asks_for_the_whole_record_and_brings_it_back(world: World) -> None:
    asleep, awake, account, lucie = slept(world)
    sent = asleep.edit("contact", lucie, first_name="Lulu")

    asked = asleep.push(sent)
    again = asleep.push(sent)
    given = answered(asleep, sent, wholes(asleep, lucie, account))
    repeated = answered(asleep, sent, wholes(asleep, lucie, account))
    awake.pull()

    assert (asked.status, asked.by) == ("need_full", (lucie,)) == (again.status, again.by)
    assert given.status == "applied"
    assert (repeated.status, repeated.rev) == ("duplicate", given.rev)
    back = awake.records[lucie]
    assert (back.value("first_name"), back.value("last_name"), back.live) == ("Lulu", "Lucie", True)
    assert awake.last is not None
    assert awake.digests() == awake.last.digests


def test_two_who_slept_both_bring_their_edits_and_nobody_clashes(world: World) -> None:
    account = world.account()
    one, other, awake = world.phone(world.elodie), world.phone(world.elodie), world.phone(world.marie)
    lucie = contact(world, awake, account)
    passed(world, one, other, awake)
    awake.push(awake.delete("contact", lucie))
    for _ in range(4):
        world.clock.now += 31 * DAY
        passed(world, awake)
        compact(world.database, world.clock.now)
    first, second = one.edit("contact", lucie, first_name="Lulu"), other.edit("contact", lucie, job_title="Owner")
    one.push(first)
    answered(one, first, wholes(one, lucie))

    outcome = other.push(second)
    awake.pull()

    assert outcome.status in ("applied", "merged")
    assert (awake.records[lucie].value("first_name"), awake.records[lucie].value("job_title")) == ("Lulu", "Owner")


def test_new_work_below_a_dropped_customer_brings_the_customer_back(world: World) -> None:
    account = world.account("Bellevue")
    asleep, awake = world.phone(world.elodie), world.phone(world.marie)
    passed(world, asleep, awake)
    awake.push(awake.delete("account", account))
    world.clock.now += 91 * DAY
    compact(world.database, world.clock.now - 91 * DAY + 1)
    passed(world, awake)
    compact(world.database, world.clock.now)
    visit, sent = asleep.create("contact", account_id=account, last_name="New")

    asked = asleep.push(sent)
    given = answered(asleep, sent, wholes(asleep, account))

    assert (asked.status, asked.by) == ("need_full", (account,))
    assert given.status == "applied"
    awake.pull()
    assert awake.records[account].value("name") == "Bellevue"
    assert visit in awake.records


def test_whoever_may_not_write_there_is_told_nothing_of_what_was_dropped(world: World) -> None:
    _, _, account, lucie = slept(world)
    nikos = world.phone(world.nikos)
    nikos.pull()

    theirs, nobodys = (
        nikos.push(nikos.edit("contact", lucie, first_name="X")),
        nikos.push(nikos.edit("contact", nikos.new_id(), first_name="X")),
    )

    assert (theirs.status, theirs.code) == (nobodys.status, nobodys.code) == ("refused", "unknown_record")
    forged = nikos.edit("contact", lucie, first_name="X")
    held = (Whole("contact", lucie, 1, {"account_id": account, "last_name": "Forged"}),)
    assert answered(nikos, forged, held).code == "unknown_record"
    assert lucie not in known(world)


def test_whoever_holds_nothing_of_it_any_more_is_refused_with_a_reason(world: World) -> None:
    asleep, _, _, lucie = slept(world)
    sent = asleep.edit("contact", lucie, first_name="Lulu")
    asleep.push(sent)

    assert answered(asleep, sent, ()).code == "unknown_record"


def test_to_delete_what_was_dropped_is_no_error(world: World) -> None:
    asleep, _, _, lucie = slept(world)

    assert asleep.push(asleep.delete("contact", lucie)).status == "applied"
    assert lucie not in known(world)


def test_what_was_dropped_is_erased_too_alone_and_with_its_customer(world: World, tmp_path: Path) -> None:
    asleep, _, account, lucie = slept(world)
    eraser = Eraser(Ledger(tmp_path / "ledger.log"), world.clock)

    with world.database.write() as connection:
        alone = eraser.erase(connection, "contact", lucie)
        with pytest.raises(RecordNotFound):
            eraser.erase(connection, "account", lucie)
    asleep.pull()

    assert (alone, asleep.records[lucie].deleted, asleep.records[lucie].fields) == (1, ERASED, {})
    with world.database.write() as connection:
        assert eraser.erase(connection, "account", account) == 2


def test_a_customer_is_erased_with_people_who_were_dropped(world: World, tmp_path: Path) -> None:
    asleep, _, account, lucie = slept(world)

    with world.database.write() as connection:
        Eraser(Ledger(tmp_path / "ledger.log"), world.clock).erase(connection, "account", account)
    asleep.pull()

    assert asleep.records[lucie].deleted == ERASED


@pytest.mark.parametrize(("reviewer", "state"), [("elodie", "checked_out"), ("marie", "reviewed")])
def test_nobody_but_a_manager_brings_back_a_review(world: World, reviewer: str, state: str) -> None:
    account = world.account()
    author, awake = world.phone(world.elodie if reviewer == "elodie" else world.marie), world.phone(world.marie)
    passed(world, author, awake)
    visit, made = author.create(
        "visit", account_id=account, user_id=author.device.user_id, planned_at=world.clock.now, zone="UTC", state="planned"
    )
    assert author.push(made).status == "applied"
    passed(world, author, awake)
    awake.push(awake.delete("visit", visit))
    drop_tombstones(world, awake)
    sent = author.edit("visit", visit, purpose="call")
    reviewed: dict[str, Value] = {"state": "reviewed", "reviewed_by": world.marie[0], "comment": "Excellent"}
    times: dict[str, Value] = {"arrived_at": world.clock.now, "left_at": world.clock.now + 1}

    assert author.push(sent).status == "need_full"
    given = answered(author, sent, [Whole("visit", visit, 5, author.records[visit].fields | reviewed | times)])
    awake.pull()

    assert given.status == "applied"
    found = awake.records[visit]
    assert (found.value("state"), found.value("comment")) == (state, "Excellent" if state == "reviewed" else None)
    with world.database.read() as connection:
        flags = connection.execute(select(TXN_LOG.c.flags).where(TXN_LOG.c.id == sent.id)).scalar_one()
    assert f"brought_back:{visit}" in str(flags)


def test_a_note_that_two_made_longer_than_a_form_takes_comes_back_with_its_record(world: World) -> None:
    account = world.account()
    asleep, awake = world.phone(world.elodie), world.phone(world.marie)
    lucie = contact(world, awake, account)
    passed(world, asleep, awake)
    lines = ["\n".join(f"{name} {number} {'a' * 100}" for number in range(150)) for name in ("Élodie", "Marie")]
    assert awake.push(awake.edit("contact", lucie, note=lines[0])).status == "applied"
    assert asleep.push(asleep.edit("contact", lucie, note=lines[1])).status == "merged"
    passed(world, asleep, awake)
    awake.push(awake.delete("contact", lucie))
    drop_tombstones(world, awake)
    note = asleep.records[lucie].value("note")
    sent = asleep.edit("contact", lucie, first_name="Lulu")

    asked = asleep.push(sent)
    given = answered(asleep, sent, wholes(asleep, lucie, account))
    awake.pull()

    assert (asked.status, given.status, given.code) == ("need_full", "applied", "")
    assert (awake.records[lucie].value("first_name"), awake.records[lucie].value("note")) == ("Lulu", note)
    assert len(str(note)) > 20_000


def test_a_visit_of_two_who_were_there_at_different_times_comes_back(world: World) -> None:
    account = world.account()
    asleep, awake = world.phone(world.elodie), world.phone(world.marie)
    passed(world, asleep, awake)
    now, who = world.clock.now, asleep.device.user_id
    visit, made = asleep.create("visit", account_id=account, user_id=who, planned_at=now, zone="UTC", state="planned")
    asleep.push(made)
    passed(world, asleep, awake)
    left = asleep.edit("visit", visit, state="checked_out", arrived_at=now + 1_000, left_at=now + 2_000)
    world.clock.now += MINUTE
    assert awake.push(awake.edit("visit", visit, state="checked_in", arrived_at=now + 3_000)).status == "applied"
    assert asleep.push(left).status != "refused"
    passed(world, asleep, awake)
    for each in [record for record in awake.records.values() if record.kind == "conflict" and record.value("state") == "open"]:
        name = str(each.value("field"))
        awake.push(awake.edit("visit", visit, **{name: awake.records[visit].value(name)}))
    passed(world, asleep, awake)
    awake.push(awake.delete("visit", visit))
    drop_tombstones(world, awake)
    assert visit not in known(world)
    sent = asleep.edit("visit", visit, purpose="call")

    assert asleep.push(sent).status == "need_full"
    given = answered(asleep, sent, wholes(asleep, visit, account))
    awake.pull()

    assert (given.status, given.code) == ("applied", "")
    assert awake.records[visit].value("purpose") == "call"


def test_what_a_device_wrote_after_what_is_asked_for_whole_goes_behind_it_where_it_is_about_the_same(world: World) -> None:
    account, other = world.account(), world.account("Other")
    asleep, awake = world.phone(world.elodie), world.phone(world.marie)
    lucie = contact(world, awake, account)
    passed(world, asleep, awake)
    awake.push(awake.delete("contact", lucie))
    drop_tombstones(world, awake)
    first = asleep.transaction(
        asleep.change("contact", lucie, first_name="Lulu"), asleep.change("account", account, tags=Edit(add=("vip",)), city="Old")
    )
    second = asleep.transaction(asleep.change("account", account, tags=Edit(remove=("vip",)), city="New"))
    third, beside = asleep.edit("account", account, street="1 rue A"), asleep.edit("account", other, city="Bron")

    asked = asleep.push_all(first, second, third, beside).outcomes
    whole = Transaction(first.id, first.changes, first.needs, first.seq, wholes(asleep, lucie, account))
    given = asleep.push_all(whole, second, third).outcomes
    awake.pull()

    assert [outcome.status for outcome in asked] == ["need_full", "held", "held", "applied"]
    assert [outcome.by for outcome in asked[1:3]] == [(first.id,), (first.id,)]
    assert {outcome.status for outcome in given} <= {"applied", "merged"}
    found = awake.records[account]
    assert (found.value("tags"), found.value("city"), found.value("street")) == (None, "New", "1 rue A")
    assert not [record for record in awake.records.values() if record.kind == "conflict"]


def test_what_waits_for_what_is_asked_for_whole_keeps_back_what_its_device_wrote_after_it_of_the_same(world: World) -> None:
    account = world.account()
    asleep, awake = world.phone(world.elodie), world.phone(world.marie)
    lucie = contact(world, awake, account)
    passed(world, asleep, awake)
    awake.push(awake.delete("contact", lucie))
    drop_tombstones(world, awake)
    first = asleep.edit("contact", lucie, first_name="Lulu")
    second = asleep.transaction(
        asleep.change("contact", lucie, job_title="Owner"),
        asleep.change("account", account, tags=Edit(add=("vip",)), city="Old"),
        needs=(first.id,),
    )
    third = asleep.edit("account", account, tags=Edit(remove=("vip",)), city="New")

    asked = asleep.push_all(first, second, third).outcomes
    whole = Transaction(first.id, first.changes, first.needs, first.seq, wholes(asleep, lucie, account))
    given = asleep.push_all(whole, second, third).outcomes
    awake.pull()

    assert [(outcome.status, outcome.by) for outcome in asked] == [("need_full", (lucie,)), ("held", (first.id,)), ("held", (second.id,))]
    assert {outcome.status for outcome in given} <= {"applied", "merged"}
    assert (awake.records[account].value("tags"), awake.records[account].value("city")) == (None, "New")
    assert not [record for record in awake.records.values() if record.kind == "conflict"]


def test_what_waits_for_a_refused_one_keeps_nothing_back(world: World) -> None:
    account, phone = world.account(), world.phone(world.elodie)
    phone.pull()
    bad = phone.edit("account", account, email="nobody")
    waits = phone.transaction(phone.change("account", account, city="Old"), needs=(bad.id,))

    outcomes = phone.push_all(bad, waits, phone.edit("account", account, city="New")).outcomes

    assert [outcome.status for outcome in outcomes] == ["refused", "held", "applied"]
