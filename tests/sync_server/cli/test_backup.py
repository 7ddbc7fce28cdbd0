"""`tournee backup` and `tournee restore`, as an administrator types them."""

from pathlib import Path

from tests.sync_server.cli.conftest import Tournee

PASSWORD = "three honest words\n"


def test_a_backup_is_made_and_restored_into_an_empty_folder(organisation: Tournee, folder: Path, tmp_path: Path) -> None:
    organisation("user", "add", "elodie", "--name", "Élodie Marchand", "--password-stdin", typed=PASSWORD)

    made = organisation("backup", "--to", str(tmp_path / "safe"))

    assert made.exit_code == 0, made.output
    assert "restored once to verify it" in made.output
    assert "keep a copy of" in made.output
    (path,) = (tmp_path / "safe").iterdir()
    other = tmp_path / "other"
    done = organisation("restore", str(path), "--data", str(other), "--key", str(folder / "backup.key"))
    assert done.exit_code == 0, done.output
    assert "recovery.key" in done.output
    assert "Élodie" in organisation("user", "list", "--data", str(other)).output
    assert (other / "org.db").stat().st_mode & 0o777 == 0o600


def test_a_restore_over_an_organisation_wants_to_be_told_so(organisation: Tournee, folder: Path) -> None:
    organisation("backup")
    (path,) = (folder / "backups").iterdir()

    refused = organisation("restore", str(path))

    assert refused.exit_code == 1
    assert "already" in refused.output
    assert organisation("restore", str(path), "--replace").exit_code == 0


def test_what_is_no_backup_and_a_wrong_key_are_told_in_a_sentence(organisation: Tournee, folder: Path, tmp_path: Path) -> None:
    organisation("backup")
    (path,) = (folder / "backups").iterdir()
    (tmp_path / "text").write_text("hello")
    (tmp_path / "key").write_bytes(b"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")

    nonsense = organisation("restore", str(tmp_path / "text"), "--replace")
    other_key = organisation("restore", str(path), "--replace", "--key", str(tmp_path / "key"))

    assert (nonsense.exit_code, other_key.exit_code) == (1, 1)
    assert "no backup of this program" in nonsense.output
    assert "another key" in other_key.output


def test_a_revocation_and_a_closed_account_outlive_a_restore(organisation: Tournee, folder: Path) -> None:
    organisation("user", "add", "elodie", "--name", "Élodie", "--password-stdin", typed=PASSWORD)
    organisation("backup")
    (path,) = (folder / "backups").iterdir()
    organisation("user", "disable", "elodie")

    organisation("restore", str(path), "--replace")

    assert "disabled" in organisation("user", "list").output


def test_the_doctor_says_how_old_the_newest_backup_is(organisation: Tournee) -> None:
    before = organisation("doctor").output
    organisation("backup")

    assert "no backup" in before
    assert "The newest backup is 0 hours old." in organisation("doctor").output
