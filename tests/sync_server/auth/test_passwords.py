"""What is kept of a password."""

import pytest

from shared.errors import RecordRefused
from sync_server.config import ScryptCost
from sync_server.services.passwords import Passwords, require_acceptable
from tests.sync_server.auth.doorway import CHEAP, PASSWORD, Doorway
from tests.sync_server.world import Counting


def test_a_hash_opens_for_its_password_alone() -> None:
    passwords = Passwords(CHEAP, Counting())

    stored = passwords.hash("Ὀδυσσεύς, three words")

    assert passwords.matches("Ὀδυσσεύς, three words", stored)
    assert not passwords.matches("Ὀδυσσεύς, three word", stored)
    assert not passwords.matches("Ὀδυσσεύς, three words", None)
    assert "three" not in stored


def test_two_hashes_of_one_password_differ() -> None:
    passwords = Passwords(CHEAP, Counting())

    assert passwords.hash(PASSWORD) != passwords.hash(PASSWORD)


def test_a_password_typed_on_another_keyboard_is_the_same() -> None:
    passwords = Passwords(CHEAP, Counting())

    assert passwords.matches("cafe\u0301 noir", passwords.hash("café noir"))


def test_a_hash_at_an_older_cost_still_opens_and_is_renewed_at_the_next_sign_in(door: Doorway) -> None:
    old = Passwords(ScryptCost(log_n=3, r=8, p=1), Counting())
    with door.database.write() as connection:
        connection.exec_driver_sql("UPDATE login SET password_hash = ?", (old.hash(PASSWORD),))

    door.enrol()

    with door.database.read() as connection:
        stored = connection.exec_driver_sql("SELECT password_hash FROM login").scalar_one()
    assert stored.startswith("scrypt$4$8$1$")
    assert door.enrol().profile.id == door.elodie


@pytest.mark.parametrize(
    ("password", "code"), [("seven77", "password_too_short"), ("x" * 129, "password_too_long"), ("Elodie.Marchand", "password_is_login")]
)
def test_a_bad_password_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        require_acceptable(password, "elodie.marchand")

    assert refused.value.code == code
