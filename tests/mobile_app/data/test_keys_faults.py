"""The key ring over kills, a reset key store and a broken file: exactly one PIN works, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobile_app.data.key_states import (
    DataKey,
    Destroyed,
    Locked,
    NoSecret,
    Unlocked,
    WrongPin,
)
from shared.errors import VaultDamaged, WrongKey
from tests.fakes.device import Killed
from tests.mobile_app.data.phones import IDENTITY, OTHER, PIN, PUBLIC, WRONG, DyingCrypto, Phone, opens, recovered, run


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(tmp_path)


def test_a_kill_between_count_and_try_costs_the_try(phone: Phone) -> None:
    phone.enrol()
    app = phone.start(DyingCrypto(phone.randomness))

    with pytest.raises(Killed):
        run(app.unlock(PIN))

    assert run(phone.start().state()) == Locked(tries_left=9, biometrics=False)


@pytest.mark.parametrize("point", [1, 2])
def test_an_attempt_that_could_not_be_counted_is_not_tried(phone: Phone, point: int) -> None:
    phone.enrol()
    app = phone.start()
    phone.die_at(point)

    with pytest.raises(Killed):
        run(app.unlock(PIN))

    assert run(phone.start().state()) == Locked(tries_left=10, biometrics=False)


def test_killing_the_app_at_the_tenth_try_gains_nothing(phone: Phone) -> None:
    phone.enrol()
    phone.fail(9)
    app = phone.start()
    phone.die_at(3)  # the tenth is counted in points 1 and 2; the destruction begins at 3

    with pytest.raises(Killed):
        run(app.unlock(WRONG))

    assert run(phone.start().unlock(PIN)) == Destroyed()


def test_a_changed_pin_is_the_only_one_that_works(phone: Phone) -> None:
    key = phone.enrol()

    assert run(phone.start().change_pin(PIN, OTHER)) == Unlocked(key)

    assert not opens(phone, PIN)
    assert opens(phone, OTHER)


def test_the_pin_is_not_changed_by_one_who_does_not_know_it(phone: Phone) -> None:
    phone.enrol()

    assert run(phone.start().change_pin(WRONG, OTHER)) == WrongPin(9, 0)

    assert opens(phone, PIN)


@pytest.mark.parametrize("point", range(1, 8))
def test_fault_31_after_a_kill_during_a_pin_change_exactly_one_pin_works(phone: Phone, point: int) -> None:
    phone.enrol()
    app = phone.start()
    phone.die_at(point)
    try:
        run(app.change_pin(PIN, OTHER))
    except Killed:
        died = True
    else:
        died = False

    assert died == (point <= 6)
    assert [opens(phone, PIN), opens(phone, OTHER)].count(True) == 1


@pytest.mark.parametrize("loss", ["forgotten", "ten wrong", "store reset", "file broken"])
def test_fault_37_the_recovery_seal_brings_the_key_back(phone: Phone, loss: str) -> None:
    key = phone.enrol()
    opened = recovered(phone)
    if loss == "ten wrong":
        phone.fail(10)
    elif loss == "store reset":
        phone.store.reset()
        assert run(phone.start().unlock(PIN)) == NoSecret()
        assert run(phone.start().state()) == NoSecret()
    elif loss == "file broken":
        phone.path.write_bytes(b"{")
        with pytest.raises(VaultDamaged):
            run(phone.start().unlock(PIN))

    assert run(phone.start().recover(opened, OTHER, IDENTITY, PUBLIC)) == Unlocked(key)

    assert not opens(phone, PIN)
    assert run(phone.start().unlock(OTHER)) == Unlocked(key)
    assert recovered(phone) == key


def test_a_recovery_with_another_vaults_key_changes_nothing(phone: Phone) -> None:
    phone.enrol()

    with pytest.raises(WrongKey):
        run(phone.start().recover(DataKey(bytes(32), 1), OTHER, IDENTITY, PUBLIC))

    assert opens(phone, PIN)


@pytest.mark.parametrize("point", [1, 2, 3])
def test_after_a_kill_during_a_recovery_exactly_one_pin_works(phone: Phone, point: int) -> None:
    key = phone.enrol()
    app = phone.start()
    phone.die_at(point)
    phone.store.die_at = "delete" if point == 3 else ""

    with pytest.raises(Killed):
        run(app.recover(key, OTHER, IDENTITY, PUBLIC))

    assert [opens(phone, PIN), opens(phone, OTHER)].count(True) == 1
