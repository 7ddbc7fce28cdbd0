"""Guessing is slow."""

import pytest

from sync_server.services.limits import IN_A_ROW, PAUSE_MS, PER_ADDRESS, AddressLimit, TooManyAttempts, count_try, forget_tries
from tests.contract.stores import fresh
from tests.sync_server.auth.doorway import Doorway, code_of

pytestmark = pytest.mark.usefixtures("engine")

WRONG = "two dishonest words"


def test_an_address_may_guess_ten_times_a_minute(door: Doorway) -> None:
    for _ in range(PER_ADDRESS):
        assert code_of(door.refused_enrolment("elodie", WRONG)) == (401, "wrong_credentials")

    refused = door.refused_enrolment("elodie", WRONG)
    door.clock.now += 60_000

    assert code_of(refused) == (429, "too_many_attempts")
    assert refused.retry_after == 60
    assert code_of(door.refused_enrolment("elodie", WRONG)) == (401, "wrong_credentials")


def test_no_hash_is_computed_for_a_guess_too_many(door: Doorway) -> None:
    for _ in range(PER_ADDRESS):
        door.refused_enrolment("nobody", WRONG)
    door.hasher.costs.clear()

    door.refused_enrolment("nobody", WRONG)

    assert door.hasher.costs == []


def test_right_passwords_of_an_office_behind_one_address_do_not_count(door: Doorway) -> None:
    for _ in range(3 * PER_ADDRESS):
        door.enrol()

    assert code_of(door.refused_enrolment("elodie", WRONG)) == (401, "wrong_credentials")


def test_a_household_counts_as_one_address() -> None:
    limit = AddressLimit()
    for host in range(PER_ADDRESS):
        limit.enter(f"2001:db8::{host:x}", 0)

    with pytest.raises(TooManyAttempts):
        limit.enter("2001:db8::ffff", 0)
    limit.enter("2001:db8:1::1", 0)


@pytest.mark.parametrize("login", ["elodie", "nobody"])
def test_an_account_pauses_after_a_hundred_failures_in_a_row_known_or_not(door: Doorway, login: str) -> None:
    with door.database.write() as connection:
        for _ in range(IN_A_ROW):
            count_try(connection, login, door.clock.now)

    refused = door.refused_enrolment(login, WRONG)
    door.clock.now += PAUSE_MS

    assert code_of(refused) == (429, "too_many_attempts")
    assert refused.retry_after == PAUSE_MS // 1000
    assert code_of(door.refused_enrolment(login, WRONG)) == (401, "wrong_credentials")
    assert code_of(door.refused_enrolment(login, WRONG)) == (429, "too_many_attempts")


def test_the_right_password_begins_the_count_anew(door: Doorway) -> None:
    with door.database.write() as connection:
        for _ in range(IN_A_ROW - 1):
            count_try(connection, "elodie", door.clock.now)
    door.enrol()

    with door.database.write() as connection:
        for _ in range(IN_A_ROW):
            count_try(connection, "elodie", door.clock.now)


def test_a_typed_login_is_not_kept_in_the_clear() -> None:
    database = fresh()

    with database.write() as connection:
        count_try(connection, "my secret password", 0)
        kept = str(connection.exec_driver_sql("SELECT * FROM sign_in_failure").all())
        forget_tries(connection, "my secret password")

        assert "my secret password" not in kept
        assert connection.exec_driver_sql("SELECT * FROM sign_in_failure").all() == []
    database.close()
