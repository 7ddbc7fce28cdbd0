"""Work that rounds leave unsent though they reach the server: since when, so that a stuck outbox is said (FAULTS 38).

And what is the last of it: a device that signs off takes no more, and what it cannot send remains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from mobile_app.data.outbox import ATTENTION, SENDABLE, Outbox
from mobile_app.data.ports import Executor
from mobile_app.data.sync_status import SyncStatus
from mobile_app.data.vault import Vault
from shared.sync.codec import open_payload, seal_payload
from shared.sync.protocol import STUCK_MS

_NAME: Final = "left_unsent"


class Left(msgspec.Struct, frozen=True):
    """The oldest transaction that may be sent, and the first instant (ms) at which a round that reached the server left it here."""

    txn: str
    since: int


@dataclass(frozen=True, slots=True)
class Remains:
    """What no round sends, and would be lost with the device: how much needs attention, how many forms were not saved.

    And how many ``photos`` the office does not take, or this device can no longer read.
    """

    attention: int = 0
    drafts: int = 0
    photos: int = 0

    def more_than(self, told: Remains) -> bool:
        """Whether somebody who was told of ``told`` would lose what she does not know of."""
        return self.attention > told.attention or self.drafts > told.drafts or self.photos > told.photos


class Unsent:
    """Watches the oldest transaction that may be sent. Kept in the vault: an app that is opened for a minute at a time is told too."""

    def __init__(self, vault: Vault, outbox: Outbox, executor: Executor, status: SyncStatus) -> None:
        self._vault = vault
        self._outbox = outbox
        self._executor = executor
        self._status = status
        self._left: Left | None = None
        self._photos: Callable[[], int] = lambda: 0

    def photos_counted_by(self, photos: Callable[[], int]) -> None:
        """Ask ``photos``, on the owner's thread, how many the office does not take."""
        self._photos = photos

    async def recall(self) -> None:
        """Read what the last run of the app noted."""
        payload = await self._executor.run(self._vault.meta.get, _NAME)
        self._left = open_payload(payload, Left) if payload is not None else None

    async def waited_ms(self, now: int) -> int:
        """For how long rounds have left what is the oldest now; 0 where none has."""
        return max(0, now - self._left.since) if self._left is not None and await self._oldest() == self._left.txn else 0

    async def note(self, now: int) -> None:
        """Take note of what a round that reached the server has left; what is left for too long is said to be stuck."""
        oldest = await self._oldest()
        if oldest != (self._left.txn if self._left is not None else None):
            left = Left(oldest, now) if oldest is not None else None
            await self._executor.run(self._keep, left)
            self._left = left
        since = self._left.since if self._left is not None else now
        self._status.update(stuck_since=since if now - since >= STUCK_MS else None)

    async def last(self) -> int:
        """Take no new work from now on, nor drafts, nor files, and give how many transactions may be sent: none comes behind them."""
        self._vault.takes_work = False
        return await self._executor.run(self._outbox.count, SENDABLE)

    async def remains(self) -> Remains:
        """What would be lost with this device once all that may be sent is sent."""
        return await self._executor.run(self._remains)

    def _remains(self) -> Remains:
        return Remains(self._outbox.count(ATTENTION), len(self._vault.drafts.ids()), self._photos())

    def go_on(self) -> None:
        """Take new work again."""
        self._vault.takes_work = True

    async def _oldest(self) -> str | None:
        if not self._outbox.count(SENDABLE):  # most rounds: not worth a trip to the owner's thread
            return None
        return await self._executor.run(self._outbox.first, SENDABLE)

    def _keep(self, left: Left | None) -> None:
        if left is None:
            self._vault.meta.delete(_NAME)
        else:
            self._vault.meta.put(_NAME, seal_payload(left))
