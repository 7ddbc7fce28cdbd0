"""A store of an earlier release becomes one of this by numbered steps, and ends as a new one begins: on both engines."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from threading import Thread

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text, update

from shared.errors import StorageFailed
from sync_server.services.moving import move
from sync_server.storage import dump, meta, records, schema
from sync_server.storage.database import Database
from sync_server.storage.postgresql import PostgresStore
from sync_server.storage.sqlite import SqliteStore
from sync_server.storage.tables import SCHEMA_VERSION
from tools.migration import write

FIRST_RELEASE = Path(__file__).with_name("stored") / "first_release.sql"


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store without a table."""
    if request.param == "postgresql":
        database = Database(PostgresStore(request.getfixturevalue("postgres_url"), "bare"))
        database.run(lambda connection: connection.execute(text("DROP SCHEMA IF EXISTS bare CASCADE")))
        database.run(lambda connection: connection.execute(text("CREATE SCHEMA bare")))
    else:
        database = Database(SqliteStore(tmp_path / "org.db"))
    yield database
    database.close()


def differences(connection: Connection) -> list[object]:
    """Give what the store's tables lack or have too much."""

    def ours(_item: object, name: str | None, kind: str, _reflected: object, _other: object) -> bool:
        return not (kind == "table" and name == schema.VERSION.name)

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
    return list(compare_metadata(context, schema.declared()))


def test_a_new_store_is_as_the_code_declares_it(bare: Database) -> None:
    bare.prepared()

    assert bare.run(differences) == []
    assert bare.run(schema.version_of) == SCHEMA_VERSION == schema.newest()


def test_every_step_taken_from_nothing_gives_the_same(bare: Database) -> None:
    bare.run(lambda connection: command.upgrade(schema.alembic(connection), "head"))

    assert bare.run(differences) == []
    assert bare.run(schema.version_of) == SCHEMA_VERSION


def test_a_store_at_the_first_step_is_brought_forward_and_keeps_what_it_holds(bare: Database) -> None:
    bare.run(lambda connection: command.upgrade(schema.alembic(connection), "0001"))
    bare.run(lambda connection: meta.set_head(connection, 7))

    bare.prepared()

    assert bare.run(differences) == []
    assert bare.run(meta.head) == 7


def test_tombstones_leave_the_digests_that_an_earlier_release_kept(bare: Database) -> None:
    bare.run(lambda connection: command.upgrade(schema.alembic(connection), "0003"))
    for id_, deleted, item in (("a", 0, 5), ("b", 1, 7), ("c", 2, -9)):
        row = f"INSERT INTO record_meta VALUES ('{id_}', 'account', '{id_}', 'lyon', 1, {deleted}, '[0,\"S0\",1]', NULL, NULL, {item})"  # noqa: S608
        bare.run(lambda connection, row=row: connection.execute(text(row)))  # type: ignore[misc]
    bare.run(lambda connection: connection.execute(text("INSERT INTO scope_digest VALUES ('lyon', 3, 3)")))

    bare.prepared()

    assert bare.run(lambda connection: records.digests(connection, ["lyon"])) == {"lyon": (1, 5)}


def test_a_file_of_the_first_release_opens_and_its_digests_still_hold(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "org.db") as connection:
        connection.executescript(FIRST_RELEASE.read_text(encoding="utf-8"))
    connection.close()

    database = Database.open(tmp_path / "org.db")

    assert database.run(differences) == []
    assert database.run(meta.head) == 14
    assert database.run(dump.counted_digests) == database.run(dump.kept_digests)
    assert len(database.run(dump.kept_digests)) == 2
    database.close()


NAMES = {"d1": "Élodie’s phone", "d2": "bell\a\u200b", "d3": "τηλέφωνο"}


def test_a_step_takes_out_of_the_names_of_devices_what_cannot_be_printed(bare: Database) -> None:
    bare.run(lambda connection: command.upgrade(schema.alembic(connection), "0006"))
    bare.run(lambda connection: named(connection, NAMES))

    bare.prepared()

    kept = bare.run(lambda connection: connection.execute(text("SELECT name, platform FROM device ORDER BY id")).all())
    assert [tuple(row) for row in kept] == [("Élodie’s phone", "android"), ("bell", "android"), ("τηλέφωνο", "android")]


def test_a_file_of_the_first_release_with_a_nul_in_a_devices_name_goes_to_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with sqlite3.connect(tmp_path / "org.db") as connection:
        connection.executescript(FIRST_RELEASE.read_text(encoding="utf-8"))
        connection.execute("UPDATE device SET name = 'pho' || char(0) || 'ne', platform = char(0) WHERE code = 'K2'")
    connection.close()
    source, target = Database.open(tmp_path / "org.db"), Database.connect(postgres_url, "first_release")

    move(source, target, "there")

    found = target.run(lambda connection: connection.execute(text("SELECT name, platform FROM device WHERE code = 'K2'")).one())
    assert tuple(found) == ("phone", "")
    source.close()
    target.close()


def named(connection: Connection, names: dict[str, str]) -> None:
    """Write devices as an earlier release did: whatever they said of themselves."""
    columns = 'id, code, user_id, name, platform, enrolled_at, last_seq, "offset"'
    row = f"INSERT INTO device ({columns}) VALUES (:id, :id, 'u', :name, 'android\t', 0, 0, 0)"  # noqa: S608
    for id_, said in names.items():
        connection.execute(text(row), {"id": id_, "name": said})


def test_a_later_releases_store_is_left_alone(bare: Database) -> None:
    bare.prepared()
    bare.run(lambda connection: connection.execute(update(schema.VERSION).values(version_num="9999")))

    with pytest.raises(StorageFailed) as refused:
        bare.run(schema.prepare)

    assert refused.value.code == "schema_too_new"


def test_a_step_that_fails_leaves_nothing_behind(bare: Database, tmp_path: Path) -> None:
    bare.run(lambda connection: command.upgrade(schema.alembic(connection), "0001"))
    bare.run(lambda connection: connection.execute(text("CREATE TABLE past_role (x INTEGER)")))
    before = bare.run(lambda connection: set(inspect(connection).get_table_names()))

    with pytest.raises(Exception, match="past_role"):
        bare.run(schema.prepare)

    assert bare.run(lambda connection: set(inspect(connection).get_table_names())) == before
    assert bare.run(schema.version_of) == "0001"


def test_servers_that_start_together_make_the_tables_once(postgres_url: str) -> None:
    found: list[str | None] = []

    def start() -> None:
        database = Database.connect(postgres_url, "together")
        found.append(database.run(schema.version_of))
        database.close()

    threads = [Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [SCHEMA_VERSION] * 3


def test_the_tool_writes_no_step_where_nothing_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copytree(schema.SCRIPTS, tmp_path / "migrations")

    script = write("Nothing at all", tmp_path / "migrations").read_text(encoding="utf-8")

    assert "op.create_table" not in script
    assert "pass" in script
