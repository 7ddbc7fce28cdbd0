"""No statement of a round reads a whole table: what a round costs does not grow with the organisation."""

import sqlite3

from shared.sync.change import Edit
from sync_server.services.compaction import compact
from tests.plans import Plans
from tests.sync_server.world import DAY, World

SMALL = frozenset({"meta", "scope_digest", "json_each"})
"""What has a handful of rows in any organisation."""
DAILY = frozenset({"SCAN device", "SCAN device USING INDEX ix_device_user_id"})
"""Once a day every device is asked how far it has come."""


def plans_of(world: World) -> Plans:
    """Watch what this world's server asks of its database from now on."""
    driver = world.database.engine.raw_connection().driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return Plans(driver, SMALL)


def test_no_statement_of_a_push_and_a_pull_reads_a_whole_table() -> None:
    world = World()
    accounts = [world.account(f"Fournil {number}") for number in range(5)]
    phone, other = world.phone(world.elodie), world.phone(world.marie)
    phone.pull()
    plans = plans_of(world)

    phone.push_all(*(phone.edit("account", account, city="Vienne", tags=Edit(add=("fair",))) for account in accounts))
    phone.push_all(phone.edit("account", accounts[0], territory_id=world.nantes))
    other.pull()
    other.push_all(other.edit("account", accounts[1], territory_id=world.nantes))
    phone.pull()

    assert plans.whole() == {}


def test_no_statement_of_a_compaction_or_of_what_follows_reads_a_whole_table() -> None:
    world = World()
    accounts = [world.account(f"Fournil {number}") for number in range(3)]
    asleep, awake = world.phone(world.elodie), world.phone(world.marie)
    people = [awake.create("contact", account_id=account, last_name="Lucie") for account in accounts]
    awake.push_all(*(made for _, made in people))
    for phone in (asleep, awake):
        phone.pull()
        phone.pull()
    awake.push_all(awake.edit("account", accounts[2], territory_id=world.nantes))
    awake.pull()
    awake.push_all(*(awake.delete("contact", id_) for id_, _ in people), awake.delete("account", accounts[1]))
    compact(world.database, world.clock.now)
    world.clock.now += 91 * DAY
    awake.pull()
    awake.pull()
    plans = plans_of(world)

    done = compact(world.database, world.clock.now)
    outcome = asleep.push(asleep.edit("contact", people[0][0], first_name="Lou"))
    asleep.pull()

    assert (done.tombstones, outcome.status) == (4, "need_full")
    assert {step for step in plans.whole().values() if step not in DAILY} == set()
