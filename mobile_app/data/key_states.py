"""What the key ring answers: a closed set, one dataclass per thing that a screen must say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key that seals the vault's rows. It is never printed, logged or stored unsealed."""

    secret: bytes = field(repr=False)
    version: int


@dataclass(frozen=True, slots=True)
class KeyIdentity:
    """Whose keys these are: the organisation and the device's id there."""

    organisation: str
    device_id: str


@dataclass(frozen=True, slots=True)
class RecoverySeal:
    """What a device sends after an online sign-in to get its data key back."""

    device_id: str
    key_version: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The key is here; the attempts count from zero again."""

    key: DataKey


@dataclass(frozen=True, slots=True)
class Locked:
    """A PIN may be tried now."""

    tries_left: int
    biometrics: bool


@dataclass(frozen=True, slots=True)
class WrongPin:
    """That was not the PIN. The next try is possible after ``wait_ms``."""

    tries_left: int
    wait_ms: int


@dataclass(frozen=True, slots=True)
class MustWait:
    """No PIN is looked at before ``until_ms`` (milliseconds since 1970 UTC); this did not count as a try."""

    until_ms: int
    tries_left: int


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The PIN's and the biometric wrap are gone after ten wrong PINs. Sign in online to recover; nothing is lost."""


@dataclass(frozen=True, slots=True)
class NoSecret:
    """The platform's secure store was reset: no PIN can work. Sign in online to recover; nothing is lost."""


@dataclass(frozen=True, slots=True)
class LeaseOver:
    """The phone has not met its server since ``met_ms``, for longer than its lease. Sign in online."""

    met_ms: int


@dataclass(frozen=True, slots=True)
class BiometricsRefused:
    """The finger or the face was refused, cancelled or is no longer set up. The PIN still works."""


@dataclass(frozen=True, slots=True)
class NoKeys:
    """There is no keys file: this vault was never enrolled, or was wiped."""


Barred: TypeAlias = MustWait | Destroyed | NoSecret | LeaseOver | NoKeys
KeyState: TypeAlias = Locked | Barred
UnlockOutcome: TypeAlias = Unlocked | WrongPin | BiometricsRefused | Barred
