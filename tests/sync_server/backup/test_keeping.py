"""Which backups stay where only the newest are kept."""

from pathlib import Path

from sync_server.services.organisation import create_organisation
from tests.sync_server.backup.conftest import backups
from tests.sync_server.world import DAY, World


def test_only_the_newest_backups_stay(world: World, tmp_path: Path) -> None:
    made = []
    for _ in range(3):
        made.append(backups(world, tmp_path / "backups").make(keep=2).path)
        world.clock.now += DAY

    assert sorted((tmp_path / "backups").iterdir()) == made[1:]


def test_the_backup_that_was_just_made_stays_whatever_the_clock_said_when_another_one_was(world: World, tmp_path: Path) -> None:
    now = world.clock.now
    world.clock.now = now + 3_650 * DAY
    ahead = backups(world, tmp_path / "backups").make(keep=2).path
    world.clock.now = now
    world.account("Written since")

    first = backups(world, tmp_path / "backups").make(keep=2)
    world.clock.now += DAY
    world.account("Written later")
    second = backups(world, tmp_path / "backups").make(keep=2)

    assert (first.dropped, second.dropped) == ((), (ahead,))
    assert sorted((tmp_path / "backups").iterdir()) == [first.path, second.path]


def test_only_backups_of_the_same_organisation_are_counted(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other.db", first=10_000)
    with other.database.write() as connection:
        create_organisation(connection, "Another", tmp_path / "other.key", other.clock, other.randomness)
    nobodys = tmp_path / "backups" / "20200101T000000Z-1.backup"
    theirs = backups(other, tmp_path / "backups", bytes(32)).make(keep=1).path
    nobodys.write_bytes(b"no backup")
    world.clock.now += DAY

    ours = backups(world, tmp_path / "backups").make(keep=1)

    assert ours.dropped == ()
    assert sorted((tmp_path / "backups").iterdir()) == sorted([nobodys, theirs, ours.path])
    other.database.close()
