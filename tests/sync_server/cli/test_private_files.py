"""While a command fills a database its files are its owner's alone, also in a folder that others may enter and with a lax umask."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from sync_server.services import epochs
from sync_server.services.restore import Restorer
from sync_server.storage import dump
from tests.sync_server.cli.conftest import Tournee

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere files have no such rights")


@pytest.fixture(autouse=True)
def _lax() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir() if file.name.endswith((".db", "-wal", "-shm"))}


def private(name: str) -> dict[str, int]:
    return dict.fromkeys((name, f"{name}-wal", f"{name}-shm"), 0o600)


@pytest.mark.parametrize("lying_there", [False, True])
def test_nobody_else_reads_what_a_restore_fills_in(
    organisation: Tournee, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, lying_there: bool
) -> None:
    organisation("backup", "--to", str(tmp_path / "safe"))
    (backup,) = (tmp_path / "safe").iterdir()
    other, seen = tmp_path / "other", []
    other.mkdir(mode=0o755)
    if lying_there:
        shutil.copy(folder / "org.db", other / "org.db")
        (other / "org.db").chmod(0o644)
    apply = Restorer._apply_ledger

    def looked(restorer: Restorer, connection: Connection) -> None:
        seen.append(rights(other))
        apply(restorer, connection)

    monkeypatch.setattr(Restorer, "_apply_ledger", looked)
    done = organisation("restore", str(backup), "--replace", "--data", str(other), "--key", str(folder / "backup.key"))

    assert done.exit_code == 0, done.output
    assert seen == [private("org.db")]


def test_nobody_else_reads_what_init_writes(tournee: Tournee, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(mode=0o755)
    begin, seen = epochs.begin, []

    def looked(*given: object) -> object:
        seen.append(rights(folder))
        return begin(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(epochs, "begin", looked)

    assert tournee("init", "--name", "Maison Fournil").exit_code == 0
    assert seen == [private("org.db")]


def test_nobody_else_reads_the_file_that_an_organisation_moves_to(
    organisation: Tournee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all, counted, seen = tmp_path / "open", dump.counted_digests, []
    open_to_all.mkdir(mode=0o755)

    def looked(connection: Connection) -> dict[str, str]:
        seen.append(rights(open_to_all))
        return counted(connection)

    monkeypatch.setattr(dump, "counted_digests", looked)
    done = organisation("migrate-to", str(open_to_all / "back.db"))

    assert done.exit_code == 0, done.output
    assert seen == [private("back.db")]
