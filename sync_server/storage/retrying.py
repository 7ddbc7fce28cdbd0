"""Work that is begun again when its database failed in passing: another writer won, or the server behind it was replaced by another."""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from shared.errors import StorageBusy

RETRIES: Final = 5
_FIRST_WAIT_S: Final = 0.05
_LONGEST_WAIT_S: Final = 2.0

T = TypeVar("T")
Sleep = Callable[[float], None]
Chance = Callable[[], float]


class FailedInPassing(StorageBusy):
    """Nothing of the transaction was kept, or nobody knows whether it was; the same one may well go through a moment later."""


class Retrying:
    """Tries at most ``RETRIES`` more times, with growing waits that chance spreads, so that those who met do not meet again."""

    def __init__(self, sleep: Sleep = time.sleep, chance: Chance = random.random) -> None:
        self._sleep = sleep
        self._chance = chance

    def run(self, attempt: Callable[[], T]) -> T:
        """Give what ``attempt`` gives.

        Raises:
            StorageBusy: it failed in passing each time.
        """
        for retry in range(RETRIES):
            try:
                return attempt()
            except FailedInPassing:
                self._sleep(min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 4**retry) * (0.5 + self._chance()))
        return attempt()
