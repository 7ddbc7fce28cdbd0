"""The recovery seal: a device seals its data key to the organisation, and only the server's recovery key opens it.

Format: one byte 1, the sender's ephemeral X25519 public key (32 bytes), then AES-256-GCM's output under
``HKDF-SHA256(shared secret, salt = ephemeral ‖ recipient)``. Each seal has a key of its own, so its nonce is zero.
The seal is bound to the device, so that one device's seal opens nothing for another's.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import SealBroken

KEY_BYTES = 32
_FORMAT = b"\x01"
_INFO = b"tournee recovery seal 1"
_NONCE = bytes(12)


def recovery_context(organisation: str, device_id: str, key_version: int) -> bytes:
    """What a device's recovery seal is bound to; the server makes it from its own row of the device."""
    return f"{organisation}|recovery|{device_id}|{key_version}".encode()


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
    return _FORMAT + sender + _aead(secret, sender + public_key).encrypt(_NONCE, data, associated)


def open_seal(private_key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """What was sealed.

    Raises:
        SealBroken: sealed to another key, bound to another device, altered, or of an unknown format.
    """
    sender, body = sealed[1 : 1 + KEY_BYTES], sealed[1 + KEY_BYTES :]
    if sealed[:1] != _FORMAT or len(sender) != KEY_BYTES:
        raise SealBroken
    private = X25519PrivateKey.from_private_bytes(private_key)
    try:
        secret = private.exchange(X25519PublicKey.from_public_bytes(sender))
        return _aead(secret, sender + private.public_key().public_bytes_raw()).decrypt(_NONCE, body, associated)
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def _aead(secret: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=_INFO).derive(secret))
