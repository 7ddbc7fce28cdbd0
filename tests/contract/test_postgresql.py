"""What only PostgreSQL does: servers that go away under us, failures to serialize, organisations that cannot meet."""

from contextlib import ExitStack
from pathlib import Path
from threading import Semaphore
from typing import BinaryIO

import psycopg
import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import ProgrammingError

from shared.errors import StorageBusy
from sync_server.config import Config, ConfigError
from sync_server.main import build
from sync_server.services import archive, epochs
from sync_server.services.backup import Backups
from sync_server.services.ledger import Ledger
from sync_server.services.organisation import create_organisation
from sync_server.services.restore import Restorer
from sync_server.storage import meta
from sync_server.storage.database import Database, is_there
from sync_server.storage.postgresql import PostgresStore
from sync_server.storage.retrying import RETRIES, Retrying
from tests.sync_server.cli.conftest import Tournee, folder, organisation, tournee
from tests.sync_server.world import World

__all__ = ["folder", "organisation", "tournee"]
PATIENCE_S = 30
KEY = bytes(range(32))


def test_fault_33_a_push_goes_on_with_the_same_seq_when_the_server_behind_it_was_replaced(postgres_url: str) -> None:
    world = World(database=Database.connect(postgres_url, "failover"))
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()
    edit = phone.edit("account", account, city="Lyon")

    end_connections(postgres_url)
    outcome = phone.push(edit)
    end_connections(postgres_url)
    again = phone.push(edit)

    assert (outcome.status, again.status, again.rev) == ("applied", "duplicate", outcome.rev)
    world.database.close()


def test_after_a_fail_over_what_reads_is_tried_once_again_however_many_connections_were_pooled(postgres_url: str) -> None:
    waits: list[float] = []
    database = Database(PostgresStore(postgres_url, "lost"), Retrying(waits.append)).prepared()
    with ExitStack() as pooled:
        for _ in range(8):
            meta.head(pooled.enter_context(database.read()))
    ended: list[int] = []

    def work(connection: Connection) -> int:
        head = meta.head(connection)
        if not ended:
            ended.append(head)
            end_connections(postgres_url)
        return meta.head(connection)

    assert database.run(work, reading=True) == 0
    assert database.run(meta.head, reading=True) == 0
    assert len(waits) == 1
    database.close()


def end_connections(url: str) -> None:
    """Do what a fail-over does to every connection."""
    with psycopg.connect(url, autocommit=True) as administrator:
        administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'tournee%'")


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_fault_34_a_failure_to_serialize_is_tried_again_and_then_said_to_be_busy(postgres_url: str, state: str) -> None:
    waits: list[float] = []
    database = Database(PostgresStore(postgres_url, "serialize"), Retrying(waits.append)).prepared()
    failures = iter(range(100))

    def work(connection: Connection, until: int) -> int:
        meta.set_head(connection, next(failures))
        if meta.head(connection) < until:
            connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'met another' USING ERRCODE = '{state}'; END $$"))
        return meta.head(connection)

    assert database.run(lambda connection: work(connection, 2)) == 2
    assert len(waits) == 2
    with pytest.raises(StorageBusy):
        database.run(lambda connection: work(connection, 100))
    assert len(waits) == 2 + RETRIES
    assert database.run(meta.head, reading=True) == 2
    database.close()


def test_a_backup_and_its_restore_outlive_connections_that_are_lost(postgres_url: str, tmp_path: Path) -> None:
    world = World(database=Database.connect(postgres_url, "backups"))
    with world.database.write() as connection:
        create_organisation(connection, "Fournil & Cie", tmp_path / "recovery.key", world.clock, world.randomness)
    account = world.account("Kept")
    phone = world.phone(world.elodie)
    phone.pull()
    original, losses = archive.write, iter((True, False))

    def lost_halfway(connection: Connection, file: BinaryIO, key: bytes, made_at: int, prefix: bytes) -> archive.Heading:
        heading = original(connection, file, key, made_at, prefix)
        if next(losses):
            end_connections(postgres_url)
            connection.execute(text("SELECT 1"))
        return heading

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "write", lost_halfway)
        made = Backups(world.database, tmp_path / "made", KEY, world.clock, world.randomness).make()
    phone.push(phone.edit("account", account, name="After the backup"))
    end_connections(postgres_url)
    Restorer(world.database, Ledger(tmp_path / "ledger.log"), world.clock, world.randomness).restore(made.path, KEY, replace=True)
    end_connections(postgres_url)

    names = world.database.run(lambda connection: connection.execute(text("SELECT name FROM account")).scalars().all(), reading=True)
    assert names == ["Kept"]
    assert world.database.run(epochs.standing, reading=True).epoch.parent
    world.database.close()


