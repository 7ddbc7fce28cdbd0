"""An organisation goes from a SQLite file to PostgreSQL and back, and its phones notice nothing but a pause."""

from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from sync_server.services.epochs import OrganisationMoved
from sync_server.services.moving import MoveDiffers, move
from sync_server.services.organisation import create_organisation
from sync_server.services.seeding import NotEmpty
from sync_server.storage import dump, meta
from sync_server.storage.database import Database
from tests.sync_server.cli.conftest import Tournee, folder, organisation, tournee
from tests.sync_server.world import Phone, World

__all__ = ["folder", "organisation", "tournee"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "org.db")
    with world.database.write() as connection:
        create_organisation(connection, "Maison Fournil", tmp_path / "recovery.key", world.clock, world.randomness)
    return world


def worked(world: World) -> Phone:
    account = world.account("Fournil Bellevue", phone="+33472000000", tags=["fair"], lat=45, lon=5, note='"Ω" \\ 🥐')
    one, two = world.phone(world.elodie), world.phone(world.marie)
    one.pull()
    two.pull()
    one.push(one.edit("account", account, phone="+33472000001"))
    two.push(two.edit("account", account, phone="+33472000002"))
    return one


def moved_to(world: World, database: Database) -> None:
    """Let the world go on with another database."""
    move(world.database, database, "elsewhere")
    world.database.close()
    world.use(database)


def test_an_organisation_moves_to_postgresql_and_back_and_its_phones_go_on(world: World, postgres_url: str, tmp_path: Path) -> None:
    phone = worked(world)
    account = next(record.id for record in phone.records.values() if record.kind == "account")
    sent = phone.edit("account", account, city="Lyon")
    first = phone.push(sent)
    digests = world.database.run(dump.kept_digests)

    moved_to(world, Database.connect(postgres_url, "moved_there"))
    assert world.database.run(dump.counted_digests) == digests
    again = phone.push(sent)
    phone.pull()
    more = phone.push(phone.edit("account", account, postcode="69002"))
    digests = world.database.run(dump.kept_digests)
    moved_to(world, Database.open(tmp_path / "back.db"))
    phone.pull()

    assert (again.status, again.rev) == ("duplicate", first.rev)
    assert more.rev == first.rev + 1
    assert world.database.run(dump.counted_digests) == digests
    assert phone.last is not None
    assert phone.digests() == phone.last.digests
    assert phone.records[account].value("postcode") == "69002"
    world.database.close()


def test_a_database_that_was_left_answers_nobody(world: World, postgres_url: str) -> None:
    phone = worked(world)
    target = Database.connect(postgres_url, "left")

    move(world.database, target, "elsewhere")

    with pytest.raises(OrganisationMoved):
        phone.pull()
    with pytest.raises(OrganisationMoved):
        phone.push(phone.delete("account", world.lyon))
    with pytest.raises(OrganisationMoved):
        move(world.database, target, "elsewhere")
    target.close()
    world.database.close()


def test_a_target_that_holds_something_is_refused_and_both_go_on(world: World, tmp_path: Path) -> None:
    phone = worked(world)
    other = World(tmp_path / "other.db")

    with pytest.raises(NotEmpty):
        move(world.database, other.database, "elsewhere")

    phone.pull()
    other.phone(other.elodie).pull()
    world.database.close()
    other.database.close()


def test_a_digest_that_does_not_hold_stops_the_move(world: World, tmp_path: Path) -> None:
    phone = worked(world)
    world.database.run(lambda connection: connection.execute(text("UPDATE account SET name = 'altered'")))
    target = Database.open(tmp_path / "target.db")

    with pytest.raises(MoveDiffers):
        move(world.database, target, "elsewhere")

    phone.pull()
    assert not any(target.run(dump.counts).values())
    assert target.run(meta.head) == 0
    target.close()
    world.database.close()


def test_a_text_that_postgresql_cannot_keep_is_named_and_stops_the_move(world: World, postgres_url: str) -> None:
    phone = worked(world)
    account = next(record.id for record in phone.records.values() if record.kind == "account")
    world.database.run(lambda connection: connection.execute(text("UPDATE account SET note = 'secret' || char(0)")))
    target = Database.connect(postgres_url, "unstorable")

    with pytest.raises(dump.TextUnstorable, match=f"^note of account {account}$"):
        move(world.database, target, "elsewhere")

    phone.pull()
    assert not any(target.run(dump.counts).values())
    world.rewrite("account", account, note="value")
    move(world.database, target, "elsewhere")
    target.close()
    world.database.close()


def test_the_command_says_which_text_postgresql_cannot_keep(organisation: Tournee, folder: Path, postgres_url: str) -> None:
    database = Database.open(folder / "org.db")
    database.run(lambda connection: meta.put(connection, "note", "a\0b"))
    database.close()

    done = organisation("migrate-to", postgres_url, "--schema", "unsaid")

    assert done.exit_code == 1
    assert "value of meta note" in done.output


def test_the_command_moves_there_and_back(organisation: Tournee, folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert organisation("user", "add", "ada", "--name", "Ada", "--password-stdin", typed="three honest words\n").exit_code == 0

    there = organisation("migrate-to", postgres_url, "--schema", "by_command")
    left = organisation("user", "list")
    monkeypatch.setenv("TOURNEE_SERVER_DATABASE", postgres_url)
    monkeypatch.setenv("TOURNEE_SERVER_SCHEMA", "by_command")
    listed = organisation("user", "list")
    doctor = organisation("doctor")
    back = organisation("migrate-to", str(folder / "back.db"))
    monkeypatch.delenv("TOURNEE_SERVER_DATABASE")
    (folder / "back.db").replace(folder / "org.db")

    assert there.exit_code == 0, there.output
    assert "moved to another database" in left.output
    assert "ada" in listed.output
    assert "PostgreSQL 18" in doctor.output
    assert [line.split()[1] for line in doctor.output.splitlines() if "WRONG" in line] == ["journal:"]
    assert back.exit_code == 0, back.output
    assert "ada" in organisation("user", "list").output


def test_a_password_in_an_address_is_neither_said_nor_kept(organisation: Tournee, folder: Path, postgres_url: str) -> None:
    secret = make_url(postgres_url).set(password="hush").update_query_dict({"password": "hush", "sslpassword": "hush"})

    done = organisation("migrate-to", secret.render_as_string(hide_password=False), "--schema", "hushed")

    assert done.exit_code == 0, done.output
    assert "hush" not in done.output.replace("hushed", "")
    assert b"hush" not in b"".join(path.read_bytes() for path in folder.glob("org.db*"))


def test_a_new_organisation_begins_in_postgresql(
    tournee: Tournee, folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOURNEE_SERVER_DATABASE", postgres_url)
    monkeypatch.setenv("TOURNEE_SERVER_SCHEMA", "begun")

    none = tournee("user", "list")
    made = tournee("init", "--name", "Maison Fournil")

    assert "no organisation" in none.output
    assert made.exit_code == 0, made.output
    assert tournee("migrate").exit_code == 0
    assert not (folder / "org.db").exists()
    assert (folder / "recovery.key").exists()
