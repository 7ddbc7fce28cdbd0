"""An assignment that is over: no command, no loan and no phone moves its end; where the office's own hand does, devices follow."""

from datetime import date

import pytest
from sqlalchemy import select

from shared.errors import RecordRefused
from shared.models.registry import raw_table
from shared.sync.digest import counted
from sync_server.services import moves, territories
from tests.sync_server.sync.test_moves import login
from tests.sync_server.world import DAY, Phone, World

pytestmark = pytest.mark.usefixtures("engine")

TODAY = date(2026, 11, 22)
OVER = "2026-11-20"


def lent_nantes(world: World, until: str | None) -> str:
    """Let Élodie, who works Lyon, have Nantes for a while; give the assignment."""
    return world.authored("assignment", territory_id=world.nantes, user_id=world.elodie[0], valid_from="2026-01-01", valid_to=until)


def ends(world: World) -> list[str | None]:
    """The last days of all that Élodie ever had of Nantes."""
    table = raw_table("assignment")
    with world.database.read() as connection:
        found = select(table.c.valid_to).where(table.c.user_id == world.elodie[0], table.c.territory_id == world.nantes)
        return list(connection.scalars(found.order_by(table.c.valid_from)))


def two_days_later(world: World, phone: Phone, *, heard: bool) -> str:
    """Let Élodie's phone have Nantes until yesterday, and perhaps hear that this is over; give the assignment."""
    loan = lent_nantes(world, "2026-11-22")
    phone.pull()
    world.clock.now += 2 * DAY
    if heard:
        phone.pull()
    return loan


def agrees(phone: Phone) -> bool:
    """Whether the phone holds what the server says that it holds, and that is something."""
    phone.pull()
    assert phone.last is not None
    assert phone.last.digests is not None
    return phone.digests() == phone.last.digests and sum(counted(phone.last.digests).values()) > 0


def test_no_command_and_no_phone_moves_the_end_of_what_is_over() -> None:
    world = World()
    over = lent_nantes(world, OVER)
    name, lender = login(world, world.elodie, "elodie"), login(world, world.nikos, "nikos")
    phone = world.phone(world.elodie)
    phone.pull()

    with world.database.write() as connection, pytest.raises(RecordRefused, match="not_assigned"):
        territories.unassign(connection, world.author, world.nantes, name, TODAY)
    with world.database.write() as connection, pytest.raises(RecordRefused, match="already_assigned"):
        territories.assign(connection, world.author, world.nantes, name, (date(2026, 11, 20), None))
    with world.database.write() as connection:
        moves.deputise(connection, world.author, name, lender, (date(2026, 11, 21), TODAY))
    outcome = phone.push(phone.edit("assignment", over, valid_to="2026-12-31"))

    assert ends(world) == [OVER, "2026-11-22"]
    assert (outcome.status, outcome.code) == ("refused", "server_kind")


def test_a_territory_given_anew_leaves_the_end_of_the_time_before_as_it_was() -> None:
    world = World()
    lent_nantes(world, OVER)
    name = login(world, world.elodie, "elodie")

    with world.database.write() as connection:
        territories.assign(connection, world.author, world.nantes, name, (date(2026, 11, 21), None))
    with world.database.write() as connection:
        territories.unassign(connection, world.author, world.nantes, name, TODAY)

    assert ends(world) == [OVER, "2026-11-21"]


@pytest.mark.parametrize("heard", [True, False], ids=["it had heard of the end", "it was away meanwhile"])
def test_a_phone_has_all_of_a_territory_again_whose_end_is_put_off_after_it_had_come(*, heard: bool) -> None:
    world = World()
    customer, gone = world.account("Nantes'", world.nantes), world.account("Gone", world.nantes)
    phone = world.phone(world.elodie)
    loan = two_days_later(world, phone, heard=heard)
    assert (customer in phone.records) is not heard
    world.rewrite("account", customer, name="Written meanwhile")
    world.rewrite("account", gone, territory_id=world.lyon)
    new = world.account("New there", world.nantes)

    world.rewrite("assignment", loan, valid_to="2026-12-31")
    phone.pull()

    assert phone.records[customer].value("name") == "Written meanwhile"
    assert phone.records[gone].scope == f"territory:{world.lyon}"
    assert new in phone.records
    assert agrees(phone)
    assert phone.push(phone.edit("account", customer, city="Nantes")).status == "applied"


@pytest.mark.parametrize("heard", [True, False], ids=["it had heard of the end", "it was away meanwhile"])
def test_a_phone_loses_a_territory_once_though_its_end_is_put_earlier_after_it_had_come(*, heard: bool) -> None:
    world = World()
    customer, mine = world.account("Nantes'", world.nantes), world.account()
    phone = world.phone(world.elodie)
    loan = two_days_later(world, phone, heard=heard)
    late = phone.edit("account", customer, city="Nantes") if customer in phone.records else None

    world.rewrite("assignment", loan, valid_to="2026-11-10")
    phone.pull()

    assert customer not in phone.records
    assert mine in phone.records
    assert agrees(phone)
    assert late is None or phone.push(late).status == "refused"
