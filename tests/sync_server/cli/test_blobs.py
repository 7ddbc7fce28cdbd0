"""`tournee blobs sweep`: says what it removed, and with --dry-run what it would."""

import sqlite3
from pathlib import Path

from tests.fakes.pictures import png, sha
from tests.sync_server.cli.conftest import Tournee

WEEK_AND_A_DAY_MS = 8 * 86_400_000


def put_back(folder: Path, database: str, back_ms: int) -> None:
    """Let time pass: what was noted was noted so long ago."""
    connection = sqlite3.connect(folder / database)
    with connection:
        connection.execute("UPDATE blob SET unnamed_since = unnamed_since - ?", (back_ms,))
    connection.close()


def test_a_sweep_removes_what_nobody_named_for_a_week_and_a_dry_run_only_says_so(organisation: Tournee, folder: Path) -> None:
    data = png(filler=2_000_000)
    kept = folder / "blobs" / sha(data)[:2] / sha(data)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(data)

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
