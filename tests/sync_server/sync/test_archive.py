"""Closed records leave the devices after two years and come back when somebody writes them."""

from datetime import UTC, datetime

import pytest

from shared.sync.policy import Value
from sync_server.services import moves
from sync_server.services.closed_records import archive_closed, months_before
from tests.sync_server.world import DAY, Phone, World

pytestmark = pytest.mark.usefixtures("engine")

LONG_AGO = 27 * 30 * DAY
LEASE = 14


def closed(world: World, account: str, age: int = LONG_AGO, **fields: Value) -> str:
    then = world.clock.now - age
    wanted: dict[str, Value] = {"state": "reviewed", "zone": "UTC", "arrived_at": then, "left_at": then}
    wanted.update(fields)
    return world.authored("visit", account_id=account, user_id=world.elodie[0], **wanted)


def sold(world: World, account: str, state: str = "accepted") -> tuple[str, str]:
    decided = world.clock.now - LONG_AGO
    asked: dict[str, Value] = {"number": "Q24-K7-0001", "revision": 1, "rounding": "line", "quoted_on": "2024-08-01", "currency": "EUR"}
    times: dict[str, Value] = {"sent_at": decided, "decided_at": decided}
    quote = world.authored("quote", account_id=account, user_id=world.elodie[0], state=state, **asked, **times)
    figures: dict[str, Value] = {"position": 1, "quantity": 1000, "unit_price": 100, "tax_rate": 2000}
    return quote, world.authored("quote_line", account_id=account, quote_id=quote, **figures)


def later(world: World, *phones: Phone, days: int = LEASE + 1) -> int:
    """Some weeks on, the night's job, and a round of everybody's: all of them equal the server."""
    world.clock.now += days * DAY
    with world.database.write() as connection:
        went = archive_closed(connection, world.clock.now, kept_days=LEASE)
    rounds(*phones)
    return went


def rounds(*phones: Phone) -> None:
    for phone in phones:
        phone.pull()
        assert phone.last is not None
        assert phone.digests() == phone.last.digests


def test_what_was_closed_two_years_ago_leaves_and_the_rest_stays() -> None:
    world = World()
    account = world.account()
    old, line = sold(world, account)
    gone = {closed(world, account), old, line}
    stay = {closed(world, account, 300 * DAY), closed(world, account, state="planned"), account}
    phone, late = world.phone(world.elodie), world.phone(world.marie)
    phone.pull()

    went = later(world, phone, late)

    assert went == 3
    for each in (phone, late):
        assert {id_ for id_, record in each.records.items() if record.root == account} == stay
        assert gone.isdisjoint(each.records)
    assert later(world, phone) == 0


def test_what_somebody_wrote_lately_or_has_not_settled_stays() -> None:
    world = World()
    account = world.account()
    fresh, disputed = closed(world, account), closed(world, account)
    elodie, marie = world.phone(world.elodie), world.phone(world.marie)
    rounds(elodie, marie)
    world.clock.now += 20 * DAY
    assert elodie.push(elodie.edit("visit", disputed, outcome="lost")).status == "applied"
    assert marie.push(marie.edit("visit", disputed, outcome="won")).status == "conflict"
    world.clock.now += 20 * DAY
    rounds(elodie)
    elodie.push(elodie.edit("visit", fresh, note="remembered"))

    assert later(world, elodie, days=1) == 0
    assert {fresh, disputed} <= elodie.records.keys()


@pytest.mark.parametrize("kind", ["visit", "quote", "attachment"])
def test_what_is_written_again_comes_back_with_what_belongs_to_it(kind: str) -> None:
    world = World()
    account = world.account()
    visit = closed(world, account)
    quote, line = sold(world, account, "expired")
    offline = world.phone(world.elodie)
    rounds(offline)
    writes = {
        "visit": lambda: offline.edit("visit", visit, note="remembered"),
        "quote": lambda: offline.edit("quote", quote, state="superseded"),
        "attachment": lambda: offline.create(
            "attachment", account_id=account, visit_id=visit, user_id=world.elodie[0], sha256="0" * 64, size=1, media_type="image/jpeg"
        )[1],
    }
    later(world)
    assert later(world) == 0

    outcome = offline.push(writes[kind]())

    assert outcome.status == "applied", outcome
    expected = {quote, line} if kind == "quote" else {visit}
    rounds(offline, marie := world.phone(world.marie))
    for each in (offline, marie):
        assert expected == {visit, quote, line} & each.records.keys()
    assert later(world, offline, marie) == len(expected) + (kind == "attachment")


def test_the_office_brings_a_record_back_by_writing_it() -> None:
    world = World()
    account = world.account()
    quote, line = sold(world, account)
    phone = world.phone(world.elodie)
    rounds(phone)
    later(world, phone)

    world.rewrite("quote_line", line, description="as the ERP has it")
    rounds(phone)

    assert {quote, line} <= phone.records.keys()


def test_the_archive_moves_with_its_account_and_stays_the_archive() -> None:
    world = World()
    account = world.account()
    visit = closed(world, account)
    elodie, nikos = world.phone(world.elodie), world.phone(world.nikos)
    rounds(elodie, nikos)
    later(world, elodie, nikos)

    with world.database.write() as connection:
        moves.move_accounts(connection, world.author, world.nantes, [account])
    rounds(elodie, nikos)

    assert account in nikos.records
    assert visit not in nikos.records
    world.rewrite("visit", visit, note="remembered")
    rounds(elodie, nikos)
    assert visit in nikos.records
    assert visit not in elodie.records


def test_nobody_else_reads_or_writes_the_archive_of_a_territory() -> None:
    world = World()
    account = world.account()
    visit = closed(world, account)
    nikos = world.phone(world.nikos)
    rounds(nikos)
    later(world, nikos)

    outcome = nikos.push(nikos.edit("visit", visit, note="curious"))

    assert (outcome.status, outcome.code) == ("refused", "unknown_record")
    assert visit not in nikos.records


def test_months_are_counted_from_the_first_day() -> None:
    now = int(datetime(2026, 3, 31, 12, tzinfo=UTC).timestamp() * 1000)

    assert datetime.fromtimestamp(months_before(now, 25) / 1000, UTC) == datetime(2024, 2, 1, tzinfo=UTC)
