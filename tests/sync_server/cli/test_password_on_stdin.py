"""A password that is piped in is UTF-8 whatever the locale of the machine, or refused: what is set can be typed."""

from pathlib import Path

import pytest

from shared.ports import SystemRandomness
from sync_server.config import ScryptCost
from sync_server.services.passwords import Passwords
from sync_server.storage.database import Database
from tests.sync_server.cli.conftest import Tournee

PASSWORD = "café au lait"
ADD = ("user", "add", "bob", "--name", "Bob", "--password-stdin")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_password_that_is_not_utf_8_is_refused_in_a_sentence(organisation: Tournee, encoding: str) -> None:
    refused = organisation(*ADD, typed=f"{PASSWORD}\n".encode(encoding))

    assert refused.exit_code == 1
    assert "not UTF-8" in refused.output, refused.exception
    assert "bob" not in organisation("user", "list").output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nanother line\n"])
def test_a_password_in_utf_8_is_the_one_that_is_typed(organisation: Tournee, folder: Path, encoding: str, end: str) -> None:
    done = organisation(*ADD, typed=(PASSWORD + end).encode(encoding))

    assert done.exit_code == 0, done.output
    database = Database.open(folder / "org.db")
    with database.read() as connection:
        stored = connection.exec_driver_sql("SELECT password_hash FROM login WHERE login = 'bob'").scalar_one()
    database.close()
    assert Passwords(ScryptCost(log_n=14), SystemRandomness()).matches(PASSWORD, stored)
