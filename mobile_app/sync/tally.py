"""What one round did, in counts, for the one line that it leaves in the log: never a value of anybody's."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Traffic:
    """Bytes of bodies that went over the wire, as they were compressed."""

    sent: int = 0
    received: int = 0


@dataclass(slots=True)
class Tally:
    """One round: when it began (ms), and what got through."""

    began: int
    traffic: Traffic
    sent: int = 0
    """Transactions that the server settled."""
    fetched: int = 0
    """Records that were applied."""
    _before: Traffic = field(init=False)

    def __post_init__(self) -> None:
        self._before = Traffic(self.traffic.sent, self.traffic.received)

    @property
    def got_on(self) -> bool:
        """Whether anything got through."""
        return bool(self.sent or self.fetched)

    def log(self, outcome: str, code: str, now: int) -> None:
        """Write the line."""
        told = {
            "outcome": outcome,
            "code": code,
            "transactions": self.sent,
            "records": self.fetched,
            "bytes_sent": self.traffic.sent - self._before.sent,
            "bytes_received": self.traffic.received - self._before.received,
            "took_ms": now - self.began,
        }
        _log.info("round", extra=told)