def test_what_one_process_commits_rings_in_the_others_also_after_their_connection_was_lost(postgres_url: str) -> None:
    one, two = Database.connect(postgres_url, "bells"), Database(store := PostgresStore(postgres_url, "bells"))
    rung = Semaphore(0)
    store.hear(rung.release)
    assert rung.acquire(timeout=PATIENCE_S)  # it rings when it begins: something may have been missed

    one.run(lambda connection: meta.set_head(connection, 7))
    assert rung.acquire(timeout=PATIENCE_S)
    one.run(lambda connection: meta.put(connection, "quiet", "a sign-in is no news"))
    end_connections(postgres_url)
    assert rung.acquire(timeout=PATIENCE_S)
    one.run(lambda connection: meta.set_head(connection, 8))
    assert rung.acquire(timeout=PATIENCE_S)

    assert not rung.acquire(blocking=False)
    one.close()
    two.close()


def test_several_servers_serve_one_organisation(postgres_url: str, organisation: Tournee, folder: Path) -> None:
    assert organisation("migrate-to", postgres_url, "--schema", "several").exit_code == 0
    config = Config(data=folder, database_url=postgres_url, schema="several")

    servers = [build(config)[1] for _ in range(2)]

    servers[0].run(lambda connection: meta.put(connection, "said", "here"))
    assert servers[1].run(lambda connection: meta.get(connection, "said"), reading=True) == "here"
    for database in servers:
        database.close()


def test_a_command_that_must_be_alone_keeps_servers_off_and_they_it(postgres_url: str) -> None:
    config = Config(database_url=postgres_url, schema="alone")
    server = Database.configured(config, serve=True)
    with pytest.raises(StorageBusy):
        Database.configured(config, alone=True)
    server.close()

    command = Database.configured(config, alone=True)
    with pytest.raises(StorageBusy):
        Database.configured(config, serve=True)
    command.close()

    Database.configured(config, serve=True).close()


def test_a_backup_of_postgresql_is_restored_into_it(
    organisation: Tournee, folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert organisation("territory", "add", "Lyon").exit_code == 0
    assert organisation("migrate-to", postgres_url, "--schema", "backed_up").exit_code == 0
    monkeypatch.setenv("TOURNEE_SERVER_DATABASE", postgres_url)
    monkeypatch.setenv("TOURNEE_SERVER_SCHEMA", "backed_up")

    made = organisation("backup")
    assert organisation("territory", "add", "Nantes").exit_code == 0
    file = next((folder / "backups").iterdir())
    restored = organisation("restore", str(file), "--replace")
    listed = organisation("territory", "list").output

    assert made.exit_code == 0, made.output
    assert restored.exit_code == 0, restored.output
    assert "Lyon" in listed
    assert "Nantes" not in listed


def test_no_answer_from_postgresql_is_busy() -> None:
    with pytest.raises(StorageBusy):
        Database(PostgresStore("postgresql://nobody@/none?host=/nowhere", "tournee"), Retrying(lambda _seconds: None)).prepared()


def test_an_error_of_ours_stays_what_it_is(postgres_url: str) -> None:
    database = Database.connect(postgres_url, "wrong")

    with pytest.raises(ProgrammingError):
        database.run(lambda connection: connection.execute(text("SELECT * FROM no_such_table")))
    database.close()


def own_role(url: str, name: str) -> str:
    """Make a role that may make no schema; give the address by which it connects."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN".encode())
    return make_url(url).set(username=name).render_as_string(hide_password=False)


def test_a_role_that_owns_nothing_but_its_schema_serves_its_organisation(postgres_url: str) -> None:
    url = own_role(postgres_url, "owner_of_one")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(b"CREATE SCHEMA owner_of_one AUTHORIZATION owner_of_one")

    for _ in range(2):
        database = Database.connect(url, "owner_of_one")
        assert database.run(meta.head) == 0
        database.close()


def test_a_role_that_may_not_make_its_schema_is_told_so(tournee: Tournee, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOURNEE_SERVER_DATABASE", own_role(postgres_url, "owner_of_none"))
    monkeypatch.setenv("TOURNEE_SERVER_SCHEMA", "owner_of_none")

    done = tournee("init", "--name", "Maison Fournil")

    assert done.exit_code == 1
    assert "give it a schema that it owns" in done.output


def test_organisations_in_one_database_do_not_meet(postgres_url: str) -> None:
    one, two = (Database.connect(postgres_url, schema) for schema in ("maison", "fournil"))

    one.run(lambda connection: meta.set_head(connection, 7))

    assert two.run(meta.head, reading=True) == 0
    assert is_there(Config(database_url=postgres_url, schema="maison"))
    assert not is_there(Config(database_url=postgres_url, schema="nobody"))
    one.close()
    two.close()


@pytest.mark.parametrize(("name", "value"), [("DATABASE", "mysql://x"), ("SCHEMA", 'x"; DROP'), ("SCHEMA", "2026"), ("SCHEMA", "A")])
def test_an_address_or_a_schema_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.read({f"TOURNEE_SERVER_{name}": value})
