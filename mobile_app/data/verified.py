"""What the last comparison with the server said: when, how much of each scope was compared, and what had to be fetched again."""

from __future__ import annotations

import msgspec


class Verified(msgspec.Struct, frozen=True):
    """``at`` in ms since 1970; ``records`` counts what is here and at the server alike, scope by scope; ``repaired`` names scopes."""

    at: int
    records: dict[str, int]
    repaired: tuple[str, ...] = ()
