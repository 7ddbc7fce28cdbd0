"""What was deleted is in no byte of a file once it was scrubbed; while somebody reads, that is said, and done another time."""

import subprocess
import sys
from pathlib import Path

import pytest

from shared.errors import StorageBusy
from sync_server.storage import meta, retrying, sqlite
from sync_server.storage.database import Database
from tests.sync_server.cli.conftest import Tournee, folder, organisation, tournee
from tests.sync_server.world import World

__all__ = ["folder", "organisation", "tournee"]

CANARY = "Kanarienvogel"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 1)
    monkeypatch.setattr(retrying, "_FIRST_WAIT_S", 0.0)


def found(folder: Path) -> int:
    return sum(path.read_bytes().count(CANARY.encode()) for path in folder.glob("org.db*"))


def test_a_file_that_somebody_reads_is_not_said_to_be_scrubbed_and_is_the_next_time(tmp_path: Path) -> None:
    server, command = Database.open(tmp_path / "org.db"), Database.open(tmp_path / "org.db")
    server.run(lambda connection: meta.put(connection, "name", CANARY))
    with server.read() as reader:
        meta.get(reader, "name")
        command.run(lambda connection: meta.put(connection, "name", "x"))

        with pytest.raises(StorageBusy):
            command.scrub()

    assert found(tmp_path)
    command.scrub()
    assert not found(tmp_path)
    server.close()
    command.close()


def test_an_erasure_beside_a_reader_says_that_the_bytes_are_still_there_and_is_finished_by_another(
    organisation: Tournee, folder: Path
) -> None:
    world = World(folder / "org.db")
    account = world.account(CANARY)
    with world.database.read() as reader:
        meta.head(reader)

        first = organisation("erase", "account", account)

    left = found(folder)
    second = organisation("erase", "account", account)
    world.database.close()

    assert (first.exit_code, second.exit_code) == (1, 0), second.output
    assert "Run this again" in first.output
    assert left
    assert not found(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_file_is_scrubbed_in_less_memory_than_it_is_large(tmp_path: Path) -> None:
    script = """
import resource, sys
from pathlib import Path
from sync_server.storage import sqlite
from sync_server.storage.database import Database
sqlite.CACHE_KIB = 1024
database = Database.open(Path(sys.argv[1]))
with database.write() as connection:
    connection.exec_driver_sql("CREATE TABLE big (bytes BLOB)")
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
    connection.exec_driver_sql(f"INSERT INTO big {numbers} SELECT randomblob(10000) FROM n")
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 10_000_000,) * 2)
database.scrub()
database.close()
"""

    words = [sys.executable, "-c", script, str(tmp_path / "org.db")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=Path.cwd())

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "org.db").stat().st_size > 30_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["org.db"]
