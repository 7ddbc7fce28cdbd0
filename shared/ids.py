"""Record and transaction ids: UUID version 7 (RFC 9562 §5.7), made on the device that makes the record."""

from __future__ import annotations

from uuid import UUID

RANDOM_BYTES = 10
_MAX_MS = (1 << 48) - 1


def uuid7(now_ms: int, random10: bytes) -> str:
    """The UUIDv7 of the instant ``now_ms`` (milliseconds since 1970 UTC) and 74 of the 80 bits of ``random10``.

    Ids of different milliseconds sort as text in the order of their instants.

    Raises:
        ValueError: the instant does not fit 48 bits, or ``random10`` is not 10 bytes.
    """
    if not 0 <= now_ms <= _MAX_MS:
        raise ValueError("the instant does not fit 48 bits")
    if len(random10) != RANDOM_BYTES:
        raise ValueError("10 random bytes are needed")
    chance = int.from_bytes(random10, "big")
    rand_a = (chance >> 62) & 0xFFF
    rand_b = chance & ((1 << 62) - 1)
    return str(UUID(int=(now_ms << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b))


def instant_of(identifier: str) -> int:
    """The milliseconds since 1970 UTC that a UUIDv7 carries."""
    return UUID(identifier).int >> 80
