"""The crypto port over noble: the browser has no ``cryptography``, and its own WebCrypto answers only asynchronously."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyodide.ffi import to_js
from tournee_js import noble

from mobile_app.data.ports import Cipher
from shared import recovery_format
from shared.errors import SealBroken
from shared.ports import Randomness

_NONCE_BYTES = 12
_SHORTEST = _NONCE_BYTES + 16
"""A nonce and a tag around nothing."""


class NobleCipher:
    """AES-256-GCM under one key, the bytes of ``NativeCipher``: a random 96-bit nonce, then the sealed bytes and their tag."""

    __slots__ = ("_key", "_token")

    def __init__(self, key: bytes, token: Callable[[int], bytes]) -> None:
        self._key = to_js(key)
        self._token = token

    def seal(self, data: bytes, associated: bytes) -> bytes:
        """``data`` sealed and bound to ``associated``."""
        nonce = self._token(_NONCE_BYTES)
        return nonce + _bytes(noble.seal(self._key, to_js(nonce), to_js(data), to_js(associated)))

    def open(self, sealed: bytes, associated: bytes) -> bytes:
        """What was sealed.

        Raises:
            SealBroken: another key, other associated data, or altered bytes.
        """
        if len(sealed) < _SHORTEST:
            raise SealBroken
        opened = noble.open(self._key, to_js(sealed[:_NONCE_BYTES]), to_js(sealed[_NONCE_BYTES:]), to_js(associated))
        if opened is None:
            raise SealBroken
        return _bytes(opened)


class NobleCrypto:
    """The primitives of DESIGN's key hierarchy, equal to ``NativeCrypto`` byte for byte."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def scrypt(self, secret: bytes, salt: bytes, n: int) -> bytes:
        """RFC 7914 with r=8, p=1: 32 bytes; 128 · 8 · n bytes of memory."""
        return _bytes(noble.scrypt(to_js(secret), to_js(salt), n))

    def hkdf(self, secret: bytes, salt: bytes, info: bytes) -> bytes:
        """RFC 5869 with SHA-256: 32 bytes."""
        return _bytes(noble.hkdf(to_js(secret), to_js(salt), to_js(info)))

    def cipher(self, key: bytes) -> Cipher:
        """AES-256-GCM under ``key`` (32 bytes)."""
        return NobleCipher(key, self._randomness.token)

    def seal_to(self, public_key: bytes, data: bytes, associated: bytes) -> bytes:
        """``data`` sealed to an X25519 public key, in the format of ``shared.recovery_format``.

        Raises:
            ValueError: the public key is not a point that can be sealed to.
        """
        ephemeral = to_js(self._randomness.token(recovery_format.KEY_BYTES))
        secret = noble.agree(ephemeral, to_js(public_key))
        if secret is None:
            raise ValueError
        sender = _bytes(noble.publicKey(ephemeral))
        key = noble.hkdf(secret, to_js(sender + public_key), to_js(recovery_format.INFO))
        sealed = noble.seal(key, to_js(recovery_format.NONCE), to_js(data), to_js(associated))
        return recovery_format.framed(sender, _bytes(sealed))

    def token(self, size: int) -> bytes:
        """``size`` random bytes."""
        return self._randomness.token(size)


def _bytes(array: Any) -> bytes:  # noqa: ANN401 - JavaScript's
    """A ``Uint8Array`` as bytes."""
    return bytes(array.to_bytes())
