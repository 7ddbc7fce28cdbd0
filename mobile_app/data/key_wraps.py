"""The three wraps of a data key: how each is made and opened. No state, no files."""

from __future__ import annotations

import hmac

from mobile_app.data.key_file import BiometricWrap, PinWrap, RecoveryWrap
from mobile_app.data.key_states import DataKey, KeyIdentity
from mobile_app.data.ports import CryptoPort
from shared.errors import SealBroken
from shared.recovery_format import recovery_context

KEY_BYTES = 32
_SALT_BYTES = 16
_PIN_INFO = b"tournee pin kek 1"
_BIOMETRIC_INFO = b"tournee biometric kek 1"
_CHECK_INFO = b"tournee data key check 1"


class KeyWraps:
    """Makes and opens wraps; every wrap is bound to the organisation, its own sort and the key's version."""

    def __init__(self, crypto: CryptoPort) -> None:
        self._crypto = crypto

    def check(self, key: DataKey) -> bytes:
        """A value that tells this key from others and says nothing about it."""
        return self._crypto.hkdf(key.secret, b"", _CHECK_INFO)

    def is_key(self, key: DataKey, check: bytes) -> bool:
        """Whether ``check`` was made of this key."""
        return hmac.compare_digest(self.check(key), check)

    def by_pin(self, key: DataKey, organisation: str, pin: str, device_secret: tuple[str, bytes], n: int) -> PinWrap:
        """The wrap behind a PIN and the device secret (its name and value). Slow on purpose."""
        salt = self._crypto.token(_SALT_BYTES)
        name, secret = device_secret
        kek = self._pin_kek(pin, salt, n, secret)
        return PinWrap(salt, n, name, self._crypto.cipher(kek).seal(key.secret, _context(organisation, "pin", key.version)))

    def open_pin(self, wrap: PinWrap, organisation: str, version: int, pin: str, device_secret: bytes) -> DataKey | None:
        """The key, or None if the PIN or the device secret is another. Slow on purpose."""
        kek = self._pin_kek(pin, wrap.salt, wrap.n, device_secret)
        return self._open(kek, wrap.sealed, _context(organisation, "pin", version), version)

    def by_biometrics(self, key: DataKey, organisation: str, released: bytes, device_secret: bytes) -> BiometricWrap:
        """The wrap behind the key that a sensor releases."""
        kek = self._crypto.hkdf(released, device_secret, _BIOMETRIC_INFO)
        return BiometricWrap(self._crypto.cipher(kek).seal(key.secret, _context(organisation, "biometric", key.version)))

    def open_biometric(self, wrap: BiometricWrap, organisation: str, version: int, released: bytes, device_secret: bytes) -> DataKey | None:
        """The key, or None if the sensor released another key than the wrap's."""
        kek = self._crypto.hkdf(released, device_secret, _BIOMETRIC_INFO)
        return self._open(kek, wrap.sealed, _context(organisation, "biometric", version), version)

    def for_recovery(self, key: DataKey, identity: KeyIdentity, public_key: bytes) -> RecoveryWrap:
        """The wrap that only the organisation's recovery key opens, for this device only."""
        context = recovery_context(identity.organisation, identity.device_id, key.version)
        return RecoveryWrap(identity.device_id, self._crypto.seal_to(public_key, key.secret, context))

    def _pin_kek(self, pin: str, salt: bytes, n: int, device_secret: bytes) -> bytes:
        return self._crypto.hkdf(self._crypto.scrypt(pin.encode(), salt, n), device_secret, _PIN_INFO)

    def _open(self, kek: bytes, sealed: bytes, context: bytes, version: int) -> DataKey | None:
        try:
            return DataKey(self._crypto.cipher(kek).open(sealed, context), version)
        except SealBroken:
            return None


def _context(organisation: str, sort: str, version: int) -> bytes:
    return f"{organisation}|wrap|{sort}|{version}".encode()
