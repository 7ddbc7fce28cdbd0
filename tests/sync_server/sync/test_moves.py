"""Accounts and people that move while devices hold unsent work: each change is judged by what its author had when she made it."""

from datetime import date

import pytest
from sqlalchemy import select

from shared.errors import RecordNotFound, RecordRefused
from shared.models.registry import raw_table
from shared.sync.policy import Value
from sync_server.services import moves, territories, users
from sync_server.services.push import PushService
from sync_server.storage import transactions
from tests.sync_server.world import DAY, MINUTE, Phone, World

pytestmark = pytest.mark.usefixtures("engine")

HOUR = 60 * MINUTE


def morning(world: World) -> tuple[Phone, str]:
    """Élodie's phone has all of Lyon, with one customer."""
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()
    return phone, account


def login(world: World, user: tuple[str, str], name: str) -> str:
    with world.database.write() as connection:
        users.add_login(connection, user[0], name, "")
    return name


def flags(world: World, txn: str) -> str | None:
    with world.database.read() as connection:
        found: str | None = transactions.logged(connection, [txn])[txn].flags
    return found


@pytest.mark.parametrize("kind", ["account", "contact"])
def test_work_on_a_customer_who_moved_since_is_taken_and_flagged(kind: str) -> None:
    world = World()
    phone, account = morning(world)
    work = phone.edit("account", account, phone="+33472000001")
    if kind == "contact":
        _, work = phone.create("contact", account_id=account, last_name="Petit")
    world.clock.now += HOUR
    world.rewrite("account", account, territory_id=world.nantes)
    world.clock.now += HOUR

    outcome = phone.push(work)

    assert outcome.status == ("merged" if kind == "account" else "applied")
    assert flags(world, work.id) == '["moved_away"]'
    nikos = world.phone(world.nikos)
    nikos.pull()
    phone.pull()
    assert account in nikos.records
    assert not [record for record in phone.records.values() if record.root == account]
    assert phone.digests() == (phone.last.digests if phone.last else None)


def test_work_made_after_the_customer_moved_is_refused_as_if_it_did_not_exist() -> None:
    world = World()
    phone, account = morning(world)
    world.clock.now += HOUR
    world.rewrite("account", account, territory_id=world.nantes)
    world.clock.now += HOUR
    late = phone.edit("account", account, phone="+33472000001")

    outcome = phone.push(late)

    assert (outcome.status, outcome.code) == ("refused", "unknown_record")


@pytest.mark.parametrize(("lease", "status"), [(14, "merged"), (2, "refused")])
def test_how_far_back_a_change_may_reach_is_the_configured_lease(lease: int, status: str) -> None:
    world = World()
    phone, account = morning(world)
    work = phone.edit("account", account, phone="+33472000001")
    world.clock.now += HOUR
    world.rewrite("account", account, territory_id=world.nantes)
    world.clock.now += 5 * DAY
    world.push = PushService(world.database, world.clock, lease)

    assert phone.push(work).status == status


def test_a_territory_taken_away_at_noon_was_hers_in_the_morning() -> None:
    world = World()
    phone, account = morning(world)
    name = login(world, world.elodie, "elodie")
    before = phone.create("contact", account_id=account, last_name="Matin")[1]
    world.clock.now += HOUR
    with world.database.write() as connection:
        territories.unassign(connection, world.author, world.lyon, name, date(2026, 11, 22))
    world.clock.now += HOUR
    after = phone.create("contact", account_id=account, last_name="Soir")[1]

    outcomes = phone.push_all(before, after).outcomes

    assert [(outcome.status, outcome.code) for outcome in outcomes] == [("applied", ""), ("refused", "unknown_record")]
    assert flags(world, before.id) == '["past_assignment"]'


def test_an_assignment_of_the_same_day_that_was_deleted_counts_until_it_was() -> None:
    world = World()
    account = world.account("Nantes'", world.nantes)
    name = login(world, world.elodie, "elodie")
    with world.database.write() as connection:
        territories.assign(connection, world.author, world.nantes, name, (date(2026, 11, 22), None))
    phone = world.phone(world.elodie)
    phone.pull()
    work = phone.edit("account", account, phone="+33472000001")
    world.clock.now += HOUR
    with world.database.write() as connection:
        territories.unassign(connection, world.author, world.nantes, name, date(2026, 11, 22))

    assert phone.push(work).status == "applied"
    phone.pull()
    assert account not in phone.records


def test_days_that_were_over_do_not_come_back_when_their_assignment_is_deleted() -> None:
    world = World()
    account, loan = world.account("Nantes'", world.nantes), {"territory_id": world.nantes, "user_id": world.elodie[0]}
    lent = world.authored("assignment", **loan, valid_from="2026-01-01", valid_to="2026-11-20")
    phone = world.phone(world.elodie)
    late = phone.edit("account", account, city="Nantes")
    world.clock.now += HOUR
    with world.database.write() as connection:
        world.author.delete(connection, "assignment", lent)

    outcome = phone.push(late)

    assert (outcome.status, outcome.code) == ("refused", "unknown_record")


def test_a_morning_before_a_territory_was_taken_away_counts_though_the_assignment_was_deleted_later() -> None:
    world = World()
    phone, account = morning(world)
    name = login(world, world.elodie, "elodie")
    before = phone.create("contact", account_id=account, last_name="Matin")[1]
    world.clock.now += HOUR
    with world.database.write() as connection:
        assignment = raw_table("assignment")
        had = connection.execute(select(assignment.c.id).where(assignment.c.user_id == world.elodie[0])).scalar_one()
        territories.unassign(connection, world.author, world.lyon, name, date(2026, 11, 22))
    world.clock.now += HOUR
    after = phone.create("contact", account_id=account, last_name="Soir")[1]
    world.clock.now += DAY
    with world.database.write() as connection:
        world.author.delete(connection, "assignment", had)

    outcomes = phone.push_all(before, after).outcomes

    assert [(outcome.status, outcome.code) for outcome in outcomes] == [("applied", ""), ("refused", "unknown_record")]


