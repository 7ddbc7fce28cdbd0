"""One file, one server, one writer; a transaction is all there or not at all."""

import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from shared.errors import DiskFull, StorageBusy
from sync_server.storage import meta
from sync_server.storage.database import Database


def test_every_connection_is_durable(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "org.db")

    with database.read() as connection:
        modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")]

    assert modes == ["wal", 2]
    database.close()


def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    first = Database.open(tmp_path / "org.db", serve=True)
    script = f"""
from pathlib import Path
from shared.errors import StorageBusy
from sync_server.storage.database import Database
try:
    Database.open(Path({str(tmp_path / "org.db")!r}), serve=True)
except StorageBusy:
    print("refused")
"""

    second = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path.cwd())
    first.close()
    third = Database.open(tmp_path / "org.db", serve=True)

    assert second.stdout.strip() == "refused"
    third.close()


def test_the_command_line_works_beside_a_server(tmp_path: Path) -> None:
    server = Database.open(tmp_path / "org.db", serve=True)
    beside = Database.open(tmp_path / "org.db")

    with beside.write() as connection:
        meta.put(connection, "name", "Fournil")

    with server.read() as connection:
        assert meta.get(connection, "name") == "Fournil"
    beside.close()
    server.close()


def test_a_reader_keeps_its_snapshot_while_others_write(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "org.db")

    with database.read() as reader:
        before = meta.head(reader)
        with database.write() as writer:
            meta.set_head(writer, 7)
        during = meta.head(reader)

    with database.read() as reader:
        assert (before, during, meta.head(reader)) == (0, 0, 7)
    database.close()


def test_an_error_rolls_all_back(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "org.db")

    def fail() -> None:
        with database.write() as connection:
            meta.set_head(connection, 7)
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    with database.read() as connection:
        assert meta.head(connection) == 0
    database.close()


def test_fault_15_a_busy_file_is_waited_for_and_then_said(tmp_path: Path) -> None:
    database, other = Database.open(tmp_path / "org.db"), Database.open(tmp_path / "org.db")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")

    def write() -> None:
        with database.write() as connection:
            meta.set_head(connection, 7)

    with other.write(), pytest.raises(StorageBusy):
        write()
    write()

    with database.read() as connection:
        assert meta.head(connection) == 7
    database.close()
    other.close()


def test_two_writers_of_one_process_take_turns(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "org.db")
    begun = Event()

    def count_up() -> None:
        begun.set()
        for _ in range(20):
            with database.write() as connection:
                meta.set_head(connection, meta.head(connection) + 1)

    thread = Thread(target=count_up)
    thread.start()
    begun.wait()
    count_up()
    thread.join()

    with database.read() as connection:
        assert meta.head(connection) == 40
    database.close()


def test_a_full_disk_is_named_and_nothing_is_kept(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "org.db")

    def fill() -> None:
        with database.write() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
            meta.put(connection, "small", "x")
            meta.put(connection, "large", "x" * 100_000)

    with pytest.raises(DiskFull):
        fill()

    with database.read() as connection:
        assert meta.get(connection, "small") == ""
    database.close()
