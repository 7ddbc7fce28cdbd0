"""The crypto port over ``cryptography`` (native; the browser has its own over noble)."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mobile_app.data.ports import Cipher
from shared import recovery
from shared.errors import SealBroken
from shared.ports import Randomness

_KEY_BYTES = 32
_NONCE_BYTES = 12


class NativeCipher:
    """AES-256-GCM under one key: a random 96-bit nonce, then the sealed bytes and their tag.

    Random nonces are safe for 2³² seals under one key, which a device does not reach.
    """

    __slots__ = ("_decrypt", "_encrypt", "_token")

    def __init__(self, key: bytes, token: Callable[[int], bytes]) -> None:
        aead = AESGCM(key)
        self._encrypt = aead.encrypt
        self._decrypt = aead.decrypt
        self._token = token

    def seal(self, data: bytes, associated: bytes) -> bytes:
        """``data`` sealed and bound to ``associated``."""
        nonce = self._token(_NONCE_BYTES)
        return nonce + self._encrypt(nonce, data, associated)

    def open(self, sealed: bytes, associated: bytes) -> bytes:
        """What was sealed.

        Raises:
            SealBroken: another key, other associated data, or altered bytes.
        """
        try:
            return self._decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], associated)
        except (InvalidTag, ValueError) as error:
            raise SealBroken from error


class NativeCrypto:
    """The primitives of DESIGN's key hierarchy."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def scrypt(self, secret: bytes, salt: bytes, n: int) -> bytes:
        """RFC 7914 with r=8, p=1: 32 bytes; about 0.1 s at n=2¹⁵, and 128 · 8 · n bytes of memory."""
        return Scrypt(salt=salt, length=_KEY_BYTES, n=n, r=8, p=1).derive(secret)

    def hkdf(self, secret: bytes, salt: bytes, info: bytes) -> bytes:
        """RFC 5869 with SHA-256: 32 bytes."""
        return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=salt, info=info).derive(secret)

    def cipher(self, key: bytes) -> Cipher:
        """AES-256-GCM under ``key`` (32 bytes)."""
        return NativeCipher(key, self._randomness.token)

    def seal_to(self, public_key: bytes, data: bytes, associated: bytes) -> bytes:
        """``data`` sealed to an X25519 public key, in the format of ``shared.recovery``."""
        return recovery.seal_to(public_key, data, associated, self._randomness.token(_KEY_BYTES))

    def token(self, size: int) -> bytes:
        """``size`` random bytes."""
        return self._randomness.token(size)
