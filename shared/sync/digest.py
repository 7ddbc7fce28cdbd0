"""A digest of a scope's records that can be kept up to date: the sum of the items' hashes (an additive set hash).

Both sides compute it over ``(id, rev, hash of the content)`` of the live records that the server has told, never over the overlay. Deleted
ones do not count: each side drops its tombstones when it likes.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

import msgspec

from shared.sync.record import Record

MODULUS = 1 << 64
_encoder = msgspec.json.Encoder(order="deterministic")


def item(record: Record) -> int:
    """Hash one record at its rev to 64 bits. Fields without a value do not count, so that a new field changes nothing."""
    content, values = record.fields, record.fields.values()
    if None in values or [] in values:
        content = {name: value for name, value in content.items() if value is not None and value != []}
    return int.from_bytes(sha256(_encoder.encode((record.id, record.rev, record.deleted, content))).digest()[:8])


def total(items: Iterable[int]) -> int:
    """Add up items; the order does not matter."""
    return sum(items) % MODULUS


def replaced(digest: int, old: int, new: int) -> int:
    """Give ``digest`` after one item changed from ``old`` to ``new`` (0 for none)."""
    return (digest - old + new) % MODULUS


def shown(digest: int, count: int) -> str:
    """Write a digest as it travels: the count and 16 hex digits."""
    return f"{count}:{digest:016x}"


def counted(digests: Mapping[str, str]) -> dict[str, int]:
    """Read how many records each scope's travelling digest is about."""
    return {scope: int(text.partition(":")[0]) for scope, text in digests.items()}
