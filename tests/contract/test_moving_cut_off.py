"""A move that is cut off leaves the organisation alive in one place at most, and is finished by the same move again."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table

from sync_server.services import epochs
from sync_server.services.epochs import OrganisationArriving, OrganisationMoved
from sync_server.services.moving import move
from sync_server.services.seeding import NotEmpty
from sync_server.storage import dump, meta
from sync_server.storage.database import Database
from tests.contract.test_moving import folder, organisation, tournee, world
from tests.sync_server.cli.conftest import Tournee
from tests.sync_server.world import World

__all__ = ["folder", "organisation", "tournee", "world"]


_SCHEMAS = count()


class CutOffError(Exception):
    """Stands for a process that was killed."""


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A new database to move to."""
    if request.param == "sqlite":
        return Database.open(tmp_path / "target.db")
    return Database.connect(request.getfixturevalue("postgres_url"), f"cut_off_{next(_SCHEMAS)}")


def cut_off(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch, where: str, key: str) -> None:
    """Let ``work`` be killed when it writes (``put``) or takes away (``remove``) a value of the organisation."""
    known = getattr(meta, where)

    def killed(connection: Connection, given: str, *values: str) -> None:
        if given == key:
            raise CutOffError
        known(connection, given, *values)

    monkeypatch.setattr(meta, where, killed)
    with pytest.raises(CutOffError):
        work()
    monkeypatch.setattr(meta, where, known)


def test_a_move_that_is_cut_off_before_the_source_knows_leaves_it_alive_and_alone_and_can_be_repeated(
    world: World, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(lambda: move(world.database, target, "there"), monkeypatch, "put", meta.MOVED)
    with pytest.raises(OrganisationArriving):
        target.run(epochs.standing)
    account = world.account("Written since")

    move(world.database, target, "there")

    with pytest.raises(OrganisationMoved):
        world.database.run(epochs.standing)
    world.database.close()
    world.use(target)
    phone = world.phone(world.elodie)
    phone.pull()
    assert account in phone.records
    target.close()


def test_a_move_that_is_cut_off_at_its_end_leaves_nobody_alive_and_is_finished_by_the_same_one_only(
    world: World, target: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Database.open(tmp_path / "other.db")
    cut_off(lambda: move(world.database, target, "there"), monkeypatch, "remove", meta.ARRIVING)
    with pytest.raises(OrganisationMoved):
        world.database.run(epochs.standing)
    with pytest.raises(OrganisationArriving):
        target.run(epochs.standing)

    with pytest.raises(OrganisationMoved):
        move(world.database, other, "elsewhere")
    moved = move(world.database, target, "there")

    assert moved.rows == sum(target.run(lambda connection: dump.counts(connection, dump.everything())).values())
    assert target.run(epochs.standing).head
    with pytest.raises(OrganisationMoved):
        move(world.database, target, "there")
    for each in (world.database, target, other):
        each.close()


def test_another_organisation_is_not_moved_over_one_that_is_arriving(
    world: World, target: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(lambda: move(world.database, target, "there"), monkeypatch, "put", meta.MOVED)
    with world.database.write() as connection:
        meta.put(connection, "organisation", "another")

    with pytest.raises(NotEmpty):
        move(world.database, target, "there")

    world.database.close()
    target.close()


def test_the_command_says_that_a_move_was_cut_off_and_finishes_it(
    organisation: Tournee, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arriving = tmp_path / "arriving"
    arriving.mkdir()

    def command() -> None:
        failed = organisation("migrate-to", str(arriving / "org.db")).exception
        assert failed is not None
        raise failed

    cut_off(command, monkeypatch, "remove", meta.ARRIVING)
    told = organisation("user", "list", "--data", str(arriving))
    again = organisation("migrate-to", str(arriving / "org.db"))

    assert "migrate-to` again" in told.output
    assert again.exit_code == 0, again.output
    assert organisation("user", "list", "--data", str(arriving)).exit_code == 0


def test_neither_end_of_a_move_is_ended_for_waiting_for_the_other(
    world: World, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.connect(postgres_url, "patient")
    back = Database.open(tmp_path / "back.db")
    seen: list[str] = []
    known = dump.counts

    def looked_at(connection: Connection, *tables: list[Table]) -> dict[str, int]:
        if connection.dialect.name == "postgresql":
            seen.append(connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one())
        return known(connection, *tables)

    monkeypatch.setattr(dump, "counts", looked_at)
    move(world.database, database, "there")
    there, seen[:] = set(seen[:-1]), []
    move(database, back, "back")

    assert (there, set(seen)) == ({"0"}, {"0"})
    for each in (world.database, database, back):
        each.close()
