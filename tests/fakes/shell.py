"""A browser around the app: a page that notes what it is told, and storage that it lends."""

from __future__ import annotations

from dataclasses import replace

from mobile_app.data.ports import Room


class FakeShell:
    """Implements ``Shell``."""

    def __init__(self) -> None:
        self.times_shown = 0
        self.counts: list[int] = []
        self.writing: list[bool] = []

    def shown(self) -> None:
        self.times_shown += 1

    def busy(self, *, on: bool) -> None:
        self.writing.append(on)

    def unsent(self, count: int) -> None:
        self.counts.append(count)


class FakeStorage:
    """Implements ``Storage`` of a browser that promises, or not, to keep what it holds."""

    def __init__(self, *, promises: bool) -> None:
        self.now = Room(72_400_000, 6_200_000_000, kept=False)
        self.asked = 0
        self._promises = promises

    async def room(self) -> Room:
        return self.now

    async def keep(self) -> bool:
        self.asked += 1
        self.now = replace(self.now, kept=self._promises)
        return self._promises
