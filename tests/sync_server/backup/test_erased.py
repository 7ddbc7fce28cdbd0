"""What a restore brings in of people who were erased since the backup, and empties at once, is in no byte of the new file."""

import sqlite3
from pathlib import Path

import pytest

from sync_server.services.erasure import Eraser
from sync_server.services.ledger import Ledger
from sync_server.storage import meta, retrying, sqlite
from sync_server.storage.database import Database
from tests.sync_server.backup.conftest import CANARY, KEY, backups, restorer
from tests.sync_server.world import World


@pytest.fixture(autouse=True)
def _forgetting_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite leave what is deleted where it was, as some builds of it do; and nobody wait long."""
    known = sqlite._on_connect

    def on_connect(connection: sqlite3.Connection, record: object) -> None:
        known(connection, record)
        connection.execute("PRAGMA secure_delete = OFF").close()

    monkeypatch.setattr(sqlite, "_on_connect", on_connect)
    monkeypatch.setattr(sqlite, "BUSY_MS", 1)
    monkeypatch.setattr(retrying, "_FIRST_WAIT_S", 0.0)


def erased_since_a_backup(world: World, folder: Path) -> Path:
    accounts = [world.account(f"{CANARY} {number}") for number in range(30)]
    made = backups(world, folder / "backups").make().path
    for account in accounts:
        with world.database.write() as connection:
            Eraser(Ledger(folder / "ledger.log"), world.clock).erase(connection, "account", account)
    return made


def found(folder: Path) -> int:
    return sum(path.read_bytes().count(f"{CANARY} ".encode()) for path in folder.glob("new.db*"))


def test_who_was_erased_since_the_backup_is_in_no_byte_of_what_is_restored(world: World, tmp_path: Path) -> None:
    made = erased_since_a_backup(world, tmp_path)
    database = Database.open(tmp_path / "new.db")

    done = restorer(world, database, tmp_path).restore(made, KEY)

    database.close()
    assert done.scrubbed
    assert found(tmp_path) == 0


def test_a_restore_beside_a_reader_says_that_bytes_are_still_there_and_is_finished_by_another(world: World, tmp_path: Path) -> None:
    made = erased_since_a_backup(world, tmp_path)
    database = Database.open(tmp_path / "new.db")

    with database.read() as reader:
        meta.head(reader)
        first = restorer(world, database, tmp_path).restore(made, KEY)
    second = restorer(world, database, tmp_path).restore(made, KEY, replace=True)

    database.close()
    assert (first.scrubbed, second.scrubbed) == (False, True)
    assert found(tmp_path) == 0
