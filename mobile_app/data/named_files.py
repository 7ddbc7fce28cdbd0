"""Which files changes name: an attachment's picture and its thumbnail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from shared.sync.change import Change

KIND: Final = "attachment"
FIELDS: Final = ("sha256", "thumb_sha256")


def files_named(changes: Iterable[Change]) -> Iterator[str]:
    """Give the hashes that changes write."""
    for change in changes:
        if change.kind == KIND:
            yield from (str(edit.to) for name in FIELDS if (edit := change.fields.get(name)) is not None and edit.to)
