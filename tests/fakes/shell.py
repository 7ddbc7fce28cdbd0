"""A page around the app that notes what it is told."""

from __future__ import annotations


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
