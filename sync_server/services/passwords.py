"""Passwords: made slow to guess with scrypt, a salt and the cost stored with each hash, so that the cost can rise later."""

import base64
import hashlib
import hmac
import unicodedata
from threading import BoundedSemaphore
from typing import Protocol

from shared.errors import RecordRefused
from shared.ports import Randomness
from sync_server.config import ScryptCost

MIN_LENGTH = 8
MAX_LENGTH = 128
_SALT_BYTES = 16
_HASH_BYTES = 32
_HEADROOM = 4 * 1024 * 1024
_AT_ONCE = BoundedSemaphore(2)
"""Each hash fills tens of megabytes: a crowd at the door waits instead of exhausting the memory."""


class Hasher(Protocol):
    """What turns a password into bytes, slowly."""

    def __call__(self, password: bytes, salt: bytes, cost: ScryptCost) -> bytes:
        """Give the hash."""
        ...


def scrypt(password: bytes, salt: bytes, cost: ScryptCost) -> bytes:
    """RFC 7914, at most two at once."""
    n = 1 << cost.log_n
    with _AT_ONCE:
        return hashlib.scrypt(
            password, salt=salt, n=n, r=cost.r, p=cost.p, maxmem=128 * cost.r * (n + cost.p) + _HEADROOM, dklen=_HASH_BYTES
        )


class Passwords:
    """Hashes and checks passwords at a given cost. A check costs the same whether or not there is a hash to check against."""

    def __init__(self, cost: ScryptCost, randomness: Randomness, hasher: Hasher = scrypt) -> None:
        self._cost = cost
        self._randomness = randomness
        self._hasher = hasher
        self._nobody = _written(cost, randomness.token(_SALT_BYTES), randomness.token(_HASH_BYTES))

    def hash(self, password: str) -> str:
        """Give what to store: ``scrypt$log_n$r$p$salt$hash``."""
        salt = self._randomness.token(_SALT_BYTES)
        return _written(self._cost, salt, self._hasher(_bytes(password), salt, self._cost))

    def matches(self, password: str, stored: str | None) -> bool:
        """Say whether ``password`` is the one that was hashed. ``None``, for an unknown login, is worked through like any other."""
        cost, salt, expected = _parsed(self._nobody if stored is None else stored)
        same = hmac.compare_digest(self._hasher(_bytes(password), salt, cost), expected)
        return same and stored is not None

    def is_current(self, stored: str) -> bool:
        """Say whether ``stored`` was made at today's cost; if not, hash again while the password is at hand."""
        return _parsed(stored)[0] == self._cost


def require_acceptable(password: str, login: str) -> None:
    """Accept any password that is long enough and not the login; no rule about kinds of characters (NIST SP 800-63B §3.1.1.2).

    Raises:
        RecordRefused: ``password_too_short``, ``password_too_long`` or ``password_is_login``.
    """
    if len(password) < MIN_LENGTH:
        raise RecordRefused("password_too_short", {"password": "password_too_short"})
    if len(password) > MAX_LENGTH:
        raise RecordRefused("password_too_long", {"password": "password_too_long"})
    if password.casefold() == login.casefold():
        raise RecordRefused("password_is_login", {"password": "password_is_login"})


def _bytes(password: str) -> bytes:
    """One password typed on two keyboards is the same bytes."""
    return unicodedata.normalize("NFKC", password[: MAX_LENGTH + 1]).encode("utf-8", "surrogatepass")


def _written(cost: ScryptCost, salt: bytes, hashed: bytes) -> str:
    return f"scrypt${cost.log_n}${cost.r}${cost.p}${base64.b64encode(salt).decode()}${base64.b64encode(hashed).decode()}"


def _parsed(stored: str) -> tuple[ScryptCost, bytes, bytes]:
    _, log_n, r, p, salt, hashed = stored.split("$")
    return ScryptCost(int(log_n), int(r), int(p)), base64.b64decode(salt), base64.b64decode(hashed)
