"""What the store's workers share, made once with it."""

from __future__ import annotations

from dataclasses import dataclass

from mobile_app.data.journal import Journal
from mobile_app.data.outbox import Outbox
from mobile_app.data.position import Position
from mobile_app.data.shown import Shown
from mobile_app.data.stale import Stale
from mobile_app.data.vault import Vault
from mobile_app.data.working_set import WorkingSet
from shared.ports import Clock, Randomness
from shared.sync.clock import HybridClock


@dataclass(frozen=True, slots=True)
class Parts:
    """One of each, for use on the owner's thread. ``device`` is the short code of the one that writes."""

    vault: Vault
    working_set: WorkingSet
    outbox: Outbox
    journal: Journal
    position: Position
    stale: Stale
    shown: Shown
    device: str
    clock: Clock
    randomness: Randomness
    stamps: HybridClock

    @classmethod
    def over(
        cls, vault: Vault, working_set: WorkingSet, outbox: Outbox, journal: Journal, *, device: str, clock: Clock, randomness: Randomness
    ) -> Parts:
        """Make what is missing over these."""
        position = Position(vault)
        shown = Shown(vault, working_set, outbox, position, device=device, clock=clock)
        return cls(vault, working_set, outbox, journal, position, Stale(vault), shown, device, clock, randomness, HybridClock(clock.now_ms))
