"""Photos by command: a sweep says what it removed (or would), and an erasure takes the bytes along."""

import sqlite3
from pathlib import Path

from shared.ports import SystemClock, SystemRandomness
from sync_server.services.authoring import Author
from sync_server.services.blob_keeping import adopt
from sync_server.storage.blob_store import FolderStore
from sync_server.storage.database import Database
from tests.fakes.pictures import png, sha
from tests.sync_server.cli.conftest import Tournee

WEEK_AND_A_DAY_MS = 8 * 86_400_000


def put(folder: Path, data: bytes) -> Path:
    """Lay a file into the store."""
    path = folder / "blobs" / sha(data)[:2] / sha(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def put_back(folder: Path, database: str, back_ms: int) -> None:
    """Let time pass: what was noted was noted so long ago."""
    connection = sqlite3.connect(folder / database)
    with connection:
        connection.execute("UPDATE blob SET unnamed_since = unnamed_since - ?", (back_ms,))
    connection.close()


def test_a_sweep_removes_what_nobody_named_for_a_week_and_a_dry_run_only_says_so(organisation: Tournee, folder: Path) -> None:
    kept = put(folder, png(filler=2_000_000))

    first = organisation("blobs", "sweep")
    put_back(folder, "org.db", WEEK_AND_A_DAY_MS)
    told = organisation("blobs", "sweep", "--dry-run")
    there = kept.exists()
    swept = organisation("blobs", "sweep")

    assert "Removed 0 files" in first.stdout
    assert "Would remove 1 files (1.9 MiB)" in told.stdout
    assert there
    assert "Removed 1 files (1.9 MiB)" in swept.stdout
    assert not kept.exists()


def test_an_erased_customers_photos_go_at_once_unless_another_customers_record_names_them(organisation: Tournee, folder: Path) -> None:
    own, shared = png(filler=100), png(filler=200)
    files = [put(folder, data) for data in (own, shared)]
    database = Database.open(folder / "org.db")
    author = Author(SystemClock(), SystemRandomness())
    with database.write() as connection:
        territory = author.create(connection, "territory", {"name": "Lyon"})
        user = author.create(connection, "user", {"name": "Élodie", "role": "rep"})
        customers = [author.create(connection, "account", {"name": name, "territory_id": territory}) for name in ("Perrin", "Petit")]
        for customer, data in ((customers[0], own), (customers[0], shared), (customers[1], shared)):
            named = {"account_id": customer, "user_id": user, "sha256": sha(data), "media_type": "image/png"}
            author.create(connection, "attachment", {**named, "size": len(data)})
    for data in (own, shared):
        adopt(database, FolderStore(folder / "blobs"), sha(data), 1)
    database.close()

    erased = organisation("erase", "account", customers[0])

    assert erased.exit_code == 0, erased.output
    assert [path.exists() for path in files] == [False, True]


def test_the_doctor_misses_a_file_that_the_office_took_and_a_record_names(organisation: Tournee, folder: Path) -> None:
    path = put(folder, png(filler=2_000))
    database = Database.open(folder / "org.db")
    adopt(database, FolderStore(folder / "blobs"), path.name, 0)
    author = Author(SystemClock(), SystemRandomness())
    with database.write() as connection:
        territory = author.create(connection, "territory", {"name": "Lyon"})
        user = author.create(connection, "user", {"name": "Élodie", "role": "rep"})
        account = author.create(connection, "account", {"name": "Perrin", "territory_id": territory})
        for sha256 in (path.name, "0" * 64):
            named = {"account_id": account, "user_id": user, "sha256": sha256, "media_type": "image/png"}
            author.create(connection, "attachment", {**named, "size": 2_000})
    database.close()

    sound = organisation("doctor").output
    path.write_bytes(path.read_bytes()[:100])
    short = organisation("doctor")
    path.unlink()
    gone = organisation("doctor")

    assert "All 1 that came are in the store; 1 that records name have not come yet." in sound
    assert [(done.exit_code, "1 files that records name are missing" in done.output) for done in (short, gone)] == [(1, True)] * 2
