"""A backup holds everything, opens with its key alone, and counts only once it was restored."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection

from shared.errors import SealBroken
from sync_server.services import archive, backup, devices, epochs, sealed_file
from sync_server.services.backup import backup_key, read_key, verify
from sync_server.services.ledger import Begun, Ledger, Revoked, Welcome
from sync_server.services.organisation import AlreadyInitialised
from sync_server.storage import dump, meta, records
from sync_server.storage.bulk import upsert
from sync_server.storage.database import Database
from sync_server.storage.retrying import FailedInPassing, Retrying
from sync_server.storage.sqlite import SqliteStore
from sync_server.storage.tables import SCOPE_DIGEST
from tests.sync_server.backup.conftest import CANARY, KEY, backups, restorer
from tests.sync_server.world import DAY, World


def test_a_backup_is_verified_and_moves_what_devices_may_forget(world: World, tmp_path: Path) -> None:
    made = backups(world, tmp_path / "backups").make()

    with world.database.read() as connection:
        assert epochs.standing(connection).backed_up_through == made.head == meta.head(connection)
    assert archive.heading(made.path).head == made.head
    assert verify(made.path, KEY).head == made.head
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [made.path.name]


def test_a_backup_that_a_restore_overtook_does_not_count(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, earlier = backup.verify, backups(world, tmp_path / "backups").make()
    world.account("Added later")
    world.clock.now += DAY

    def overtaken(path: Path, key: bytes, private: Path | None) -> archive.Heading:
        restorer(world, world.database, tmp_path).restore(earlier.path, KEY, replace=True)
        return known(path, key, private)

    monkeypatch.setattr(backup, "verify", overtaken)
    made = backups(world, tmp_path / "backups").make(keep=1)

    assert not made.counts
    assert sorted((tmp_path / "backups").iterdir()) == [earlier.path, made.path]
    with world.database.read() as connection:
        standing = epochs.standing(connection)
    assert (standing.backed_up_through, made.head) == (standing.epoch.fork, earlier.head + 1)


def test_a_restore_gives_every_row_back_except_the_sessions(world: World, tmp_path: Path) -> None:
    made = backups(world, tmp_path / "backups").make()
    with world.database.read() as connection:
        expected = _contents(world.database)
    database = Database.open(tmp_path / "other.db")

    restorer(world, database, tmp_path).restore(made.path, KEY)

    restored = _contents(database)
    with database.read() as connection:
        assert dump.counted_digests(connection) == dump.kept_digests(connection)
    database.close()
    del expected["meta"], restored["meta"]
    assert restored == expected


def test_a_backup_whose_digests_still_count_tombstones_is_restored_and_counted_anew(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.account("Gone")
    phone = world.phone(world.elodie)
    phone.pull()
    phone.push(phone.delete("account", account))
    with world.database.write() as connection:
        _count_tombstones(connection)
    made = _of_the_third_step(world, tmp_path / "backups", monkeypatch)
    database = Database.open(tmp_path / "other.db")

    restorer(world, database, tmp_path).restore(made, KEY)

    assert database.run(dump.kept_digests) == database.run(dump.counted_digests)
    database.close()


def _count_tombstones(connection: Connection) -> None:
    """Keep the digests as they were kept at first."""
    counted = {scope: text.partition(":") for scope, text in dump.counted_digests(connection, tombstones=True).items()}
    rows = [(scope, int(count), records.signed(int(total, 16))) for scope, (count, _, total) in counted.items()]
    upsert(connection, SCOPE_DIGEST, rows)


def _of_the_third_step(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a backup that says of itself that it is of the third step."""
    known = archive.heading
    monkeypatch.setattr(archive, "heading", lambda path: msgspec.structs.replace(known(path), schema="0003"))
    return backups(world, folder).make().path


def test_nothing_of_a_backup_can_be_read_without_its_key(world: World, tmp_path: Path) -> None:
    made = backups(world, tmp_path / "backups").make()
    private = (tmp_path / "recovery.key").read_bytes().strip()

    content = made.path.read_bytes()

    assert CANARY.encode() not in content
    assert private not in content
    assert KEY not in content
    assert made.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(archive.BackupBroken) as other:
        verify(made.path, bytes(32))
    assert other.value.code == "backup_other_key"


