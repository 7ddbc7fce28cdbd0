"""What this device says about records that it does not hold: the feed tells it of no erasure there, so it asks (PROTOCOL 18)."""

from __future__ import annotations

from collections.abc import Collection

from mobile_app.data.healing import Change
from mobile_app.data.parts import Parts
from mobile_app.data.ports import Executor
from mobile_app.data.purge import Purge


class Mentions:
    """The door to it; made by the store. Work that left with a territory stays in outbox and journal, and so does what was refused."""

    def __init__(self, parts: Parts, *, executor: Executor, change: Change) -> None:
        self._purge = Purge(parts.vault, parts.outbox)
        self._run = executor.run
        self._change = change

    async def absent(self) -> list[str]:
        """The ids of records that outbox, journal or drafts write about or name, and that are not here.

        What they say about records that are here, as erased, goes before.
        """
        await self.purge(await self._run(self._purge.overlooked))
        return await self._run(self._purge.absent)

    async def purge(self, erased: Collection[str]) -> None:
        """Drop all that was written about what is erased, as the server says."""
        if erased:
            await self._change(lambda: (self._purge.away(erased), {}))
