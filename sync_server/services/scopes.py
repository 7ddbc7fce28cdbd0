"""Scopes: what a device may read now, and what its user might write when the change was made (PROTOCOL 12, 13)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from sqlalchemy import Connection, bindparam, select

from shared.models.registry import ORG_SCOPE, raw_table
from shared.sync.record import LIVE
from sync_server.services.identity import DeviceIdentity
from sync_server.storage.tables import RECORD_META

LEASE_DAYS = 14
"""How long a phone works without its server, and so how far back a change may reach into a past assignment."""
DAY_MS = 24 * 3600 * 1000
_WORKS_WITH_CUSTOMERS = frozenset({"rep", "manager"})

_assignment = raw_table("assignment")
_ASSIGNMENTS = (
    select(_assignment.c.territory_id, _assignment.c.valid_from, _assignment.c.valid_to)
    .join(RECORD_META, RECORD_META.c.id == _assignment.c.id)
    .where(_assignment.c.user_id == bindparam("user_id"), RECORD_META.c.deleted == LIVE)
)


def territory_scope(territory_id: object) -> str:
    """Give the scope of a territory's accounts and of all that is below them."""
    return f"territory:{territory_id}"


def user_scope(user_id: str) -> str:
    """Give the scope of what concerns one person only."""
    return f"user:{user_id}"


def day_of(ms: int) -> str:
    """Give the UTC day of an instant (ms since 1970), ISO; an instant beyond the calendar counts as its end."""
    try:
        return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)).date().isoformat()
    except OverflowError:
        return "9999-12-31"


@dataclass(frozen=True, slots=True)
class Assigned:
    """A territory in the care of a user, from one day to another, both included; an open end is ''."""

    scope: str
    valid_from: str
    valid_to: str

    def holds(self, day: str) -> bool:
        """Say whether it holds on ``day``."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


def assignments(connection: Connection, device: DeviceIdentity) -> tuple[Assigned, ...]:
    """Give the past, present and future assignments of the device's user; an admin reads no customer data and has none."""
    if device.role not in _WORKS_WITH_CUSTOMERS:
        return ()
    rows = connection.execute(_ASSIGNMENTS, {"user_id": device.user_id})
    return tuple(Assigned(territory_scope(territory), since or "", until or "") for territory, since, until in rows)


def readable(connection: Connection, device: DeviceIdentity, now: int) -> tuple[str, ...]:
    """Give the scopes that the device receives at ``now``: the catalogue first, its user's own, then her territories."""
    today = day_of(now)
    territories = {each.scope for each in assignments(connection, device) if each.holds(today)}
    return (ORG_SCOPE, user_scope(device.user_id), *sorted(territories))


class Grants:
    """What one device may write, judged at each change's stamp, and see, judged now."""

    def __init__(self, assigned: tuple[Assigned, ...], user_id: str, now: int) -> None:
        self._assigned = assigned
        self._now = now
        self._user = user_id

    @cached_property
    def current(self) -> frozenset[str]:
        """The territories' scopes that the user has now."""
        return self._on(day_of(self._now))

    @cached_property
    def visible(self) -> frozenset[str]:
        """Every scope that the device receives now."""
        return self.current | {ORG_SCOPE, user_scope(self._user)}

    def writable(self, made_at: int) -> frozenset[str]:
        """Give the scopes that a change made at ``made_at`` (ms) may touch: those of now, and those of then within the lease."""
        if self._now - made_at > LEASE_DAYS * DAY_MS:
            return self.current
        return self.current | self._on(day_of(made_at))

    def _on(self, day: str) -> frozenset[str]:
        return frozenset(each.scope for each in self._assigned if each.holds(day))


def grants(connection: Connection, device: DeviceIdentity, now: int) -> Grants:
    """Give what ``device`` may do at ``now``."""
    return Grants(assignments(connection, device), device.user_id, now)