def test_a_deputy_has_the_territories_for_a_while_and_loses_them_by_herself() -> None:
    world = World()
    account = world.account("Nantes'", world.nantes)
    deputy, absent = login(world, world.elodie, "elodie"), login(world, world.nikos, "nikos")
    with world.database.write() as connection:
        lent = moves.deputise(connection, world.author, deputy, absent, (date(2026, 11, 23), date(2026, 11, 24)))
    phone = world.phone(world.elodie)
    seen = []
    work = None
    for _ in range(4):
        phone.pull()
        seen.append(account in phone.records)
        if seen == [False, True, True]:
            work = phone.edit("account", account, phone="+33472000001")
        world.clock.now += DAY

    assert lent == [world.nantes]
    assert seen == [False, True, True, False]
    assert work is not None
    assert phone.push(work).status == "applied"
    assert flags(world, work.id) == '["past_assignment"]'


@pytest.mark.parametrize(
    ("days", "who", "code"),
    [
        ((date(2026, 11, 24), date(2026, 11, 23)), "nikos", "dates_reversed"),
        ((date(2026, 11, 23), date(2026, 11, 24)), "elodie", "own_deputy"),
        ((date(2020, 1, 1), date(2020, 1, 2)), "nikos", "nothing_to_lend"),
    ],
)
def test_a_loan_that_makes_no_sense_is_refused(days: tuple[date, date], who: str, code: str) -> None:
    world = World()
    deputy = login(world, world.elodie, "elodie")
    login(world, world.nikos, "nikos")

    with pytest.raises(RecordRefused) as refused, world.database.write() as connection:
        moves.deputise(connection, world.author, deputy, who, days)

    assert refused.value.code == code


def test_a_review_written_as_a_manager_is_taken_after_she_became_a_rep() -> None:
    world = World()
    account = world.account()
    visit = world.authored("visit", account_id=account, user_id=world.elodie[0], state="checked_out", zone="UTC")
    name = login(world, world.marie, "marie")
    phone = world.phone(world.marie)
    phone.pull()
    fields: dict[str, Value] = {"state": "reviewed", "reviewed_by": world.marie[0]}
    before = phone.edit("visit", visit, **fields)
    world.clock.now += HOUR
    with world.database.write() as connection:
        users.set_role(connection, world.author, name, "rep", world.clock.now)
    phone.device = type(phone.device)(phone.device.device_id, phone.device.code, phone.device.user_id, "rep")
    world.clock.now += HOUR
    after = phone.edit("visit", visit, comment="too late")

    outcomes = phone.push_all(before, after).outcomes

    assert [(outcome.status, outcome.code) for outcome in outcomes] == [("applied", ""), ("refused", "manager_only")]
    assert flags(world, before.id) == '["past_role"]'


def test_accounts_move_in_bulk_each_with_all_below_it_and_pages_stay_small() -> None:
    world = World()
    paris = [world.account(f"Fournil {n}", city="Paris") for n in range(5)]
    world.account("Fournil Bellevue", city="Lyon")
    for account in paris:
        for n in range(3):
            world.authored("contact", account_id=account, last_name=f"Petit {n}")
    elodie, nikos = world.phone(world.elodie), world.phone(world.nikos)
    elodie.pull()
    nikos.pull()

    with world.database.write() as connection:
        chosen = moves.accounts_in(connection, "Lyon", ["PARIS"])
        moved = moves.move_accounts(connection, world.author, "Nantes", chosen)
        again = moves.move_accounts(connection, world.author, "Nantes", chosen)

    assert (sorted(chosen), moved, again) == (sorted(paris), 5, 0)
    first = nikos.page(limit=4)
    assert sum(len(rows.rows) for rows in first.kinds.values()) == 4
    nikos.pull(limit=4)
    elodie.pull()
    assert {record.root for record in nikos.records.values() if record.kind == "contact"} == set(paris)
    assert [record.value("city") for record in elodie.records.values() if record.kind == "account"] == ["Lyon"]
    for phone in (elodie, nikos):
        assert phone.last is not None
        assert phone.digests() == phone.last.digests


def test_nobody_moves_an_account_that_is_not_there() -> None:
    world = World()

    with pytest.raises(RecordNotFound), world.database.write() as connection:
        moves.move_accounts(connection, world.author, "Nantes", ["nobody"])


def test_a_question_about_the_territory_goes_along_when_the_office_answers_it() -> None:
    world = World()
    _, account = morning(world)
    third = world.authored("territory", name="Toulouse")
    boss, other = world.phone(world.user("Zoé", "manager", world.lyon, world.nantes, third)), world.phone(world.marie)
    for each in (boss, other):
        each.pull()
    boss.push(boss.edit("account", account, territory_id=world.nantes))
    other.push(other.edit("account", account, territory_id=world.lyon))
    boss.push(boss.edit("account", account, name="Le Fournil"))
    nikos = world.phone(world.nikos)
    nikos.pull()
    boss.pull()
    held = [record.id for record in nikos.records.values() if record.kind == "conflict"]

    world.rewrite("account", account, territory_id=third)
    nikos.pull()
    boss.pull()

    assert held
    assert not [record for record in nikos.records.values() if record.root == account]
    assert [record.scope for record in boss.records.values() if record.id in held] == [f"territory:{third}"]
