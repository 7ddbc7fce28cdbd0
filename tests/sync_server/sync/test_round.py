"""A round: what one phone pushes, the others pull, and all agree with the server."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sync import codec
from shared.sync.change import Edit
from sync_server.services import cursors, epochs
from tests.sync_server.world import World

pytestmark = pytest.mark.usefixtures("engine")


def test_an_edit_reaches_the_other_phones_of_the_territory() -> None:
    world = World()
    account = world.account()
    hers, other = world.phone(world.elodie), world.phone(world.marie)
    hers.pull()

    outcome = hers.push(hers.edit("account", account, phone="+33472000001", tags=Edit(add=("fair",))))
    other.pull()

    assert outcome.status == "applied"
    assert other.records[account].rev == outcome.rev
    assert other.records[account].fields["phone"] == "+33472000001"
    assert other.records[account].fields["tags"] == ["fair"]


def test_edits_of_different_fields_both_stand() -> None:
    world = World()
    account = world.account()
    one, two = world.phone(world.elodie), world.phone(world.marie)
    one.pull()
    two.pull()

    first = one.push(one.edit("account", account, phone="+33472000001"))
    second = two.push(two.edit("account", account, city="Lyon"))
    one.pull()

    assert (first.status, second.status) == ("applied", "merged")
    assert one.records[account].fields["phone"] == "+33472000001"
    assert one.records[account].fields["city"] == "Lyon"


def test_a_round_with_nothing_to_do_says_so_in_less_than_a_kilobyte() -> None:
    world = World()
    world.account()
    phone = world.phone(world.elodie)
    phone.pull()

    page = phone.page()

    assert (page.more, page.kinds, page.left, page.total) == (False, {}, [], 0)
    assert page.cursor == phone.cursor == page.asked
    assert len(codec.encode(page)) < 1024


@settings(max_examples=25)
@given(limit=st.integers(1, 40), contacts=st.integers(0, 25), edits=st.integers(0, 10))
def test_any_page_size_gives_the_same_records_and_never_skips_one(limit: int, contacts: int, edits: int) -> None:
    world = World()
    writer, small, large = (world.phone(world.elodie) for _ in range(3))
    accounts = [world.account(f"Account {number}") for number in range(3)]
    writer.pull()
    made = [writer.create("contact", account_id=accounts[number % 3], last_name=f"N{number}") for number in range(contacts)]
    writer.push_all(*(transaction for _, transaction in made))
    small.pull(limit)
    writer.push_all(*(writer.edit("account", accounts[number % 3], city=f"City {number}") for number in range(edits)))

    small.pull(limit)
    large.pull()

    assert small.records == large.records
    assert small.digests() == large.digests() == (large.last and large.last.digests)


@settings(max_examples=15)
@given(limit=st.integers(1, 5))
def test_a_page_ends_on_a_rev_boundary(limit: int) -> None:
    world = World()
    phone = world.phone(world.elodie)
    account = world.account()
    phone.pull()
    changes = [phone.change("contact", phone.new_id(), "create", account_id=account, last_name=f"N{number}") for number in range(7)]
    phone.push(phone.transaction(*changes))

    page = phone.page(limit)

    assert len(page.kinds["contact"].rows) == 7
    assert not page.more


def test_an_account_that_moves_leaves_one_phone_and_reaches_the_other_with_all_below_it() -> None:
    world = World()
    account = world.account()
    contact = world.authored("contact", account_id=account, last_name="Petit")
    lyon, nantes, manager = world.phone(world.elodie), world.phone(world.nikos), world.phone(world.marie)
    for phone in (lyon, nantes, manager):
        phone.pull()

    outcome = manager.push(manager.edit("account", account, territory_id=world.nantes))
    for phone in (lyon, nantes, manager):
        phone.pull()

    assert outcome.status == "applied"
    assert lyon.last is not None
    assert lyon.last.left == [account]
    assert not {account, contact} & lyon.records.keys()
    assert {account, contact} <= nantes.records.keys() & manager.records.keys()
    for phone in (lyon, nantes, manager):
        assert phone.last is not None
        assert phone.digests() == phone.last.digests


def test_a_territory_taken_away_is_named_and_one_given_is_filled_from_its_beginning() -> None:
    world = World()
    account = world.account()
    other = world.account("Café du Port", world.nantes)
    phone = world.phone(world.elodie)
    phone.pull()
    with world.database.write() as connection:
        assignment = next(r for r in phone.records.values() if r.value("user_id") == world.elodie[0])
        world.author.delete(connection, "assignment", assignment.id)
    world.authored("assignment", territory_id=world.nantes, user_id=world.elodie[0], valid_from="2026-01-01")

    phone.pull(limit=2)

    assert account not in phone.records
    assert other in phone.records
    assert phone.last is not None
    assert phone.digests() == phone.last.digests


def test_a_cursor_of_another_epoch_begins_anew() -> None:
    world = World()
    account = world.account()
    lost = World(first=10_000)
    phone, elsewhere = world.phone(world.elodie), lost.phone(lost.elodie)
    elsewhere.pull()

    page = phone.page(cursor=elsewhere.cursor)

    assert account in {row[0] for row in page.kinds["account"].rows}


def test_what_is_still_to_come_is_counted_once_and_told_with_every_page() -> None:
    world = World()
    accounts = [world.account(f"Account {number}") for number in range(7)]
    writer, reader = world.phone(world.elodie), world.phone(world.marie)
    writer.pull()
    reader.pull()
    writer.push_all(*(writer.edit("account", account, city="Lyon") for account in accounts))

    first = reader.page(limit=3)
    with world.database.read() as connection:
        counted = cursors.read(first.cursor, epochs.standing(connection)).coming
    late = writer.push(writer.edit("account", accounts[0], city="Nantes"))
    second = reader.page(limit=3, cursor=first.cursor)
    third = reader.page(limit=3, cursor=second.cursor)

    assert sum(counted.values()) == 4
    assert (first.total, second.total, third.total) == (7, 4, 2), "the last page of a scope is counted by what is in it"
    assert not third.more
    assert max(record.rev for record in codec.from_rows(third)) == late.rev
