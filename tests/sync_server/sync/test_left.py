"""Which customers a device is told to drop: all that went where it may not see, and no other; and nobody learns ids from that."""

import pytest

from shared.sync import codec
from sync_server.services import cursors, epochs
from tests.sync_server.sync.sleepers import answered, contact, drop_tombstones, known, passed, wholes
from tests.sync_server.sync.test_archive import closed, later
from tests.sync_server.world import Phone, World

pytestmark = pytest.mark.usefixtures("engine")


def territory(id_: str) -> str:
    return f"territory:{id_}"


def move(world: World, account: str, *territories: str) -> None:
    for each in territories:
        world.rewrite("account", account, territory_id=each)


def lent(world: World) -> str:
    """Let Élodie, who works Lyon, work Nantes too; give the assignment."""
    return world.authored("assignment", territory_id=world.nantes, user_id=world.elodie[0], valid_from="2026-01-01")


def ended(world: World, loan: str) -> None:
    world.rewrite("assignment", loan, valid_to="2026-05-30")


def cursor_of(world: World, revs: dict[str, int]) -> str:
    with world.database.read() as connection:
        return cursors.write(epochs.standing(connection), revs)


def take_one_page(phone: Phone) -> dict[str, int]:
    """Take one page of one record; give how far each scope was served."""
    page = phone.page(1)
    phone.records |= {record.id: record for record in codec.from_rows(page)}
    phone.cursor, phone.last = page.cursor, page
    with phone.world.database.read() as connection:
        return cursors.read(phone.cursor, epochs.standing(connection)).revs


def test_a_customer_who_passed_through_a_scope_that_is_lost_stays_though_an_old_visit_was_archived() -> None:
    world = World()
    account, loan = world.account(), lent(world)
    closed(world, account)
    move(world, account, world.nantes, world.lyon)
    phone = world.phone(world.elodie)
    phone.pull()

    assert later(world) == 1
    ended(world, loan)
    phone.pull()

    assert account in phone.records
    assert phone.last is not None
    assert phone.digests() == phone.last.digests


def test_a_customer_who_was_dropped_and_brought_back_stays_when_a_scope_she_had_been_in_is_lost() -> None:
    world = World()
    loan, account = lent(world), world.account()
    asleep, awake, phone = world.phone(world.marie), world.phone(world.marie), world.phone(world.elodie)
    passed(world, asleep, awake)
    move(world, account, world.nantes)
    passed(world, asleep, awake, phone)
    awake.push(awake.delete("account", account))
    drop_tombstones(world, awake)
    assert account not in known(world)
    edit = asleep.edit("account", account, city="Nantes")
    assert asleep.push(edit).status == "need_full"
    assert answered(asleep, edit, wholes(asleep, account)).status == "applied"
    move(world, account, world.lyon)
    phone.pull()
    phone.pull()

    ended(world, loan)
    phone.pull()

    assert account in phone.records


def test_a_customer_who_went_on_before_the_scope_she_came_into_was_served_is_dropped() -> None:
    world = World()
    elsewhere = world.authored("territory", name="Elsewhere")
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()
    lent(world)
    move(world, account, world.nantes)
    for number in range(3):
        world.account(f"Client {number}")
    came = phone.records[account].rev
    while (revs := take_one_page(phone))[territory(world.lyon)] <= came + 2:
        assert revs.get(territory(world.nantes), 0) == 0

    move(world, account, elsewhere)
    phone.pull(1)

    assert account not in phone.records


def test_a_customer_who_went_on_while_a_scope_is_served_from_its_beginning_again_is_dropped() -> None:
    world = World()
    elsewhere = world.authored("territory", name="Elsewhere")
    lent(world)
    account, marie = world.account(), world.phone(world.marie)
    marie.pull()
    first, second = (world.account(name, world.nantes) for name in ("Client 1", "Client 2"))
    marie.pull()
    person = contact(world, marie, second)
    phone = world.phone(world.elodie)
    phone.pull()
    half = phone.records[first].rev
    held = {id_: record for id_, record in phone.records.items() if record.scope != territory(world.nantes) or record.rev <= half}
    marie.pull()
    marie.push(marie.delete("contact", person))
    move(world, account, world.nantes)
    world.account("Client 3")
    with world.database.read() as connection:
        head = epochs.standing(connection).head
    # Everything of Lyon, and the first half of Nantes: where a link that broke in the middle leaves a phone.
    phone.cursor = cursor_of(world, {"org": head, territory(world.lyon): head, territory(world.nantes): half})
    phone.records = held
    drop_tombstones(world, marie)

    move(world, account, elsewhere)
    phone.pull()

    assert account not in phone.records


@pytest.mark.parametrize("kind", ["territory", "archive"])
def test_a_cursor_that_names_a_scope_of_others_gives_no_id(kind: str) -> None:
    world = World()
    account = world.account()
    closed(world, account)
    move(world, account, world.nantes)
    later(world)
    nobody = world.phone(world.user("Nobody", "rep"))

    page = nobody.page(cursor=cursor_of(world, {f"{kind}:{world.nantes}": 0}))

    assert (page.left, page.lost_scopes) == ([], [f"{kind}:{world.nantes}"])


def test_a_cursor_made_up_for_ones_own_territory_gives_no_id_of_what_had_left_it_before() -> None:
    world = World()
    before, since = world.account(), world.account("Boulangerie Martin")
    move(world, before, world.nantes)
    newcomer = world.phone(world.user("Newcomer", "rep", world.lyon))
    newcomer.pull()
    move(world, since, world.nantes)
    lyon, nantes = territory(world.lyon), territory(world.nantes)

    low = newcomer.page(cursor=cursor_of(world, {lyon: 1}))
    through = newcomer.page(cursor=cursor_of(world, {lyon: 1, nantes: 0}))
    newcomer.pull()

    assert (set(low.left), set(through.left)) == ({since}, {since})
    assert since not in newcomer.records


def test_who_has_a_territory_again_still_hears_of_what_left_it_when_she_had_it_first() -> None:
    world = World()
    account, loan = world.account(territory=world.nantes), lent(world)
    phone = world.phone(world.elodie)
    phone.pull()
    assert account in phone.records
    with world.database.write() as connection:
        world.author.delete(connection, "assignment", loan)
    move(world, account, world.authored("territory", name="Angers"))
    lent(world)

    phone.pull()

    assert account not in phone.records
    assert phone.last is not None
    assert phone.digests() == phone.last.digests


def test_a_visit_archived_while_its_customer_was_elsewhere_leaves_a_phone_that_was_off_meanwhile() -> None:
    world = World()
    account = world.account()
    visit = closed(world, account)
    phone, other = world.phone(world.elodie), world.phone(world.elodie)
    phone.pull()
    assert visit in phone.records

    move(world, account, world.nantes)
    assert later(world) == 1
    move(world, account, world.lyon)
    for each in (phone, other):
        each.pull()

        assert visit not in each.records
        assert each.last is not None
        assert each.digests() == each.last.digests
