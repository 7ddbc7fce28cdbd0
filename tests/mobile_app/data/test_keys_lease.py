"""How long a phone opens without its server, whatever its clock says."""

from pathlib import Path

import pytest

from mobile_app.data.key_states import LeaseOver, Locked
from tests.mobile_app.data.phones import DAY_MS, PIN, Phone, opens, run


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(tmp_path)


def test_the_lease_locks_a_phone_that_has_not_met_its_server_for_14_days(phone: Phone) -> None:
    phone.enrol()
    enrolled = phone.clock.now
    phone.clock.forward(14 * DAY_MS)
    assert opens(phone, PIN)
    assert run(phone.start().lease_holds())

    phone.clock.forward(1)

    assert run(phone.start().unlock(PIN)) == LeaseOver(enrolled)
    assert not run(phone.start().lease_holds())
    run(phone.start().server_met(phone.clock.now))
    assert opens(phone, PIN)


def test_the_lease_is_as_long_as_the_organisation_wants_it(phone: Phone) -> None:
    phone.enrol()
    run(phone.start().server_met(phone.clock.now, 3))
    phone.clock.forward(3 * DAY_MS)
    assert opens(phone, PIN)

    phone.clock.forward(1)

    assert not opens(phone, PIN)
    assert not run(phone.start().lease_holds())
    run(phone.start().server_met(phone.clock.now, 30))
    phone.clock.forward(29 * DAY_MS)
    assert opens(phone, PIN)


def test_a_clock_set_back_does_not_extend_the_lease(phone: Phone) -> None:
    phone.enrol()
    enrolled = phone.clock.now
    phone.clock.forward(15 * DAY_MS)
    run(phone.start().lease_holds())

    phone.clock.forward(-10 * DAY_MS)

    assert run(phone.start().unlock(PIN)) == LeaseOver(enrolled)


@pytest.mark.parametrize("use", ["unlock", "stay", "look"])
def test_a_clock_that_was_ahead_when_the_server_was_met_stretches_the_lease_by_nothing(phone: Phone, use: str) -> None:
    phone.enrol()
    true = phone.clock.now
    phone.clock.forward(80 * DAY_MS)
    run(phone.start().server_met(true))
    phone.clock.forward(-80 * DAY_MS)

    def still_open() -> bool:
        if use == "look":
            return isinstance(run(phone.start().state()), Locked)
        return opens(phone, PIN) if use == "unlock" else run(phone.start().lease_holds())

    for _ in range(14):
        assert still_open()
        phone.clock.forward(DAY_MS)
    assert still_open()
    phone.clock.forward(1)

    assert not still_open()
    phone.clock.forward(70 * DAY_MS)
    assert not still_open()
    run(phone.start().server_met(phone.clock.now))
    assert still_open()


@pytest.mark.parametrize("ahead", [3650, 30, 0.125])
def test_a_clock_that_was_ahead_and_is_put_right_costs_no_day_of_the_lease(phone: Phone, ahead: float) -> None:
    phone.enrol()
    true = phone.clock.now
    phone.clock.forward(int(ahead * DAY_MS))
    run(phone.start().server_met(true))
    assert opens(phone, PIN)
    phone.clock.forward(5 * DAY_MS)
    assert opens(phone, PIN)

    phone.clock.forward(-int(ahead * DAY_MS))

    assert opens(phone, PIN)
    phone.clock.forward(9 * DAY_MS)
    assert opens(phone, PIN)
    phone.clock.forward(1)
    assert run(phone.start().unlock(PIN)) == LeaseOver(true)


def test_a_clock_that_shows_an_early_year_for_a_while_costs_no_day_of_the_lease(phone: Phone) -> None:
    phone.enrol()
    run(phone.start().server_met(phone.clock.now))
    phone.clock.forward(-3650 * DAY_MS)
    assert opens(phone, PIN)
    assert run(phone.start().lease_holds())

    phone.clock.forward(3650 * DAY_MS)

    assert opens(phone, PIN)


def test_a_clock_that_was_ahead_is_forgiven_when_the_server_is_met(phone: Phone) -> None:
    phone.enrol()
    phone.clock.forward(3650 * DAY_MS)
    run(phone.start().lease_holds())
    phone.clock.forward(-3650 * DAY_MS)

    run(phone.start().server_met(phone.clock.now))

    assert opens(phone, PIN)