@pytest.mark.parametrize("place", [3, 40, 300, -1, -400])
def test_any_changed_byte_of_a_backup_is_noticed(world: World, tmp_path: Path, place: int) -> None:
    made = backups(world, tmp_path / "backups").make()
    content = bytearray(made.path.read_bytes())
    content[place] ^= 1
    made.path.write_bytes(content)

    with pytest.raises(archive.BackupBroken):
        verify(made.path, KEY)


@pytest.mark.parametrize("kept", [0, 10, 200, -1, -500])
def test_a_backup_that_was_cut_off_is_noticed(world: World, tmp_path: Path, kept: int) -> None:
    made = backups(world, tmp_path / "backups").make()
    made.path.write_bytes(made.path.read_bytes()[:kept])

    with pytest.raises(archive.BackupBroken):
        verify(made.path, KEY)


def test_chunks_of_a_sealed_file_can_be_neither_swapped_nor_appended(tmp_path: Path) -> None:
    path = tmp_path / "sealed"
    plain = bytes(range(256)) * (sealed_file.CHUNK // 64)
    with path.open("wb") as file, sealed_file.SealedWriter(file, KEY, b"{}", bytes(7)) as writer:
        writer.write(plain)
    content = path.read_bytes()
    begin, size = len(sealed_file.MAGIC) + 4 + 2 + 7, 4 + sealed_file.CHUNK + 16
    first, second = content[begin : begin + size], content[begin + size : begin + 2 * size]
    bent = [content[:begin] + second + first + content[begin + 2 * size :], content + b"x", content[:begin] + second]

    with path.open("rb") as source:
        assert sealed_file.SealedReader(source, KEY).read() == plain
    for forged in bent:
        path.write_bytes(forged)
        with path.open("rb") as source, pytest.raises(SealBroken):
            sealed_file.SealedReader(source, KEY).read()


def test_a_restore_replaces_an_organisation_only_when_told_to(world: World, tmp_path: Path) -> None:
    made = backups(world, tmp_path / "backups").make()
    later = world.account("Added later")

    with pytest.raises(AlreadyInitialised):
        restorer(world, world.database, tmp_path).restore(made.path, KEY)
    restorer(world, world.database, tmp_path).restore(made.path, KEY, replace=True)

    with world.database.read() as connection:
        names = connection.exec_driver_sql("SELECT id FROM account").scalars().all()
    assert later not in names
    assert len(names) == 1


class LosingStore(SqliteStore):
    """Loses its connection before or after a commit, as PostgreSQL may; nobody knows which."""

    losses: list[str]

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
            if self.losses and self.losses[0] == "before":
                self.losses.pop(0)
                raise FailedInPassing
        if self.losses:
            self.losses.pop(0)
            raise FailedInPassing


def test_a_restore_that_was_kept_though_its_connection_was_lost_is_not_done_twice(world: World, tmp_path: Path) -> None:
    made = backups(world, tmp_path / "backups").make()
    store = LosingStore(tmp_path / "other.db")
    store.losses = []
    database = Database(store, Retrying(lambda _seconds: None)).prepared()
    store.losses = ["before", "after"]

    done = restorer(world, database, tmp_path).restore(made.path, KEY)

    assert store.losses == []
    assert done.heading.head == made.head
    assert database.run(epochs.current) == done.epoch
    assert done.epoch.older == {}
    assert {line.epoch for line in Ledger(tmp_path / "ledger.log").lines() if isinstance(line, Begun)} == {done.epoch.id}
    database.close()


def test_a_broken_backup_changes_nothing(world: World, tmp_path: Path) -> None:
    made = backups(world, tmp_path / "backups").make()
    made.path.write_bytes(made.path.read_bytes()[:-200])
    before = _contents(world.database)

    with pytest.raises(archive.BackupBroken):
        restorer(world, world.database, tmp_path).restore(made.path, KEY, replace=True)

    assert _contents(world.database) == before


def test_a_restore_begins_an_epoch_whose_revs_and_codes_were_never_given(world: World, tmp_path: Path) -> None:
    made = backups(world, tmp_path / "backups").make()
    with world.database.read() as connection:
        before = epochs.standing(connection)

    first = restorer(world, world.database, tmp_path).restore(made.path, KEY, replace=True).epoch
    second = restorer(world, world.database, tmp_path).restore(made.path, KEY, replace=True).epoch

    assert (first.parent, first.fork, second.parent, second.fork) == (before.epoch.id, before.head, before.epoch.id, before.head)
    assert before.head < first.start < second.start
    assert second.older == {first.id: before.head}
    assert (first.before, second.before) == ((), ((first.start, before.head),))
    with world.database.read() as connection:
        standing = epochs.standing(connection)
        assert (standing.head, standing.backed_up_through) == (second.start, before.head)
        assert int(meta.get(connection, "device_counter")) >= 1_000


def test_a_backup_that_is_restored_twice_gives_no_device_code_twice(world: World, tmp_path: Path) -> None:
    made = backups(world, tmp_path / "backups").make()
    codes = []

    for name in ("first", "second"):
        restorer(world, world.database, tmp_path).restore(made.path, KEY, replace=True)
        new = devices.NewDevice(name, world.elodie[0], name, "android")
        codes.append(world.database.run(lambda connection, new=new: devices.add_device(connection, new, 1)))  # type: ignore[misc]

    assert len(set(codes)) == 2


def test_a_line_of_an_epoch_from_before_codes_were_noted_is_still_read(tmp_path: Path) -> None:
    line = {"type": "epoch", "epoch": "e", "parent": "p", "fork": 1, "start": 2, "older": {}, "at": 3}
    (tmp_path / "ledger.log").write_bytes(msgspec.json.encode(line) + b"\n")

    assert Ledger(tmp_path / "ledger.log").lines() == [Begun("e", "p", 1, 2, {}, 3, codes=0)]


def test_whoever_was_shut_out_stays_out_after_a_restore(world: World, tmp_path: Path) -> None:
    made = backups(world, tmp_path / "backups").make()
    user = world.elodie[0]
    Ledger(tmp_path / "ledger.log").append([Revoked("device-K2", "K2", user, 5), Revoked("enrolled-later", "K9", user, 6)])
    with world.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO login VALUES (?, 'elodie', 'x', 0)", (user,))
    again = backups(world, tmp_path / "backups")
    world.clock.now += DAY
    made = again.make()
    Ledger(tmp_path / "ledger.log").append([Welcome(user, allowed=False, at=7)])

    restorer(world, world.database, tmp_path).restore(made.path, KEY, replace=True)

    with world.database.read() as connection:
        shut_out = connection.exec_driver_sql("SELECT id, revoked_at FROM device ORDER BY id").all()
        assert [tuple(row) for row in shut_out] == [("device-K2", 5), ("enrolled-later", 6)]
        assert connection.exec_driver_sql("SELECT disabled FROM login").scalar_one() == 1


def test_the_ledger_outlives_a_line_that_was_torn(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.log")
    first, second = Welcome("a", allowed=True, at=1), Welcome("b", allowed=False, at=2)
    ledger.append([first])
    with (tmp_path / "ledger.log").open("ab") as file:
        file.write(b'{"type":"welcome","user_id":"tor')

    ledger.append([second])

    assert ledger.lines() == [first, second]


def test_the_key_of_backups_is_made_once_and_for_its_owner_alone(world: World, tmp_path: Path) -> None:
    path = tmp_path / "backup.key"

    key, new = backup_key(path, world.randomness)

    assert new
    assert path.stat().st_mode & 0o777 == 0o600
    assert backup_key(path, world.randomness) == (key, False)
    path.write_bytes(b"AAAA")
    with pytest.raises(archive.BackupBroken):
        read_key(path)


def _contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {table.name: sorted((row for part in dump.rows(connection, table) for row in part), key=repr) for table in dump.tables()}
