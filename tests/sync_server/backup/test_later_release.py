"""A backup that a later release made is refused before anything is touched: its columns and tables would be dropped without a word."""

from pathlib import Path

import msgspec
import pytest

from sync_server.services import archive
from sync_server.storage import dump
from tests.sync_server.backup.conftest import KEY, restorer
from tests.sync_server.world import World


def test_a_later_releases_backup_is_refused_and_what_is_there_stays(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = of_a_later_release(world, tmp_path / "later.backup", monkeypatch)
    world.account("Since then")
    before = world.database.run(dump.counts)

    with pytest.raises(archive.BackupTooNew) as refused:
        restorer(world, world.database, tmp_path).restore(made, KEY, replace=True)

    assert refused.value.code == "backup_too_new"
    assert world.database.run(dump.counts) == before


def of_a_later_release(world: World, path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write what a release with one more column and one more table writes."""
    put, heading = archive._put, archive.Heading

    def later(out: object, frame: object) -> None:
        if isinstance(frame, archive.Trailer):
            put(out, ["contract", ["id"], [["one"]]])  # type: ignore[arg-type]
        if isinstance(frame, list) and frame[0] == "device":
            frame = ["device", [*frame[1], "colour"], [[*row, "red"] for row in frame[2]]]
        put(out, frame)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, world.database.read() as connection, path.open("wb") as file:
        patch.setattr(archive, "_put", later)
        patch.setattr(archive, "Heading", lambda *said: msgspec.structs.replace(heading(*said), schema="0099"))
        archive.write(connection, file, KEY, world.clock.now, bytes(archive.PREFIX_BYTES))
    return path
