"""What a snapshot or a repair has not confirmed yet: of scopes that come from their beginning, what the server has not goes at the end.

Until then it is shown as before, so that a phone which slept for months, or differs in one value, and finds little signal is not emptied,
and gives back what it holds should the server be restored meanwhile. Kept in the vault: a download that was cut off goes on.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from mobile_app.data.vault import Vault

_NAME: Final = "stale"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(frozenset[str]).decode


class Stale:
    """The ids, on the owner's thread. ``save`` writes inside the vault's transaction; ``load`` again once it has committed."""

    def __init__(self, vault: Vault) -> None:
        self._meta = vault.meta
        self._ids: frozenset[str] | None = None

    @property
    def ids(self) -> frozenset[str]:
        """What must still come, or goes."""
        if self._ids is None:
            self.load()
        return self._ids or frozenset()

    def load(self) -> None:
        """Read what the vault holds."""
        kept = self._meta.get(_NAME)
        self._ids = _decode(kept) if kept is not None else frozenset()

    def save(self, ids: Collection[str]) -> None:
        """Keep what is not confirmed now."""
        if ids == self.ids:
            return
        if ids:
            self._meta.put(_NAME, _encode(sorted(ids)))
        else:
            self._meta.delete(_NAME)
        self._ids = None
