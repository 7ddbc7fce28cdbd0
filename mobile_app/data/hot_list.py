"""The hot list: the ids of what the coming days' screens show first, sealed in the vault, so that an unlock shows today before the rest.

It may be behind the records: it says what to read first, never what there is.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import chain
from typing import Final

import msgspec

from mobile_app.data.among import among
from mobile_app.data.desk import day_bounds, local_day
from mobile_app.data.vault import Vault
from mobile_app.data.working_set import WorkingSet
from shared.errors import SealBroken, StorageFailed
from shared.ports import Clock
from shared.sync.codec import TornPayloadError, open_payload, seal_payload

DAYS: Final = 4
"""From Friday's last unlock to Monday's first."""
MOST: Final = 2_000
"""So many ids of a day at most: what is beyond comes with the rest."""

_NAME: Final = "hot"
_VISITS: Final = (
    "SELECT id, account_id, user_id FROM visit WHERE planned_at >= ? AND planned_at < ? AND state != 'cancelled'"
    " UNION SELECT id, account_id, user_id FROM visit WHERE state = 'checked_in'"
)
_ALL_OF: Final = "SELECT id FROM entry WHERE visible AND root IN (SELECT value FROM json_each(?))"


class _Days(msgspec.Struct):
    days: dict[str, list[str]]


class HotList:
    """On the owner's thread."""

    def __init__(self, vault: Vault, working_set: WorkingSet, user_id: str, clock: Clock) -> None:
        self._meta = vault.meta
        self._working_set = working_set
        self._user_id = user_id
        self._clock = clock
        self._kept = b""

    def today(self) -> list[str] | None:
        """What today's screens show first; None where no unlock has prepared this day."""
        try:
            self._kept = self._meta.get(_NAME) or b""
            return open_payload(self._kept, _Days).days.get(local_day(self._clock).isoformat()) if self._kept else None
        except (SealBroken, TornPayloadError):  # it only saves time
            return None

    def keep(self) -> None:
        """Prepare today and the days after it from a working set that lacks nothing. Writes only what is different, if the disk lets it."""
        first = local_day(self._clock)
        days = [first + timedelta(days=number) for number in range(DAYS)]
        payload = seal_payload(_Days({day.isoformat(): self._of(day) for day in days}))
        if payload != self._kept:
            with suppress(StorageFailed):
                self._meta.put(_NAME, payload)
                self._kept = payload

    def _of(self, day: date) -> list[str]:
        """The day's visits with customers and reps, and all that belongs to the customers of one's own."""
        ask = self._working_set.ask
        bounds = [round(instant.timestamp()) * 1_000 for instant in day_bounds(day, self._clock.zone())]
        visits = ask(_VISITS, bounds)
        mine = {account_id for _, account_id, user_id in visits if user_id == self._user_id and account_id}
        shown = (id_ for visit in visits for id_ in visit if id_)
        rest = (id_ for (id_,) in ask(_ALL_OF, (among(sorted(mine)),)))
        return list(dict.fromkeys(chain(shown, rest)))[:MOST]
