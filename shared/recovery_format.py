"""The recovery seal's format: a device seals its data key to the organisation, and only the server's recovery key opens it.

One byte 1, the sender's ephemeral X25519 public key (32 bytes), then AES-256-GCM's output under
``HKDF-SHA256(shared secret, salt = ephemeral ‖ recipient, info)``. Each seal has a key of its own, so its nonce is zero.
The seal is bound to the device, so that one device's seal opens nothing for another's. Nothing here computes: ``shared.recovery``
does so natively, a browser's device with its own primitives.
"""

from __future__ import annotations

from typing import Final

from shared.errors import SealBroken

KEY_BYTES: Final = 32
INFO: Final = b"tournee recovery seal 1"
NONCE: Final = bytes(12)
_FORMAT: Final = b"\x01"


def recovery_context(organisation: str, device_id: str, key_version: int) -> bytes:
    """What a device's recovery seal is bound to; the server makes it from its own row of the device."""
    return f"{organisation}|recovery|{device_id}|{key_version}".encode()


def framed(sender: bytes, body: bytes) -> bytes:
    """The seal: its format, who sealed it, and what was sealed."""
    return _FORMAT + sender + body


def unframed(sealed: bytes) -> tuple[bytes, bytes]:
    """The sender's public key, and what was sealed.

    Raises:
        SealBroken: of an unknown format, or cut off.
    """
    sender, body = sealed[1 : 1 + KEY_BYTES], sealed[1 + KEY_BYTES :]
    if sealed[:1] != _FORMAT or len(sender) != KEY_BYTES:
        raise SealBroken
    return sender, body
