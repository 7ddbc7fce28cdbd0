"""How much goes in one request: as much as the link carries in a few seconds, less after it broke, more again once it is quick."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from mobile_app.sync.http_api import CaptivePortal
from shared.errors import AnswerMalformed, LinkBroke, ServerRefused, TourneeError
from shared.ports import Clock

TARGET_MS: Final = 4_000
"""So long may a batch take: what breaks then costs no more, and a person sees it go on."""
QUICK_MS: Final = TARGET_MS // 2
"""A full batch that took less is followed by one of twice the size."""
BROKEN: Final = 4
"""A request that broke is followed by one of a quarter of its size."""
_TOO_MUCH: Final = frozenset({408, 413})
"""It came too slowly, or is too large."""

T = TypeVar("T")


class Batch:
    """The size of one kind of request, in changes or records: at most ``most``, at least ``least``, whatever the link does.

    The ``first`` (``most`` unless it is said) may be smaller, where what it brings can be worked on while the next is on its way.
    Judged by the machine's clock: where that jumps, a batch is smaller or larger than it need be, and the next one mends it.
    """

    def __init__(self, clock: Clock, most: int, least: int, first: int | None = None) -> None:
        self._clock = clock
        self._most = most
        self._least = least
        self.size = most if first is None else min(first, most)

    async def carry(self, request: Awaitable[T], carried: Callable[[T], int]) -> T:
        """Wait for ``request`` and learn from it; ``carried`` counts what its answer brought, or what it took along."""
        began = self._clock.now_ms()
        try:
            answer = await request
        except TourneeError as error:
            if _broke(error):
                self.size = max(self._least, self.size // BROKEN)
            raise
        self._learn(carried(answer), self._clock.now_ms() - began)
        return answer

    def _learn(self, carried: int, took_ms: int) -> None:
        if took_ms > TARGET_MS:
            fitting = min(carried, self.size) * TARGET_MS // took_ms
            self.size = max(self._least, self.size // BROKEN, fitting)
        elif took_ms < QUICK_MS and carried >= self.size:
            self.size = min(self._most, self.size * 2)


def _broke(error: TourneeError) -> bool:
    """Say whether less at once might get through: the link broke, something on the way cut or refused what was so large."""
    if isinstance(error, ServerRefused):
        return error.status in _TOO_MUCH
    return isinstance(error, LinkBroke | CaptivePortal | AnswerMalformed)
