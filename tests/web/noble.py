"""The crypto of a device in a browser, and the organisation's side of a recovery seal over the same primitives. In Pyodide only."""

from __future__ import annotations

from pyodide.ffi import to_js
from tournee_js import noble

from mobile_app.web.crypto import NobleCrypto as DeviceCrypto
from shared.errors import SealBroken
from shared.recovery_format import INFO, NONCE, unframed

__all__ = ["DeviceCrypto", "open_seal", "recovery_keys"]


def recovery_keys(secret: bytes) -> tuple[bytes, bytes]:
    """As ``shared.recovery`` makes them."""
    return secret, noble.publicKey(to_js(secret)).to_bytes()


def open_seal(private_key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """As ``shared.recovery`` opens it."""
    sender, body = unframed(sealed)
    secret = noble.agree(to_js(private_key), to_js(sender))
    if secret is None:
        raise SealBroken
    key = noble.hkdf(secret, to_js(sender + recovery_keys(private_key)[1]), to_js(INFO))
    opened = noble.open(key, to_js(NONCE), to_js(body), to_js(associated)) if len(body) >= 16 else None
    if opened is None:
        raise SealBroken
    return bytes(opened.to_bytes())
