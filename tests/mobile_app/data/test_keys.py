"""The key ring: what a thief with the phone can try, and what its owner can do."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mobile_app.data.files import OwnerFiles
from mobile_app.data.key_file import SCRYPT_FLOOR, KeyPolicy
from mobile_app.data.key_states import (
    BiometricsRefused,
    Destroyed,
    KeyIdentity,
    Locked,
    MustWait,
    NoKeys,
    Unlocked,
    WrongPin,
)
from mobile_app.data.secure_store import FileSecureStore
from shared.errors import PinRefused
from tests.fakes.device import Killed
from tests.mobile_app.data.phones import DAY_MS, IDENTITY, OTHER, PIN, PUBLIC, WRONG, Phone, opens, recovered, run


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(tmp_path)


def test_the_right_pin_gives_the_key_after_every_start(phone: Phone) -> None:
    key = phone.enrol()

    assert run(phone.start().unlock(PIN)) == Unlocked(key)
    assert run(phone.start().state()) == Locked(tries_left=10, biometrics=False)


def test_the_key_is_not_in_its_representation(phone: Phone) -> None:
    key = phone.enrol()

    assert key.secret.hex() not in repr(Unlocked(key))
    assert repr(key.secret) not in repr(Unlocked(key))


def test_the_keys_file_is_its_owners_and_holds_neither_key_nor_pin(phone: Phone) -> None:
    key = phone.enrol()
    data = phone.path.read_bytes()

    assert stat.S_IMODE(phone.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(phone.path.parent.stat().st_mode) == 0o700
    assert PIN.encode() not in data
    assert key.secret not in data
    assert not list(phone.path.parent.glob("*.new"))


def test_the_standard_policy_is_no_cheaper_than_the_floor() -> None:
    assert KeyPolicy().scrypt_n >= SCRYPT_FLOOR >= 1 << 15


@pytest.mark.parametrize(
    ("pin", "code"),
    [("12345", "pin_too_short"), ("1234567890123", "pin_too_long"), ("12a456", "pin_not_digits"), ("٢٥٨٠١٣", "pin_not_digits")]
    + [(pin, "pin_too_simple") for pin in ("000000", "123456", "987654")],
)
def test_a_poor_pin_is_refused_with_its_reason(phone: Phone, pin: str, code: str) -> None:
    with pytest.raises(PinRefused) as refused:
        run(phone.start().create(pin, IDENTITY, PUBLIC))

    assert refused.value.code == code
    assert run(phone.start().state()) == NoKeys()


def test_keys_are_never_overwritten_by_new_ones(phone: Phone) -> None:
    phone.enrol()

    with pytest.raises(FileExistsError):
        run(phone.start().create(OTHER, IDENTITY, PUBLIC))

    assert opens(phone, PIN)


def test_waits_begin_at_the_fifth_wrong_pin_and_grow(phone: Phone) -> None:
    phone.enrol()
    waits = []
    for tries_left in range(9, 0, -1):
        outcome = run(phone.start().unlock(WRONG))
        assert isinstance(outcome, WrongPin)
        assert outcome.tries_left == tries_left
        waits.append(outcome.wait_ms // 1000)
        phone.clock.forward(outcome.wait_ms)

    assert waits == [0, 0, 0, 0, 30, 60, 300, 900, 3600]


def test_during_a_wait_no_pin_is_tried_not_even_the_right_one(phone: Phone) -> None:
    phone.enrol()
    for _ in range(5):
        run(phone.start().unlock(WRONG))

    until = phone.clock.now + 30_000
    assert run(phone.start().unlock(PIN)) == MustWait(until, tries_left=5)
    assert run(phone.start().state()) == MustWait(until, tries_left=5)
    phone.clock.forward(30_000)
    assert opens(phone, PIN)
    assert run(phone.start().state()) == Locked(10, biometrics=False)


def test_a_clock_set_back_during_a_wait_neither_ends_nor_freezes_it(phone: Phone) -> None:
    phone.enrol()
    for _ in range(5):
        run(phone.start().unlock(WRONG))
    phone.clock.forward(-DAY_MS)

    assert run(phone.start().unlock(PIN)) == MustWait(phone.clock.now + 30_000, tries_left=5)
    phone.clock.forward(30_000)
    assert opens(phone, PIN)


def test_ten_wrong_pins_destroy_the_pin_and_the_biometric_wrap_but_not_the_recovery_seal(phone: Phone) -> None:
    key = phone.enrol()
    run(phone.start().use_biometrics(key))
    phone.fail(9)

    assert run(phone.start().unlock(WRONG)) == Destroyed()

    assert run(phone.start().unlock(PIN)) == Destroyed()
    assert run(phone.start().unlock_with_biometrics()) == Destroyed()
    assert phone.store.secrets == {}
    assert phone.biometrics.key is None
    assert recovered(phone) == key


def test_the_right_pin_at_the_tenth_try_still_opens(phone: Phone) -> None:
    phone.enrol()
    phone.fail(9)

    assert opens(phone, PIN)
    assert run(phone.start().state()) == Locked(10, biometrics=False)


def test_a_seal_for_a_new_device_id_replaces_the_old_one(phone: Phone) -> None:
    key = phone.enrol()

    run(phone.start().reseal(key, KeyIdentity("org", "device-2"), PUBLIC))

    seal = run(phone.start().recovery_seal())
    assert seal is not None
    assert seal.device_id == "device-2"
    assert recovered(phone) == key
    assert opens(phone, PIN)


def test_biometrics_open_until_they_are_stopped(phone: Phone) -> None:
    key = phone.enrol()
    assert run(phone.start().unlock_with_biometrics()) == BiometricsRefused()

    assert run(phone.start().use_biometrics(key))

    assert run(phone.start().state()) == Locked(10, biometrics=True)
    assert run(phone.start().unlock_with_biometrics()) == Unlocked(key)
    phone.biometrics.refuses = True
    assert run(phone.start().unlock_with_biometrics()) == BiometricsRefused()
    phone.biometrics.refuses = False
    run(phone.start().stop_biometrics())
    assert run(phone.start().unlock_with_biometrics()) == BiometricsRefused()


def test_a_wipe_leaves_nothing_and_can_be_repeated(phone: Phone) -> None:
    key = phone.enrol()
    run(phone.start().use_biometrics(key))
    app = phone.start()
    phone.store.die_at = "delete"
    with pytest.raises(Killed):
        run(app.wipe())

    run(phone.start().wipe())
    run(phone.start().wipe())

    assert run(phone.start().unlock(PIN)) == NoKeys()
    assert run(phone.start().recovery_seal()) is None
    assert list(phone.path.parent.iterdir()) == []
    assert phone.store.secrets == {}
    assert phone.biometrics.key is None


def test_the_file_secure_store_keeps_secrets_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    store = FileSecureStore(folder, OwnerFiles())

    run(store.set("../name", b"secret"))

    assert run(FileSecureStore(folder, OwnerFiles()).get("../name")) == b"secret"
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    run(store.delete("../name"))
    run(store.delete("../name"))
    assert run(store.get("../name")) is None
