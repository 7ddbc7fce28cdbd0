"""What goes in one request: so many changes, so many bytes, and always one transaction at least."""

from __future__ import annotations

from typing import Final

from shared.sync.change import Transaction
from shared.sync.codec import encode

MOST_BYTES: Final = 512 * 1024
"""Before compression. Well below what servers, and what stands in front of them, take of a body: 1 MiB is a common cap."""


class Parcel:
    """Fills up with transactions until one does not fit."""

    def __init__(self, most_changes: int) -> None:
        self._changes_left = most_changes
        self._bytes_left = MOST_BYTES
        self._is_empty = True

    def takes(self, transaction: Transaction) -> bool:
        """Put ``transaction`` in, if there is room for it or nothing else in here; say whether it is in."""
        self._changes_left -= len(transaction.changes)
        self._bytes_left -= len(encode(transaction))
        fits = self._is_empty or (self._changes_left >= 0 and self._bytes_left >= 0)
        self._is_empty = False
        return fits
