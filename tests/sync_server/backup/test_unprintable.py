"""A backup of an earlier release, whose devices said of themselves what cannot be printed."""

from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from sync_server.services import archive
from sync_server.storage.database import Database
from sync_server.storage.dump import TextUnstorable
from sync_server.storage.tables import DEVICE
from tests.sync_server.backup.conftest import KEY, restorer
from tests.sync_server.world import World


def written(world: World, path: Path) -> Path:
    """Write a backup as an earlier release did, which tried none."""
    with path.open("wb") as file, world.database.read() as connection:
        archive.write(connection, file, KEY, world.clock.now, bytes(archive.PREFIX_BYTES))
    return path


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_cannot_be_printed_of_a_devices_name_stays_in_the_backup_of_an_earlier_release(
    world: World, tmp_path: Path, postgres_url: str, engine: str
) -> None:
    world.database.run(lambda connection: connection.execute(update(DEVICE).values(name="pho\0ne", platform="\0")))
    path = written(world, tmp_path / "old.backup")
    there = tmp_path / "there.db"
    target = Database.connect(postgres_url, "restored_names") if engine == "postgresql" else Database.open(there)

    restorer(world, target, tmp_path).restore(path, KEY, replace=True)

    said = target.run(lambda connection: connection.execute(select(DEVICE.c.name, DEVICE.c.platform)).one())
    assert tuple(said) == ("phone", "")
    target.close()


def test_a_backup_with_a_text_that_postgresql_cannot_keep_is_not_restored_there_and_names_it(
    world: World, tmp_path: Path, postgres_url: str
) -> None:
    account = world.account("Fournil")
    with world.database.write() as connection:
        connection.execute(text("UPDATE account SET note = 'secret' || char(0) WHERE id = :id"), {"id": account})
    path = written(world, tmp_path / "old.backup")
    target = Database.connect(postgres_url, "restored_texts")

    with pytest.raises(TextUnstorable, match=f"^note of account {account}$"):
        restorer(world, target, tmp_path).restore(path, KEY, replace=True)

    target.close()
