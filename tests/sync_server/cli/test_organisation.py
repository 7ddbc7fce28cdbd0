"""Creating an organisation and running it: users, devices, territories."""

import re
from pathlib import Path

import pytest

from sync_server.services.devices import NewDevice, add_device, note_unsent
from sync_server.services.users import user_by_login
from sync_server.storage.database import Database
from tests.sync_server.cli.conftest import Tournee

PASSWORD = "three honest words\n"


def test_init_makes_a_folder_that_only_its_owner_may_read(tournee: Tournee, folder: Path) -> None:
    done = tournee("init", "--name", "Maison Fournil", "--admin", "ada", "--password-stdin", typed=PASSWORD)

    assert done.exit_code == 0, done.output
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "org.db").stat().st_mode & 0o777 == 0o600
    assert (folder / "recovery.key").stat().st_mode & 0o777 == 0o600
    assert re.search(r"ada .* admin", tournee("user", "list").output)


def test_a_second_init_changes_nothing_and_says_so(organisation: Tournee, folder: Path) -> None:
    key = (folder / "recovery.key").read_bytes()

    again = organisation("init", "--name", "Another")

    assert again.exit_code == 1
    assert "already" in again.output
    assert (folder / "recovery.key").read_bytes() == key


def test_a_bad_admin_password_leaves_no_organisation_behind(tournee: Tournee) -> None:
    refused = tournee("init", "--name", "Maison Fournil", "--admin", "ada", "--password-stdin", typed="short\n")

    assert refused.exit_code == 1
    assert "at least 8" in refused.output
    assert "no organisation" in tournee("user", "list").output


def test_where_nobody_can_type_a_password_the_way_to_pipe_it_in_is_named(tournee: Tournee) -> None:
    refused = tournee("init", "--name", "Maison Fournil", "--admin", "ada")

    assert refused.exit_code == 1
    assert "--password-stdin" in refused.output


def test_the_doctor_says_that_a_refused_init_left_no_organisation(tournee: Tournee) -> None:
    tournee("init", "--name", "Maison Fournil", "--admin", "ada", "--password-stdin", typed="short\n")

    said = tournee("doctor").output

    assert "There is no organisation in this database yet" in said
    assert "recovery key is missing" not in said


def test_every_command_says_that_there_is_no_organisation(tournee: Tournee) -> None:
    for words in (("user", "list"), ("device", "list"), ("territory", "list"), ("seed-demo",), ("serve",)):
        refused = tournee(*words)

        assert refused.exit_code == 1
        assert "There is no organisation in this folder yet" in refused.output
        assert "Traceback" not in refused.output


def test_a_user_is_added_listed_shut_out_and_let_in_again(organisation: Tournee) -> None:
    added = organisation("user", "add", "Elodie", "--name", "Élodie Marchand", "--language", "fr", "--password-stdin", typed=PASSWORD)

    assert added.exit_code == 0, added.output
    assert re.search(r"elodie .*Élodie Marchand.* rep .* fr .* 0 .* active", organisation("user", "list").output)
    assert organisation("user", "disable", "elodie").exit_code == 0
    assert "disabled" in organisation("user", "list").output
    assert organisation("user", "enable", "elodie").exit_code == 0
    assert "disabled" not in organisation("user", "list").output


def test_the_only_admin_is_not_shut_out(organisation: Tournee) -> None:
    organisation("user", "add", "ada", "--name", "Ada", "--role", "admin", "--password-stdin", typed=PASSWORD)

    refused = organisation("user", "disable", "ada")

    assert refused.exit_code == 1
    assert "only admin" in refused.output
    assert "disabled" not in organisation("user", "list").output


def test_what_is_wrong_with_a_new_user_is_said(organisation: Tournee) -> None:
    organisation("user", "add", "ada", "--name", "Ada", "--password-stdin", typed=PASSWORD)

    taken = organisation("user", "add", "ADA", "--name", "Another Ada", "--password-stdin", typed=PASSWORD)
    malformed = organisation("user", "add", "two words", "--name", "Ada", "--password-stdin", typed=PASSWORD)
    nameless = organisation("user", "add", "bob", "--name", " ", "--password-stdin", typed=PASSWORD)
    short = organisation("user", "add", "bob", "--name", "Bob", "--password-stdin", typed="short\n")
    nobody = organisation("user", "disable", "bob")

    for refused, words in ((taken, "already"), (malformed, "without spaces"), (nameless, "name is needed"), (short, "at least 8")):
        assert refused.exit_code == 1
        assert words in refused.output
    assert "Nobody signs in as 'bob'." in nobody.output


def test_a_password_is_reset_by_a_longer_one_only(organisation: Tournee, folder: Path) -> None:
    organisation("user", "add", "ada", "--name", "Ada", "--password-stdin", typed=PASSWORD)
    before = _stored_hash(folder)

    assert organisation("user", "reset-password", "ada", "--password-stdin", typed="short\n").exit_code == 1
    assert _stored_hash(folder) == before
    assert organisation("user", "reset-password", "ada", "--password-stdin", typed="four more honest words\n").exit_code == 0
    assert _stored_hash(folder) != before


def test_a_device_is_listed_and_revoked_by_its_code(organisation: Tournee, folder: Path) -> None:
    organisation("user", "add", "ada", "--name", "Ada", "--password-stdin", typed=PASSWORD)
    database = Database.open(folder / "org.db")
    with database.write() as connection:
        user_id = user_by_login(connection, "ada").id
        code = add_device(connection, NewDevice("id-of-the-phone", user_id, "Pixel", "android"), 0)
    database.close()

    assert re.search(rf"{code} .*Ada.*Pixel.*active", organisation("device", "list", "--user", "ada").output)
    assert organisation("device", "revoke", code).exit_code == 0
    assert re.search(rf"{code} .*revoked", organisation("device", "list").output)
    assert organisation("device", "revoke", "ZZ").exit_code == 1


