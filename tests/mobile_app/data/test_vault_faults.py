"""What becomes of a vault when the disk misbehaves, the process dies, or the app is older or newer than the file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from mobile_app.data.ports import Sql, SqlRow, SqlValue
from mobile_app.data.sql import SqliteSql, connect_sqlite
from mobile_app.data.vault import Vault
from mobile_app.data.vault_files import ASIDE_DAYS, copy_aside, destroy_vault, forget_old_asides
from mobile_app.data.vault_outbox import JournalRow, OutboxRow
from mobile_app.data.vault_salvage import salvage
from mobile_app.data.vault_schema import STEPS, migrate, version_of
from shared.errors import DiskFull, StorageBusy, VaultDamaged, VaultTooNew
from tests.fakes.device import Killed
from tests.mobile_app.data.vaults import CANARY, CRYPTO, KEY, all_records, fill, open_vault, raw


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "app" / "vault.db"


@pytest.fixture
def vault(path: Path) -> Iterator[Vault]:
    vault = open_vault(path)
    yield vault
    vault.close()


def test_fault_13_a_full_disk_refuses_the_save_and_keeps_what_was_there(path: Path) -> None:
    made: list[Sql] = []

    def connect(file: Path) -> Sql:
        made.append(SqliteSql(file))
        return made[-1]

    vault = Vault.open(path, "org", connect=connect, crypto=CRYPTO)
    vault.unlock(KEY)
    fill(vault)
    pages = int(made[0].query("PRAGMA page_count")[0][0] or 0)
    made[0].query(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(DiskFull):
        vault.records.put((f"n{n}", 1, bytes(4000)) for n in range(50))

    assert all_records(vault) == [(f"r{n:04}", n, CANARY) for n in range(40)]
    made[0].query("PRAGMA max_page_count = 100000")
    vault.records.put([("n1", 1, b"")])
    vault.close()


def test_fault_15_a_busy_file_is_waited_for_within_bounds_and_nothing_is_dropped(vault: Vault, path: Path) -> None:
    fill(vault)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageBusy):
        vault.outbox.add("new", b"", "waiting")

    other.execute("ROLLBACK")
    other.close()
    vault.outbox.add("new", b"", "waiting")
    assert len(vault.outbox.rows()) == 41


def break_header(data: bytearray) -> None:
    data[:100] = bytes(100)


def break_middle(data: bytearray) -> None:
    middle = data.index(b"t0020waiting") // 4096 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096


def cut_off(data: bytearray) -> None:
    del data[len(data) * 2 // 3 :]


@pytest.mark.parametrize(("harm", "at_least"), [(break_header, 0), (break_middle, 30), (cut_off, 0)])
def test_fault_16_a_damaged_vault_is_set_aside_and_its_outbox_carried_over(
    path: Path, harm: Callable[[bytearray], None], at_least: int
) -> None:
    vault = open_vault(path)
    fill(vault, size=20)
    vault.outbox.freeze_seq("t0000", 3)
    vault.close()
    data = bytearray(path.read_bytes())
    harm(data)
    path.write_bytes(data)
    with pytest.raises(VaultDamaged):
        open_vault(path)

    found = salvage(path, "org", KEY, connect=connect_sqlite, crypto=CRYPTO, keep_meta=("tokens",))

    again = open_vault(path)
    rows = again.outbox.rows()
    assert not found.whole
    assert len(rows) == found.kept.get("outbox", 0) >= at_least
    assert [row.txn for row in rows] == sorted(row.txn for row in rows)
    assert all(row.payload == CANARY * 20 + str(int(row.txn[1:])).encode() for row in rows)
    assert all(row.seq == (3 if row.txn == "t0000" else None) for row in rows)
    assert again.counts().records == 0
    assert again.meta.get_plain("cursor") is None
    assert found.aside.name == "vault.db.damaged-1"
    assert found.aside.exists()
    again.close()


def test_a_salvage_carries_all_that_its_owner_wrote_and_leaves_what_does_not_open(path: Path) -> None:
    vault = open_vault(path)
    fill(vault)
    vault.close()
    raw(path, "UPDATE outbox SET sealed = zeroblob(50) WHERE txn = 't0003'")

    found = salvage(path, "org", KEY, connect=connect_sqlite, crypto=CRYPTO, keep_meta=("tokens",))

    again = open_vault(path)
    assert (found.broken, found.whole) == (1, True)
    assert found.kept == {"outbox": 39, "journal": 1, "draft": 1, "meta": 1}
    assert again.meta.get("tokens") == CANARY
    assert again.journal.rows() == [JournalRow("j1", 7, CANARY)]
    again.close()


def test_a_copy_set_aside_goes_after_thirty_days(path: Path) -> None:
    open_vault(path).close()
    old, new = copy_aside(path), copy_aside(path)
    day_ms = 86_400_000
    for aside, written in ((old, 1), (new, 3)):
        os.utime(aside, (written * day_ms / 1_000,) * 2)

    forget_old_asides(path, (ASIDE_DAYS + 2) * day_ms)

    assert (old.exists(), new.exists(), path.exists()) == (False, True, True)


@pytest.mark.parametrize("point", ["publish_salvaged", "adopt_salvaged"])
def test_a_kill_during_a_salvage_loses_nothing(path: Path, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = open_vault(path)
    fill(vault)
    vault.close()

    def die(_path: Path) -> None:
        raise Killed(point)

    monkeypatch.setattr(f"mobile_app.data.vault_salvage.{point}", die)
    with pytest.raises(Killed):
        salvage(path, "org", KEY, connect=connect_sqlite, crypto=CRYPTO)

    again = open_vault(path)
    assert len(again.outbox.rows()) == 40
    assert again.counts().records == (40 if point == "publish_salvaged" else 0)
    again.close()


@pytest.mark.parametrize("full", ["COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)"])
def test_a_salvage_without_room_leaves_all_as_it_was_and_goes_well_with_some(path: Path, full: str) -> None:
    class Tight(SqliteSql):
        def _check(self, statement: str) -> None:
            if statement == full:
                raise DiskFull

        def execute(self, statement: str, values: Sequence[SqlValue] = ()) -> int:
            self._check(statement)
            return super().execute(statement, values)

        def query(self, statement: str, values: Sequence[SqlValue] = ()) -> list[SqlRow]:
            self._check(statement)
            return super().query(statement, values)

    vault = open_vault(path)
    fill(vault)
    vault.close()
    names = {file.name for file in path.parent.iterdir()}

    for _ in range(2):
        with pytest.raises(DiskFull):
            salvage(path, "org", KEY, connect=Tight, crypto=CRYPTO)
        assert {file.name for file in path.parent.iterdir()} == names
    again = open_vault(path)
    assert again.counts().records == 40
    again.close()
    found = salvage(path, "org", KEY, connect=connect_sqlite, crypto=CRYPTO)

    assert found.kept["outbox"] == 40
    assert names <= {file.name for file in path.parent.iterdir()}


def test_a_destroyed_vault_leaves_no_file(path: Path) -> None:
    vault = open_vault(path)
    fill(vault)
    vault.close()
    salvage(path, "org", KEY, connect=connect_sqlite, crypto=CRYPTO)

    destroy_vault(path)
    destroy_vault(path)

    assert list(path.parent.iterdir()) == []


# The first released schema, as it was. It never changes; each later step must bring such a file up.
STORED_V1 = """
CREATE TABLE record (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, key_version INTEGER NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (ord INTEGER PRIMARY KEY, txn TEXT NOT NULL UNIQUE, seq INTEGER UNIQUE, state TEXT NOT NULL,
  key_version INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE TABLE journal (ord INTEGER PRIMARY KEY, txn TEXT NOT NULL UNIQUE, acked_rev INTEGER NOT NULL,
  key_version INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE TABLE draft (ord INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key_version INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE TABLE blob (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, sent INTEGER NOT NULL, state TEXT NOT NULL);
CREATE TABLE meta (ord INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, key_version INTEGER NOT NULL, value BLOB NOT NULL);
PRAGMA user_version = 1;
"""


def test_a_stored_vault_of_version_1_opens_with_all_it_holds(path: Path) -> None:
    path.parent.mkdir()
    sealed = CRYPTO.cipher(KEY.secret).seal(CANARY, b"org|outbox|t1|1")
    connection = sqlite3.connect(path)
    connection.executescript(STORED_V1)
    connection.execute("INSERT INTO outbox VALUES (1, 't1', NULL, 'waiting', 1, ?)", (sealed,))
    connection.commit()
    connection.close()

    vault = open_vault(path)

    assert vault.outbox.rows() == [OutboxRow("t1", 1, None, "waiting", CANARY)]
    vault.records.put([("r1", 1, b"")])
    vault.close()


def test_fault_08_a_step_that_breaks_off_leaves_the_old_vault_and_can_be_repeated(path: Path) -> None:
    open_vault(path).close()
    sql = connect_sqlite(path)
    broken = (*STEPS, ("ALTER TABLE draft ADD COLUMN kept_at INTEGER", "no statement"))
    mended = (*STEPS, ("ALTER TABLE draft ADD COLUMN kept_at INTEGER",))

    with pytest.raises(sqlite3.OperationalError):
        migrate(sql, broken)

    assert version_of(sql) == len(STEPS)
    for _ in range(2):
        migrate(sql, mended)
    assert version_of(sql) == len(STEPS) + 1
    with pytest.raises(VaultTooNew):
        migrate(sql)
    sql.close()


def test_a_newer_apps_vault_is_refused_untouched(path: Path) -> None:
    open_vault(path).close()
    raw(path, "PRAGMA user_version = 99")

    with pytest.raises(VaultTooNew):
        open_vault(path)
