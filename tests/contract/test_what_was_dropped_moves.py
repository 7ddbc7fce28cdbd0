"""What compaction left behind goes along to another database and comes back from a backup: whoever slept gets the same answer there."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from sync_server.services.backup import Backups
from sync_server.services.compaction import compact
from sync_server.services.ledger import Ledger
from sync_server.services.moving import move
from sync_server.services.organisation import create_organisation
from sync_server.services.restore import Restorer
from sync_server.storage import dump, meta
from sync_server.storage.database import Database
from sync_server.storage.tables import COMPACTED, DEVICE_PROGRESS, HEAD_AT, SCOPE_MOVE
from tests.sync_server.sync.sleepers import answered, contact, known, passed, wholes
from tests.sync_server.world import DAY, Phone, World

KEY = bytes(range(32))


class Slept(NamedTuple):
    """A phone that slept while one person and one customer were deleted and dropped, and two customers came into its scope."""

    world: World
    asleep: Phone
    awake: Phone
    lucie: str
    account: str
    roots: set[str]


@pytest.fixture(params=["sqlite", "postgresql"])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Slept]:
    """The organisation on either engine."""
    database = Database.open(tmp_path / "here.db") if request.param == "sqlite" else request.getfixturevalue("ring").fresh()
    world = World(database=database)
    with database.write() as connection:
        create_organisation(connection, "Maison Fournil", tmp_path / "recovery.key", world.clock, world.randomness)
    account, stays, goes = world.account(), world.account("Stays", world.nantes), world.account("Goes", world.nantes)
    asleep, awake = world.phone(world.marie), world.phone(world.marie)
    lucie = contact(world, awake, account)
    passed(world, asleep, awake)
    for root in (stays, goes):
        world.rewrite("account", root, territory_id=world.lyon)
    awake.pull()
    awake.push_all(awake.delete("contact", lucie), awake.delete("account", goes))
    for _ in range(4):
        world.clock.now += 31 * DAY
        passed(world, awake)
        compact(world.database, world.clock.now)
    yield Slept(world, asleep, awake, lucie, account, {stays, goes})
    if request.param == "sqlite":
        database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of either engine."""
    lasting = request.param == "sqlite"
    database = Database.open(tmp_path / "there.db") if lasting else Database.connect(request.getfixturevalue("postgres_url"), tmp_path.name)
    yield database
    database.close()


def compacted_tables(database: Database) -> dict[str, list[object]]:
    with database.read() as connection:
        found: dict[str, list[object]] = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in (COMPACTED, SCOPE_MOVE, HEAD_AT, DEVICE_PROGRESS)
        }
        return found | {meta.COMPACTED: [meta.get(connection, meta.COMPACTED)]}


def wakes_up_alike(slept: Slept) -> None:
    """She gets her scope anew, what she writes about whom was dropped asks for all of it, and she ends like the server."""
    sent = slept.asleep.edit("contact", slept.lucie, first_name="Lulu")
    held = wholes(slept.asleep, slept.lucie, slept.account)

    asked = slept.asleep.push(sent)
    given = answered(slept.asleep, sent, held)
    slept.asleep.pull()

    assert (asked.status, asked.by, given.status) == ("need_full", (slept.lucie,), "applied")
    assert slept.asleep.last is not None
    assert slept.asleep.digests() == slept.asleep.last.digests
    assert {slept.lucie, slept.account} <= slept.asleep.records.keys()
    assert len(slept.roots & slept.asleep.records.keys()) == 1


def test_what_was_dropped_moves_to_another_database_and_whoever_slept_gets_the_same_answer(here: Slept, there: Database) -> None:
    page = here.asleep.page()
    before = compacted_tables(here.world.database)
    assert all(before.values())
    assert page.again
    assert here.roots <= set(page.left)

    move(here.world.database, there, "elsewhere")
    here.world.use(there)

    assert compacted_tables(there) == before
    assert here.asleep.page() == page
    wakes_up_alike(here)


def test_compaction_goes_on_where_it_was_in_the_other_database(here: Slept, there: Database) -> None:
    move(here.world.database, there, "elsewhere")
    here.world.use(there)
    passed(here.world, here.asleep)
    here.awake.push(here.awake.delete("account", here.account))
    here.world.clock.now += DAY
    passed(here.world, here.awake)

    first = compact(there, here.world.clock.now)
    passed(here.world, here.asleep)
    second = compact(there, here.world.clock.now)

    assert (first.tombstones, second.tombstones) == (0, 1)
    assert here.account not in known(here.world)
    assert there.run(dump.kept_digests) == there.run(dump.counted_digests)


def test_what_was_dropped_is_in_a_backup_and_whoever_slept_through_all_of_it_gets_the_same_answer(
    here: Slept, there: Database, tmp_path: Path
) -> None:
    world, page = here.world, here.asleep.page()
    made = Backups(world.database, tmp_path / "backups", KEY, world.clock, world.randomness).make()
    before = compacted_tables(world.database)

    Restorer(there, Ledger(tmp_path / "ledger.log"), world.clock, world.randomness).restore(made.path, KEY)
    world.use(there)

    assert compacted_tables(there) == before
    again = here.asleep.page()
    assert (again.again, set(again.left), again.kinds) == (page.again, set(page.left), page.kinds)
    wakes_up_alike(here)
