"""What the doctor finds, and that each finding has its remedy."""

from pathlib import Path

import pytest

from shared.ports import SystemClock
from sync_server.config import Config
from sync_server.services.doctor import Finding, Level, examine
from sync_server.storage import meta
from sync_server.storage.database import Database
from tests.sync_server.cli.conftest import Tournee


def _wrong(folder: Path) -> list[Finding]:
    found = examine(Config(data=folder), SystemClock().now_ms())
    assert all(each.remedy for each in found if each.level is not Level.OK)
    return [each for each in found if each.level is Level.WRONG]


def test_a_sound_organisation_has_only_the_note_about_backups(organisation: Tournee) -> None:
    done = organisation("doctor")

    assert done.exit_code == 0, done.output
    assert "WRONG" not in done.output
    assert "90 days" in done.output


def test_an_empty_folder_is_wrong(tournee: Tournee) -> None:
    assert tournee("doctor").exit_code == 1


def test_files_that_others_may_read_are_wrong(organisation: Tournee, folder: Path) -> None:
    (folder / "recovery.key").chmod(0o644)

    assert [each.about for each in _wrong(folder)] == ["rights"]
    assert organisation("doctor").exit_code == 1


def test_a_missing_broken_or_foreign_recovery_key_is_wrong(organisation: Tournee, folder: Path) -> None:
    key = folder / "recovery.key"
    contents = (b"", b"AAAA\n", b"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")
    for content in contents:
        key.write_bytes(content)
        assert [each.about for each in _wrong(folder)] == ["recovery"]
    key.unlink()

    assert [each.about for each in _wrong(folder)] == ["recovery"]


def test_a_damaged_database_is_found(organisation: Tournee, folder: Path) -> None:
    (folder / "org.db").write_bytes(b"not a database at all" * 1000)

    assert [each.about for each in _wrong(folder)] == ["database"]


def test_a_clock_behind_what_the_database_has_seen_is_found(organisation: Tournee, folder: Path) -> None:
    now = SystemClock().now_ms()
    database = Database.open(folder / "org.db")
    with database.write() as connection:
        row = ("id", "CC", "user", "Pixel", "android", 0, now + 86_400_000)
        connection.exec_driver_sql(
            'INSERT INTO device(id, code, user_id, name, platform, enrolled_at, last_seen, last_seq, "offset")'
            " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)",
            row,
        )
    database.close()

    assert [each.about for each in _wrong(folder)] == ["clock"]


@pytest.mark.parametrize(("free", "level"), [(10 * 2**20, Level.WRONG), (200 * 2**20, Level.NOTE), (2**40, Level.OK)])
def test_a_disk_that_fills_up_is_said_in_time(organisation: Tournee, folder: Path, free: int, level: Level) -> None:
    found = examine(Config(data=folder), SystemClock().now_ms(), lambda _folder: free)

    assert [each.level for each in found if each.about == "disk"] == [level]


def test_listening_to_the_world_without_tls_is_noted(organisation: Tournee, folder: Path) -> None:
    found = examine(Config(data=folder, host="0.0.0.0"), SystemClock().now_ms())  # noqa: S104 - what is looked for

    assert [each.level for each in found if each.about == "configuration"] == [Level.NOTE]


def test_a_database_that_the_organisation_left_is_wrong_and_the_one_it_went_to_is_named(organisation: Tournee, folder: Path) -> None:
    assert organisation("migrate-to", str(folder / "back.db")).exit_code == 0

    assert [(each.about, str(folder / "back.db") in each.said) for each in _wrong(folder)] == [("organisation", True)]


def test_a_database_that_the_organisation_has_not_reached_is_wrong(organisation: Tournee, folder: Path) -> None:
    database = Database.open(folder / "org.db")
    with database.write() as connection:
        meta.put(connection, meta.ARRIVING, "somebody")
    database.close()

    (found,) = _wrong(folder)
    assert found.about == "organisation"
    assert "cut off" in found.said
