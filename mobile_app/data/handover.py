"""The outbox as a file: unsent work and drafts of one phone, sealed with a passphrase, for the next phone of the same person.

Format: 8 bytes that name it, a salt of 16, then AES-256-GCM's output under ``scrypt(passphrase, salt)``. Nothing of it is plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from mobile_app.data.key_file import SCRYPT_FLOOR
from mobile_app.data.outbox import Entry
from mobile_app.data.ports import CryptoPort
from shared.errors import RecordRefused, SealBroken
from shared.sync.codec import TornPayloadError, open_payload, seal_payload

_NAME: Final = b"tournee1"
_SALT: Final = 16
_BOUND_TO: Final = b"tournee outbox file 1"
SHORTEST: Final = 8
"""Characters of a passphrase: the file may lie anywhere, and there is no device secret beside it."""


class Owner(msgspec.Struct, frozen=True):
    """Whose work it is: nobody else takes it over."""

    organisation: str
    user_id: str


class Handover(msgspec.Struct, frozen=True):
    """What travels. ``entries`` are (state, entry) in the device's order; ``drafts`` by the form's key."""

    owner: Owner
    made_at: int
    entries: list[tuple[str, Entry]]
    drafts: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What a file brought: transactions and drafts that are new here, and how many were here already."""

    transactions: int
    drafts: int
    known: int


def packed(handover: Handover, passphrase: str, crypto: CryptoPort) -> bytes:
    """Seal a handover. Slow on purpose.

    Raises:
        RecordRefused: ``passphrase_too_short``.
    """
    if len(passphrase) < SHORTEST:
        raise RecordRefused("passphrase_too_short")
    salt = crypto.token(_SALT)
    return _NAME + salt + crypto.cipher(_key(passphrase, salt, crypto)).seal(seal_payload(handover), _BOUND_TO)


def unpacked(data: bytes, passphrase: str, crypto: CryptoPort) -> Handover:
    """Open a sealed handover. Slow on purpose.

    Raises:
        RecordRefused: ``not_a_handover``: this is no such file; ``wrong_passphrase``: another passphrase, or the file was altered.
    """
    if data[: len(_NAME)] != _NAME:
        raise RecordRefused("not_a_handover")
    salt, sealed = data[len(_NAME) : len(_NAME) + _SALT], data[len(_NAME) + _SALT :]
    try:
        return open_payload(crypto.cipher(_key(passphrase, salt, crypto)).open(sealed, _BOUND_TO), Handover)
    except SealBroken as error:
        raise RecordRefused("wrong_passphrase") from error
    except TornPayloadError as error:
        raise RecordRefused("not_a_handover") from error


def _key(passphrase: str, salt: bytes, crypto: CryptoPort) -> bytes:
    return crypto.scrypt(passphrase.encode(), salt, SCRYPT_FLOOR)