def test_fault_38_the_list_of_devices_says_whose_outbox_is_stuck_since_when(organisation: Tournee, folder: Path) -> None:
    organisation("user", "add", "ada", "--name", "Ada", "--password-stdin", typed=PASSWORD)
    database = Database.open(folder / "org.db")
    with database.write() as connection:
        user_id = user_by_login(connection, "ada").id
        code = add_device(connection, NewDevice("id-of-the-phone", user_id, "Pixel", "android"), 0)
        note_unsent(connection, "id-of-the-phone", 1_790_000_000_000)
    database.close()

    listed = organisation("device", "list").output

    assert "Stuck since" in listed
    assert re.search(rf"{code} .*2026-09-21 14:13.*active", listed)


def test_a_territory_is_given_and_taken(organisation: Tournee) -> None:
    organisation("user", "add", "ada", "--name", "Ada", "--password-stdin", typed=PASSWORD)

    assert organisation("territory", "add", "Épinal", "--lat", "48.17", "--lon", "6.45").exit_code == 0
    assert organisation("territory", "add", "épinal").exit_code == 1
    assert organisation("territory", "assign", "epinal", "ada").exit_code == 0
    assert re.search(r"Épinal .* 0 .*Ada", organisation("territory", "list").output)
    assert "already" in organisation("territory", "assign", "Épinal", "ada").output
    assert organisation("territory", "unassign", "Épinal", "ada").exit_code == 0
    assert "nobody" in organisation("territory", "list").output
    assert "does not work" in organisation("territory", "unassign", "Épinal", "ada").output
    assert organisation("territory", "assign", "Épinal", "ada").exit_code == 0


def test_a_past_assignment_ends_yesterday_and_stays_in_the_books(organisation: Tournee, folder: Path) -> None:
    organisation("user", "add", "ada", "--name", "Ada", "--password-stdin", typed=PASSWORD)
    organisation("territory", "add", "Lyon")
    organisation("territory", "assign", "Lyon", "ada", "--since", "2026-01-01")

    organisation("territory", "unassign", "Lyon", "ada")

    database = Database.open(folder / "org.db")
    with database.read() as connection:
        began, ended = connection.exec_driver_sql("SELECT valid_from, valid_to FROM assignment").one()
    database.close()
    assert began == "2026-01-01" < ended


def test_wrong_days_and_places_are_refused(organisation: Tournee) -> None:
    organisation("user", "add", "ada", "--name", "Ada", "--password-stdin", typed=PASSWORD)
    organisation("territory", "add", "Lyon")

    assert organisation("territory", "assign", "Lyon", "ada", "--since", "next week").exit_code == 2
    assert organisation("territory", "assign", "Lyon", "ada", "--since", "2026-02-01", "--until", "2026-01-01").exit_code == 1
    assert organisation("territory", "assign", "Atlantis", "ada").output.startswith("There is no territory 'Atlantis'. There are: Lyon.")
    assert organisation("territory", "add", "Nowhere", "--lat", "91", "--lon", "0").exit_code == 1
    assert organisation("territory", "add", "Nowhere", "--lat", "45").exit_code == 2


def test_a_setting_that_is_no_number_is_named(organisation: Tournee, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOURNEE_SERVER_LEASE_DAYS", "a fortnight")

    refused = organisation("user", "list")

    assert refused.exit_code == 1
    assert "TOURNEE_SERVER_LEASE_DAYS must be a whole number from 1 to 90." in refused.output


def _stored_hash(folder: Path) -> str:
    database = Database.open(folder / "org.db")
    with database.read() as connection:
        stored = connection.exec_driver_sql("SELECT password_hash FROM login").scalar_one()
    database.close()
    return str(stored)


def test_territories_are_lent_and_customers_and_people_move_by_command(organisation: Tournee, tmp_path: Path) -> None:
    for login, role in (("elodie", "rep"), ("nikos", "rep"), ("ada", "admin")):
        organisation("user", "add", login, "--name", login.title(), "--role", role, "--password-stdin", typed=PASSWORD)
    for name, login in (("Lyon", "elodie"), ("Nantes", "nikos")):
        organisation("territory", "add", name)
        organisation("territory", "assign", name, login)
    cards = tmp_path / "clients.csv"
    cards.write_text("Nom,Ville\nFournil Bellevue,Lyon\nMaison Perrin,Villeurbanne\n", encoding="utf-8")
    organisation("import", "customers", str(cards), "--territory", "Lyon", "--yes")

    lent = organisation("territory", "deputise", "elodie", "--for", "nikos", "--until", "2999-01-01")
    moved = organisation("territory", "move-accounts", "Lyon", "Nantes", "--city", "villeurbanne")
    promoted = organisation("user", "role", "elodie", "manager")
    alone = organisation("user", "role", "ada", "rep")

    assert "has 1 territories of nikos's" in lent.output, lent.output
    assert "1 customers went from Lyon to Nantes" in moved.output, moved.output
    assert re.search(r"Nantes .* 1 .*Elodie, Nikos", organisation("territory", "list").output)
    assert "Elodie is manager from now on" in promoted.output
    assert "only admin" in alone.output


@pytest.mark.parametrize("months", ["0", "1201", "30000"])
def test_months_that_no_calendar_has_are_refused_in_a_sentence(organisation: Tournee, months: str) -> None:
    refused = organisation("archive", "--months", months, "--dry-run")

    assert refused.exit_code == 2
    assert "--months" in refused.output
    assert organisation("archive", "--months", "1200", "--dry-run").exit_code == 0
