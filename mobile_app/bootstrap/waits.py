"""What a host asks of the network in its turn, and for which nobody behind it has to wait."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from shared.errors import VaultLocked

T = TypeVar("T")


class Waits:
    """One at a time, as the host's turns are."""

    def __init__(self) -> None:
        self._asked: asyncio.Task[object] | None = None

    async def on(self, work: Coroutine[object, object, T]) -> T:
        """Give what ``work`` gives.

        Raises:
            VaultLocked: it was ended.
        """
        asked = asyncio.ensure_future(work)
        self._asked = asked
        try:
            await asyncio.wait([asked])
        finally:
            self._asked = None
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
        if asked.cancelled():
            raise VaultLocked
        return asked.result()

    def end(self) -> None:
        """Wait no longer: a lock or the order to wipe comes. Repeatable."""
        if self._asked is not None:
            self._asked.cancel()
