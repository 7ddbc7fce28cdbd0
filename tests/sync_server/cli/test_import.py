"""Bringing one's own customers in: shown first, written once."""

from pathlib import Path

import pytest

from sync_server.storage.database import Database
from tests.sync_server.cli.conftest import Tournee

ROWS = """Nom;Adresse;Code postal;Ville;Téléphone;TVA;Contact;Couleur
Boulangerie Bellevue;1 rue des Fleurs;69001;Lyon;04 72 00 00 01;;Jeanne Dupont;bleu
Pâtisserie du Parc;2 rue du Parc;69006;Lyon;04 72 00 00 02;FR123;;vert
Boulangerie Bellevue SARL;3 rue Neuve;69001;Lyon;04 72 00 00 01;;;
"""


@pytest.fixture
def lyon(organisation: Tournee) -> Tournee:
    organisation("territory", "add", "Lyon")
    return organisation


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clients.csv"
    path.write_bytes(ROWS.encode("cp1252"))
    return path


def test_the_preview_tells_new_duplicate_and_refused_rows_and_why(lyon: Tournee, file: Path, folder: Path) -> None:
    shown = lyon("import", "customers", str(file), "--territory", "Lyon", typed="n\n")

    assert shown.exit_code == 1
    assert "1 new, 0 there already, 1 duplicates, 1 refused" in shown.output
    assert "same phone number +33472000001" in shown.output
    assert "TVA" in shown.output
    assert "a VAT id with too many or too few figures" in shown.output
    assert "Columns that are not imported: 'Couleur'." in shown.output
    assert "Nothing was imported." in shown.output
    assert _count(folder, "account") == 0


def test_a_confirmed_import_is_written_and_the_same_file_again_changes_nothing(lyon: Tournee, file: Path, folder: Path) -> None:
    first = lyon("import", "customers", str(file), "--territory", "Lyon", typed="y\n")
    head = _head(folder)
    again = lyon("import", "customers", str(file), "--territory", "Lyon", "--yes")

    assert first.exit_code == 0, first.output
    assert (_count(folder, "account"), _count(folder, "contact")) == (1, 1)
    assert "0 new, 1 there already" in again.output
    assert "There is nothing to import." in again.output
    assert _head(folder) == head


def test_a_duplicate_comes_in_when_its_row_is_accepted(lyon: Tournee, file: Path, folder: Path) -> None:
    done = lyon("import", "customers", str(file), "--territory", "Lyon", "--accept", "4", "--yes")

    assert done.exit_code == 0, done.output
    assert _count(folder, "account") == 2


def test_another_phone_of_the_same_customer_is_said_before_and_after(lyon: Tournee, tmp_path: Path) -> None:
    twice = tmp_path / "twice.csv"
    twice.write_text("Nom;Code postal;Téléphone;Contact\nDurand;69001;04 72 00 00 01;Alice\nDurand;69001;04 72 00 00 02;Bob\n")

    done = lyon("import", "customers", str(twice), "--territory", "Lyon", "--yes")

    assert "+33472000002 is not taken: by row 2 it is +33472000001" in " ".join(done.output.split())
    assert "Rows imported into Lyon: 2. Values not taken, as listed above: 1." in done.output


def test_what_a_second_file_says_otherwise_is_shown_and_written_only_where_it_is_told_to(lyon: Tournee, file: Path, folder: Path) -> None:
    lyon("import", "customers", str(file), "--territory", "Lyon", "--yes")
    head = _head(folder)
    file.write_bytes(ROWS.replace("04 72 00 00 01;;Jeanne", "04 72 00 00 09;;Jeanne").encode("cp1252"))

    shown = lyon("import", "customers", str(file), "--territory", "Lyon", "--yes")
    untouched = _head(folder)
    other_row = lyon("import", "customers", str(file), "--territory", "Lyon", "--update", "3", "--yes")
    done = lyon("import", "customers", str(file), "--territory", "Lyon", "--update", "2", typed="y\n")

    assert "The file says otherwise than what is here" in shown.output
    assert {"+33472000001", "+33472000009"} <= set(shown.output.split())
    assert "There is nothing to import." in shown.output
    assert "There is nothing to import." in other_row.output
    assert untouched == head
    assert "Change 1 value?" in done.output
    assert "Rows imported into Lyon: 0. Values changed: 1." in done.output
    assert _head(folder) > head


def test_a_row_to_update_is_a_number_or_all(lyon: Tournee, file: Path) -> None:
    refused = lyon("import", "customers", str(file), "--territory", "Lyon", "--update", "every")

    assert refused.exit_code == 2


def test_no_answer_is_no(lyon: Tournee, file: Path, folder: Path) -> None:
    silent = lyon("import", "customers", str(file), "--territory", "Lyon")

    assert silent.exit_code == 1
    assert _count(folder, "account") == 0


def test_a_file_that_is_none_says_so(lyon: Tournee, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")

    refused = lyon("import", "customers", str(empty), "--territory", "Lyon", "--yes")

    assert refused.exit_code == 1
    assert "the file is empty" in refused.output
    assert lyon("import", "customers", str(tmp_path / "missing.csv"), "--territory", "Lyon").exit_code == 2


def test_a_terminals_orders_in_a_cell_are_not_obeyed(lyon: Tournee, tmp_path: Path) -> None:
    path = tmp_path / "evil.csv"
    path.write_text("name;city;\x1b[2Jphone\nCafé;Lyon;\x1b]0;owned\x07\n", encoding="utf-8")

    shown = lyon("import", "customers", str(path), "--territory", "Lyon", "--yes")

    assert "\x1b" not in shown.output


def _count(folder: Path, kind: str) -> int:
    return _number(folder, f"SELECT count(*) FROM {kind}")  # noqa: S608 - the kinds of these tests


def _head(folder: Path) -> int:
    return _number(folder, "SELECT value FROM meta WHERE key = 'head'")


def _number(folder: Path, query: str) -> int:
    database = Database.open(folder / "org.db")
    with database.read() as connection:
        found = int(connection.exec_driver_sql(query).scalar_one())
    database.close()
    return found
