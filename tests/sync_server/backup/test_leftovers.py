"""A backup that is killed leaves nothing that anybody can read, nor anything for ever."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from sync_server.services import archive, leftovers
from sync_server.services.backup import Backups
from sync_server.storage.lock import ServerLock
from tests.sync_server.backup.conftest import KEY, backups
from tests.sync_server.cli.conftest import Tournee, folder, organisation, tournee
from tests.sync_server.world import World

__all__ = ["folder", "organisation", "tournee"]


def left(place: Path, name: str = "verify-gone") -> Path:
    """Leave behind in ``place`` what a backup that was killed while it verified leaves."""
    made = place / name
    made.mkdir(parents=True)
    for file in ("org.db", "org.db-wal", "org.db.lock"):
        (made / file).write_bytes(b"everything")
    return made


def test_a_backup_is_verified_in_the_organisations_folder_and_never_where_backups_go(
    organisation: Tournee, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = archive.load
    open_places: list[tuple[Path, int]] = []

    def looked_at(connection: Connection, path: Path, key: bytes) -> archive.Heading:
        open_places.extend((file.parent.parent, file.parent.stat().st_mode & 0o777) for file in tmp_path.rglob("verify-*/org.db"))
        return known(connection, path, key)

    monkeypatch.setattr(archive, "load", looked_at)

    done = organisation("backup", "--to", str(tmp_path / "elsewhere"))

    assert done.exit_code == 0, done.output
    assert open_places == [(folder, 0o700)]


def test_what_a_killed_backup_left_behind_goes_with_the_next_one(world: World, tmp_path: Path) -> None:
    private, elsewhere = tmp_path / "private", tmp_path / "elsewhere"
    left(private)
    left(elsewhere)
    (elsewhere / ".1.backup.part").write_bytes(b"half")
    (elsewhere / ".2.backup.part.lock").write_bytes(b"4711")

    made = Backups(world.database, elsewhere, KEY, world.clock, world.randomness, private=private).make()

    assert list(private.iterdir()) == []
    assert list(elsewhere.iterdir()) == [made.path]


def test_what_another_user_left_behind_stays_and_stops_no_backup(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    left(elsewhere)
    theirs, known = elsewhere / "20200101T000000Z-1.backup", archive.heading
    theirs.write_bytes(b"theirs")
    (elsewhere / ".1.backup.part").write_bytes(b"half")

    def refuse(file: Path) -> None:
        raise PermissionError(file)

    monkeypatch.setattr(leftovers, "_require_nobodys", refuse)
    monkeypatch.setattr(archive, "heading", lambda path: refuse(path) if path == theirs else known(path))
    made = backups(world, elsewhere).make(keep=1)

    assert sorted(path.name for path in elsewhere.iterdir()) == [".1.backup.part", theirs.name, made.path.name, "verify-gone"]


def test_what_another_backup_is_working_with_stays(world: World, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    verifying, part = left(elsewhere, "verify-now") / "org.db", elsewhere / ".1.backup.part"
    part.write_bytes(b"half")
    locks = [ServerLock(verifying), ServerLock(part)]
    for each in locks:
        each.acquire()

    backups(world, elsewhere).make()

    assert verifying.exists()
    assert part.exists()
    for each in locks:
        each.release()
