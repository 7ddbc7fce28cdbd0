"""Many ids, or numbers, as one parameter of a statement: ``IN (SELECT value FROM json_each(?))``."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

_encode = msgspec.json.Encoder().encode


def among(values: Iterable[str] | Iterable[int]) -> str:
    """The values as the argument of ``json_each``."""
    return _encode(list(values)).decode()
