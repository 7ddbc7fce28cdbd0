"""`tournee init` that was cut off or refused is finished by the same command again, and never leaves half an organisation."""

from pathlib import Path

import pytest

from sync_server.services import organisation as organisations
from sync_server.services.ledger import Ledger, Welcome
from tests.sync_server.cli.conftest import Tournee


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
