"""A restore on another machine than the commands ran on: its ledger lacks what the database that it replaces knows."""

from pathlib import Path

import pytest

from sync_server.services.erasure import Eraser
from sync_server.services.ledger import Begun, Enrolled, Ledger, Revoked, Welcome
from sync_server.services.organisation import create_organisation
from tests.sync_server.backup.conftest import KEY, backups, restorer
from tests.sync_server.world import MINUTE, World


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The folder of another machine, with a copy of the keys and no ledger."""
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "elsewhere"


def test_who_was_erased_on_one_machine_stays_erased_when_another_one_restores(world: World, tmp_path: Path, elsewhere: Path) -> None:
    account = world.account("Wäscherei Vogel")
    made = backups(world, tmp_path / "backups").make().path
    with world.database.write() as connection:
        Eraser(Ledger(tmp_path / "ledger.log"), world.clock).erase(connection, "account", account)

    for _ in range(2):  # the second time the ledger knows
        restorer(world, world.database, elsewhere).restore(made, KEY, replace=True)

    with world.database.read() as connection:
        assert "Wäscherei Vogel" not in connection.exec_driver_sql("SELECT name FROM account").scalars().all()
    lines = Ledger(elsewhere / "ledger.log").lines()
    assert len({repr(line) for line in lines}) == len(lines)


def test_whoever_was_shut_out_on_one_machine_stays_out_when_another_one_restores(world: World, tmp_path: Path, elsewhere: Path) -> None:
    phone = world.phone(world.elodie)
    with world.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO login VALUES (?, 'elodie', 'x', 0)", (world.elodie[0],))
    Ledger(elsewhere / "ledger.log").append([Welcome(world.elodie[0], allowed=True, at=1)])
    made = backups(world, tmp_path / "backups").make().path
    with world.database.write() as connection:
        connection.exec_driver_sql("UPDATE login SET disabled = 1")
        connection.exec_driver_sql("UPDATE device SET revoked_at = 7 WHERE id = ?", (phone.device.device_id,))

    restorer(world, world.database, elsewhere).restore(made, KEY, replace=True)

    with world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT disabled FROM login").scalar_one() == 1
        shut_out = connection.exec_driver_sql("SELECT id FROM device WHERE revoked_at = 7").scalars().all()
        assert shut_out == [phone.device.device_id]
    lines = Ledger(elsewhere / "ledger.log").lines()
    assert [line.code for line in lines if isinstance(line, Revoked)] == [phone.device.code]
    assert phone.device.device_id in {line.device for line in lines if isinstance(line, Enrolled)}


def test_an_epoch_knows_those_that_were_begun_on_another_machine(world: World, tmp_path: Path, elsewhere: Path) -> None:
    made = backups(world, tmp_path / "backups").make().path
    first = restorer(world, world.database, tmp_path).restore(made, KEY, replace=True).epoch
    world.clock.now += MINUTE
    later = backups(world, tmp_path / "later").make().path
    second = restorer(world, world.database, tmp_path).restore(later, KEY, replace=True).epoch

    here = restorer(world, world.database, elsewhere).restore(made, KEY, replace=True).epoch

    assert here.older == {second.id: first.fork, first.id: first.fork}
    assert here.start > second.start
    assert here.before == ((first.start, first.fork), (second.start, second.fork))
    assert {line.epoch for line in Ledger(elsewhere / "ledger.log").lines() if isinstance(line, Begun)} == {second.id, here.id}


def test_another_organisations_ledger_takes_nothing_from_the_one_that_is_replaced(world: World, tmp_path: Path, elsewhere: Path) -> None:
    made = backups(world, tmp_path / "backups").make().path
    other = World(elsewhere / "org.db", first=10_000)
    account = other.account("Erased there")
    with other.database.write() as connection:
        create_organisation(connection, "Another", elsewhere / "recovery.key", other.clock, other.randomness)
        Eraser(Ledger(elsewhere / "theirs.log"), other.clock).erase(connection, "account", account)

    restorer(world, other.database, elsewhere).restore(made, KEY, replace=True)

    assert all(isinstance(line, Begun) for line in Ledger(elsewhere / "ledger.log").lines())
    other.database.close()
