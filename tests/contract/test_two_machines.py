"""Two machines serve one PostgreSQL, each with a folder of its own that holds a copy of the keys, as docs/operations.md has it."""

import shutil
from pathlib import Path

import pytest

from sync_server.storage.database import Database
from tests.sync_server.cli.conftest import Tournee, folder, organisation, tournee

__all__ = ["folder", "organisation", "tournee"]


def test_whoever_was_erased_on_one_machine_does_not_come_back_by_a_restore_on_another(
    tournee: Tournee, folder: Path, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOURNEE_SERVER_DATABASE", postgres_url)
    monkeypatch.setenv("TOURNEE_SERVER_SCHEMA", "two_machines")
    cards, other = tmp_path / "c.csv", tmp_path / "other"
    cards.write_text("company,city,first name,last name\nFournil Bellevue,Lyon,Jeanne,Secret\n", encoding="utf-8")
    for words in (("init", "--name", "Maison Fournil"), ("territory", "add", "Lyon")):
        assert tournee(*words).exit_code == 0
    assert tournee("import", "customers", str(cards), "--territory", "Lyon", "--yes").exit_code == 0
    assert tournee("backup").exit_code == 0
    other.mkdir(mode=0o700)
    for key in ("recovery.key", "backup.key"):
        shutil.copy2(folder / key, other / key)
    (backup,) = (folder / "backups").iterdir()
    assert tournee("erase", "contact", people(postgres_url)[0][0]).exit_code == 0

    done = tournee("restore", str(backup), "--replace", "--data", str(other))

    assert done.exit_code == 0, done.output
    assert "Secret" not in {name for _, name in people(postgres_url)}


def people(url: str) -> list[tuple[str, str]]:
    database = Database.connect(url, "two_machines")
    with database.read() as connection:
        found = connection.exec_driver_sql("SELECT id, last_name FROM contact").all()
    database.close()
    return [(row[0], row[1]) for row in found]
