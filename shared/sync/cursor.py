"""What a device may say about a cursor, which otherwise means nothing to it: that it wants some scopes from their beginning."""

from collections.abc import Collection
from typing import Final

_MARK: Final = "!"
_BETWEEN: Final = ","
LONGEST: Final = 32_768
"""Characters of a cursor that a server reads."""


def again(cursor: str, scopes: Collection[str]) -> str:
    """Give the cursor that goes on where ``cursor`` does, but has nothing of ``scopes``; the very beginning if that is too long."""
    known, asked = parted(cursor)
    wanted = known + _MARK + _BETWEEN.join(sorted({*asked, *scopes}))
    return wanted if known and len(wanted) <= LONGEST else ""


def parted(cursor: str) -> tuple[str, list[str]]:
    """Give the server's part of a cursor, and the scopes that are wanted from their beginning."""
    known, _, asked = cursor.partition(_MARK)
    return known, [scope for scope in asked.split(_BETWEEN) if scope]
