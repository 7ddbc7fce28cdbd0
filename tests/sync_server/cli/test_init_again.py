"""`tournee init` that was cut off or refused is finished by the same command again, and never leaves half an organisation."""

from pathlib import Path

import pytest
from typer.testing import Result

from sync_server.services import organisation as organisations
from sync_server.services import users
from sync_server.services.ledger import Ledger, Welcome
from tests.sync_server.cli.conftest import Tournee

PASSWORD = "three honest words\n"


class PowerCutError(Exception):
    """The process ends here."""


def test_an_init_that_was_cut_off_before_its_commit_is_finished_with_the_key_that_it_left(
    tournee: Tournee, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = organisations.write_private

    def cut_off(path: Path, content: bytes) -> None:
        write(path, content)
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(organisations, "write_private", cut_off)
        assert isinstance(tournee("init", "--name", "Maison Fournil").exception, PowerCutError)
    left = (folder / "recovery.key").read_bytes()

    done = tournee("init", "--name", "Maison Fournil")

    assert done.exit_code == 0, done.output
    assert (folder / "recovery.key").read_bytes() == left
    assert tournee("doctor").exit_code == 0


def test_an_empty_key_that_an_earlier_release_left_is_replaced(tournee: Tournee, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "recovery.key").touch(0o600)

    done = tournee("init", "--name", "Maison Fournil")

    assert done.exit_code == 0, done.output
    assert tournee("doctor").exit_code == 0


def test_what_is_no_key_in_the_keys_place_is_left_alone_and_said(tournee: Tournee, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "recovery.key").write_text("notes of mine")

    refused = tournee("init", "--name", "Maison Fournil")

    assert refused.exit_code == 1
    assert "holds no key" in refused.output
    assert (folder / "recovery.key").read_text() == "notes of mine"


def test_the_folder_of_an_organisation_whose_database_is_elsewhere_takes_no_second_one(tournee: Tournee, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    Ledger(folder / "ledger.log").append([Welcome("somebody", allowed=True, at=1)])

    refused = tournee("init", "--name", "Maison Fournil")

    assert refused.exit_code == 1
    assert "already" in refused.output


@pytest.mark.parametrize(
    ("words", "said"), [(("--admin", "two words"), "without spaces"), (("--admin", "ada", "--admin-name", " "), "name is")]
)
def test_an_init_whose_admin_is_refused_leaves_nothing_and_may_be_repeated(
    tournee: Tournee, folder: Path, words: tuple[str, ...], said: str
) -> None:
    refused = tournee("init", "--name", "Maison Fournil", *words, "--password-stdin", typed=PASSWORD)

    assert refused.exit_code == 1
    assert said in refused.output
    assert "no organisation" in tournee("user", "list").output
    assert not (folder / "recovery.key").exists()
    done = tournee("init", "--name", "Maison Fournil", "--admin", "ada", "--password-stdin", typed=PASSWORD)
    assert done.exit_code == 0, done.output
    assert "admin" in tournee("user", "list").output


def test_an_organisation_and_its_first_admin_are_kept_together_or_not_at_all(
    tournee: Tournee, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_given: object) -> str:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(users, "add_login", cut_off)
        assert isinstance(init_with_admin(tournee).exception, PowerCutError)

    assert "no organisation" in tournee("user", "list").output
    assert init_with_admin(tournee).exit_code == 0


def init_with_admin(tournee: Tournee) -> Result:
    return tournee("init", "--name", "Maison Fournil", "--admin", "ada", "--password-stdin", typed=PASSWORD)
