"""The recovery seal (``shared.recovery_format``) over ``cryptography``: the server's, and that of devices outside a browser."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import SealBroken
from shared.recovery_format import INFO, KEY_BYTES, NONCE, framed, unframed


def recovery_keys(secret: bytes) -> tuple[bytes, bytes]:
    """The (private, public) recovery keys of an organisation from 32 random bytes. The private one never enters a backup."""
    private = X25519PrivateKey.from_private_bytes(secret)
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal_to(public_key: bytes, data: bytes, associated: bytes, ephemeral: bytes) -> bytes:
    """``data`` sealed to ``public_key``; ``ephemeral`` is 32 fresh random bytes, never used again.

    Raises:
        ValueError: the public key is not a point that can be sealed to.
    """
    private = X25519PrivateKey.from_private_bytes(ephemeral)
    sender = private.public_key().public_bytes_raw()
    secret = private.exchange(X25519PublicKey.from_public_bytes(public_key))
    return framed(sender, _aead(secret, sender + public_key).encrypt(NONCE, data, associated))


def open_seal(private_key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """What was sealed.

    Raises:
        SealBroken: sealed to another key, bound to another device, altered, or of an unknown format.
    """
    sender, body = unframed(sealed)
    private = X25519PrivateKey.from_private_bytes(private_key)
    try:
        secret = private.exchange(X25519PublicKey.from_public_bytes(sender))
        return _aead(secret, sender + private.public_key().public_bytes_raw()).decrypt(NONCE, body, associated)
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def _aead(secret: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=INFO).derive(secret))
