"""How far sync has come on this device: epoch, cursor, settled rev, device_seq, clock. Kept in the vault's meta."""

from __future__ import annotations

from typing import Final

import msgspec

from mobile_app.data.session_state import NAME
from mobile_app.data.vault import Vault
from mobile_app.data.vault_salvage import LOST
from shared.sync.change import Epoch

SEQ: Final = "seq"
STAMP: Final = "stamp"
COUNTER: Final = "counter:"
QUOTES: Final = "quote"
"""The counter of the quotes that this device has numbered."""
EPOCH: Final = "epoch"
WORK_OFFLINE: Final = "work_offline"
"""There while a person wants nothing to go over the network."""
KEEP_META: Final = (NAME, SEQ, STAMP, f"{COUNTER}{QUOTES}", EPOCH, WORK_OFFLINE)
"""What a salvage must carry over: the session, the counters that may never go back, the epoch of the journal's revs, a person's wish."""


class Position:
    """The values as last committed. ``save`` writes inside the vault's transaction; ``load`` again once it has committed."""

    def __init__(self, vault: Vault) -> None:
        self._meta = vault.meta
        self.epoch = Epoch("")
        self.cursor = ""
        self.settled = 0
        self.backed_up = 0
        self.seq = 0
        self.stamp = 0

    def load(self) -> None:
        """Read what the vault holds."""
        epoch = self._meta.get_plain(EPOCH)
        self.epoch = msgspec.json.decode(epoch, type=Epoch) if epoch else Epoch("")
        self.cursor = (self._meta.get_plain("cursor") or b"").decode()
        self.settled = int(self._meta.get_plain("settled") or 0)
        self.backed_up = int(self._meta.get_plain("backed_up") or 0)
        self.seq = int(self._meta.get(SEQ) or 0)
        self.stamp = int(self._meta.get(STAMP) or 0)

    def save_cursor(self, cursor: str) -> None:
        """Keep where the next pull goes on."""
        self._meta.put_plain("cursor", cursor.encode())

    def save_settled(self, rev: int) -> None:
        """Keep the rev through which everything has been pulled."""
        if rev > self.settled:
            self._meta.put_plain("settled", str(rev).encode())

    def save_answer(self, epoch: Epoch, stamp: int, backed_up: int) -> None:
        """Keep what each answer of the server says of itself."""
        if epoch != self.epoch:
            self._meta.put_plain(EPOCH, msgspec.json.encode(epoch))
        if stamp > self.stamp:
            self._meta.put(STAMP, str(stamp).encode())
        if backed_up != self.backed_up:
            self._meta.put_plain("backed_up", str(backed_up).encode())

    def save_seq(self, seq: int) -> None:
        """Keep the last device_seq given. Sealed, so that a salvage can carry it over."""
        self._meta.put(SEQ, str(seq).encode())

    def counter(self, name: str) -> int:
        """The last number given by the counter ``name``."""
        return int(self._meta.get(COUNTER + name) or 0)

    def save_counter(self, name: str, number: int) -> None:
        """Keep the last number given by the counter ``name``."""
        self._meta.put(COUNTER + name, str(number).encode())
        self._meta.delete(LOST + COUNTER + name)

    def lost(self, name: str) -> bool:
        """Whether damage took the counter ``name``: what it says is too low."""
        return self._meta.get_plain(LOST + COUNTER + name) is not None
