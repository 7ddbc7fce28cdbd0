"""The keys file: its format, and the policy that it is used by."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec
from msgspec.structs import replace

from mobile_app.data.key_states import LeaseOver, MustWait
from mobile_app.data.ports import Executor, Files
from shared.errors import PinRefused, VaultDamaged

SCRYPT_FLOOR = 1 << 15
_SCRYPT_CEILING = 1 << 20
_SECOND_MS = 1_000
_MINUTE_MS = 60 * _SECOND_MS
_DAY_MS = 24 * 60 * _MINUTE_MS

LEASE_DAYS = 14
"""Until the server has said how many its organisation wants."""
SEEN_STEP_MS = 10 * _MINUTE_MS
"""Less than this is not noted of the time: a clock that is put right by seconds was not set back."""


@dataclass(frozen=True, slots=True)
class KeyPolicy:
    """The numbers of the key ring.

    ``waits_ms[i]`` follows wrong attempt ``waits_from + i``: 30 s after the 5th, then 1, 5, 15 and 60 minutes. The attempt
    numbered ``tries`` destroys the wraps. A wrong attempt before ``waits_from`` costs no wait.
    """

    scrypt_n: int = SCRYPT_FLOOR
    tries: int = 10
    waits_from: int = 5
    waits_ms: tuple[int, ...] = (30 * _SECOND_MS, _MINUTE_MS, 5 * _MINUTE_MS, 15 * _MINUTE_MS, 60 * _MINUTE_MS)
    pin_shortest: int = 6
    pin_longest: int = 12

    def wait_after(self, failed: int) -> int:
        """Milliseconds to wait after ``failed`` wrong attempts in a row."""
        if failed < self.waits_from:
            return 0
        return self.waits_ms[min(failed - self.waits_from, len(self.waits_ms) - 1)]

    def check_pin(self, pin: str) -> None:
        """Accept a new PIN: digits, neither too few nor too many, not one digit repeated and not a run such as 123456.

        Raises:
            PinRefused: it may not be chosen; the code says why.
        """
        if not (pin.isascii() and pin.isdigit()):
            raise PinRefused("pin_not_digits")
        if len(pin) < self.pin_shortest:
            raise PinRefused("pin_too_short")
        if len(pin) > self.pin_longest:
            raise PinRefused("pin_too_long")
        if {ord(after) - ord(before) for before, after in pairwise(pin)} in ({0}, {1}, {-1}):
            raise PinRefused("pin_too_simple")


class PinWrap(msgspec.Struct, frozen=True):
    """The data key under ``HKDF(scrypt(PIN, salt, n), device secret)``; ``secret_name`` is where the device secret lies."""

    salt: bytes
    n: int
    secret_name: str
    sealed: bytes


class BiometricWrap(msgspec.Struct, frozen=True):
    """The data key under ``HKDF(the key behind the sensor, device secret)``."""

    sealed: bytes


class RecoveryWrap(msgspec.Struct, frozen=True):
    """The data key sealed to the organisation's recovery public key, bound to the device's id."""

    device_id: str
    sealed: bytes


class KeyFile(msgspec.Struct, frozen=True):
    """All that is kept about a vault's key. ``check`` is derived from the data key and tells a right one from a wrong one.

    ``failed`` counts the attempts since the last right one, each written before it is tried; ``failed_at`` is the last one's
    instant. ``met_at`` is when the server was last met, ``ahead_ms`` by how much the clock was ahead of the server's then, ``seen_at``
    the latest instant this device ever saw; ``lease_days`` is how long the vault opens after the one, by the other.
    """

    organisation: str
    device_id: str
    key_version: int
    check: bytes
    pin: PinWrap | None
    met_at: int
    seen_at: int
    biometric: BiometricWrap | None = None
    recovery: RecoveryWrap | None = None
    failed: int = 0
    failed_at: int = 0
    lease_days: int = LEASE_DAYS
    ahead_ms: int = 0
    format: int = 1


def encode(file: KeyFile) -> bytes:
    """The file's bytes: JSON, binary as base64."""
    return msgspec.json.encode(file)


def decode(data: bytes) -> KeyFile:
    """The file of these bytes.

    Raises:
        VaultDamaged: they are not a keys file.
    """
    try:
        file = msgspec.json.decode(data, type=KeyFile)
    except msgspec.DecodeError as error:
        raise VaultDamaged("the keys file cannot be read") from error
    if file.format != 1 or (file.pin is not None and not 1 < file.pin.n <= _SCRYPT_CEILING):
        raise VaultDamaged("the keys file cannot be read")
    return file


def must_wait(file: KeyFile, policy: KeyPolicy, now_ms: int) -> MustWait | None:
    """The wait after the last wrong attempt, if it is not over."""
    until = file.failed_at + policy.wait_after(file.failed)
    return MustWait(until, policy.tries - file.failed) if now_ms < until and file.failed >= policy.waits_from else None


def lease_over(file: KeyFile, now_ms: int) -> LeaseOver | None:
    """Whether the server was met too long ago, by the latest instant this device ever saw: a clock set back extends nothing."""
    return LeaseOver(file.met_at) if max(now_ms, file.seen_at) - file.met_at > file.lease_days * _DAY_MS else None


def _put_right(file: KeyFile, now_ms: int) -> KeyFile:
    """The file by a clock that was set back: if it was ahead when the server was met, the server's clock counts from now on.

    So neither is the lease stretched by what it was ahead, nor does putting it right cost a day.
    """
    late = file.ahead_ms if file.seen_at - now_ms >= SEEN_STEP_MS else 0
    return replace(file, met_at=file.met_at - late, seen_at=file.seen_at - late, ahead_ms=0) if late else file


class KeyStorage:
    """Reads and replaces one keys file on the executor."""

    def __init__(self, path: Path, files: Files, executor: Executor) -> None:
        self._path = path
        self._files = files
        self._executor = executor

    async def read(self) -> bytes | None:
        """The file's bytes, sound or not; None if there is no file."""
        return await self._executor.run(self._files.read, self._path)

    async def load(self) -> KeyFile | None:
        """The file, or None if there is none.

        Raises:
            VaultDamaged: it cannot be read.
        """
        data = await self.read()
        return None if data is None else decode(data)

    async def load_at(self, now_ms: int) -> KeyFile | None:
        """The file like ``load``; that its clock was put right is kept before anything is judged by it.

        Raises:
            VaultDamaged: it cannot be read.
        """
        file = await self.load()
        right = file and _put_right(file, now_ms)
        if right is not None and right is not file:
            await self.save(right)
        return right

    async def load_if_sound(self) -> KeyFile | None:
        """The file, or None if there is none or it cannot be read."""
        try:
            return await self.load()
        except VaultDamaged:
            return None

    async def save(self, file: KeyFile) -> None:
        """Replace the file, atomically and durably."""
        await self._executor.run(self._files.write, self._path, encode(file))

    async def delete(self) -> None:
        """Remove the file. Repeatable."""
        await self._executor.run(self._files.delete, self._path)
