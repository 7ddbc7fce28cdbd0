"""A database that is damaged, or none, is said in a sentence with its remedy by whatever opens it."""

from pathlib import Path

import pytest

from sync_server.services.pull import PullService
from sync_server.services.readiness import reasons_against
from sync_server.storage.database import Database
from sync_server.storage.sqlite import DatabaseDamaged, SqliteStore
from tests.sync_server.cli.conftest import Tournee
from tests.sync_server.sync.test_http import Line

COMMANDS = (("user", "list"), ("backup",), ("serve",), ("migrate",), ("erase", "contact", "x"))


@pytest.mark.parametrize("torn", ["pages", "all"])
def test_every_command_says_that_the_database_is_damaged(organisation: Tournee, folder: Path, torn: str) -> None:
    damage(folder / "org.db", whole=torn == "all")

    for words in COMMANDS:
        refused = organisation(*words)

        assert refused.exit_code == 1
        assert "database is damaged" in refused.output, (words, refused.exception)
    assert organisation("doctor").exit_code == 1


def test_a_server_whose_database_was_damaged_is_not_ready_and_phones_hear_of_the_office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database.open(tmp_path / "org.db").close()
    damage(tmp_path / "org.db", whole=True)
    database = Database(SqliteStore(tmp_path / "org.db"))

    assert reasons_against(database, tmp_path)[-1] == "database_damaged"
    line = Line()
    monkeypatch.setattr(PullService, "brief", broken)
    assert line.problem("GET", "/v1/sync/pull") == (503, "internal_error")
    database.close()


def broken(*_given: object, **_named: object) -> object:
    raise DatabaseDamaged


def damage(file: Path, *, whole: bool) -> None:
    """Write over all of a database, or over all but its first page."""
    for name in ("-wal", "-shm"):
        file.with_name(file.name + name).unlink(missing_ok=True)
    content = file.read_bytes()
    kept = 0 if whole else 4096
    file.write_bytes(content[:kept] + b"\xa5" * (len(content) - kept))
