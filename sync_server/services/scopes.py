"""Scopes: what a device may read now, and what its user might write when the change was made (PROTOCOL 12, 13)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import msgspec
from sqlalchemy import Connection, bindparam, select

from shared.models.registry import ORG_SCOPE, raw_table
from shared.sync.change import Epoch
from shared.sync.clock import millis
from shared.sync.policy import WHOLE_RECORD
from shared.sync.record import ERASED, LIVE, Mark
from sync_server.services.identity import DeviceIdentity
from sync_server.storage.prepared import Prepared
from sync_server.storage.tables import PAST_ROLE, RECORD_META

TERRITORY = "territory:"
ARCHIVE = "archive:"
DAY_MS = 24 * 3600 * 1000
_WORKS_WITH_CUSTOMERS = frozenset({"rep", "manager"})

_assignment = raw_table("assignment")
_ASSIGNMENTS = Prepared(
    select(_assignment.c.territory_id, _assignment.c.valid_from, _assignment.c.valid_to, RECORD_META.c.deleted, RECORD_META.c.marks)
    .join(RECORD_META, RECORD_META.c.id == _assignment.c.id)
    .where(_assignment.c.user_id == bindparam("user_id"), RECORD_META.c.deleted != ERASED)
)
_PAST_ROLES = Prepared(
    select(PAST_ROLE.c.role)
    .where(PAST_ROLE.c.user_id == bindparam("user_id"), PAST_ROLE.c.until > bindparam("at"))
    .order_by(PAST_ROLE.c.until)
)
_GIVEN = Prepared(
    select(_assignment.c.territory_id, RECORD_META.c.mark)
    .join(RECORD_META, RECORD_META.c.id == _assignment.c.id)
    .where(_assignment.c.user_id == bindparam("user_id"), RECORD_META.c.deleted != ERASED)
)
_mark = msgspec.json.Decoder(Mark).decode
_marks = msgspec.json.Decoder(dict[str, Mark]).decode


def territory_scope(territory_id: object) -> str:
    """Give the scope of a territory's accounts and of all that is below them."""
    return f"{TERRITORY}{territory_id}"


def archived(scope: str) -> str:
    """Give the archive of a territory's scope, which no device receives."""
    return ARCHIVE + scope.removeprefix(TERRITORY)


def is_archived(scope: str) -> bool:
    """Say whether a scope is an archive."""
    return scope.startswith(ARCHIVE)


def active(scope: str) -> str:
    """Give the scope by which rights are judged: an archive's is its territory's."""
    return TERRITORY + scope.removeprefix(ARCHIVE) if is_archived(scope) else scope


def day_of(ms: int) -> str:
    """Give the UTC day of an instant (ms since 1970), ISO; an instant beyond the calendar counts as its end."""
    try:
        return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)).date().isoformat()
    except OverflowError:
        return "9999-12-31"


@dataclass(frozen=True, slots=True)
class Assigned:
    """A territory in the care of a user, from one day to another, both included; an open end is ''.

    ``ended_at`` (ms) is when its end was last set anew, 0 where that never happened; ``deleted_at`` when it was deleted, if it was.
    """

    scope: str
    valid_from: str
    valid_to: str
    ended_at: int = 0
    deleted_at: int | None = None

    def holds(self, day: str) -> bool:
        """Say whether it holds on ``day``."""
        return self.deleted_at is None and self._covers(day)

    def held(self, at: int) -> bool:
        """Say whether it held at the instant ``at``, by what was known then: what ends at noon was whole in the morning.

        What had ended before it was deleted holds no longer by that.
        """
        day = day_of(at)
        covered = self._covers(day) or (self.valid_from <= day and at < self.ended_at)
        return covered and (self.deleted_at is None or at < self.deleted_at)

    def _covers(self, day: str) -> bool:
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


def assignments(connection: Connection, user_id: str) -> tuple[Assigned, ...]:
    """Give the past, present and future assignments of a user, deleted ones too."""
    return tuple(_of_row(*row) for row in _ASSIGNMENTS.rows(connection, user_id=user_id))


def _of_row(territory: str, since: str | None, until: str | None, deleted: int, marks: str | None) -> Assigned:
    at = {name: millis(mark.stamp) for name, mark in _marks(marks).items()} if marks is not None else {}
    deleted_at = None if deleted == LIVE else at.get(WHOLE_RECORD, 0)
    return Assigned(territory_scope(territory), since or "", until or "", at.get("valid_to", 0), deleted_at)


def readable(connection: Connection, device: DeviceIdentity, now: int) -> tuple[str, ...]:
    """Give the scopes that the device receives at ``now``: the catalogue first, then its user's territories.

    An admin reads no customer data and has none.
    """
    territories = _held_now(assignments(connection, device.user_id), device.role, now)
    return (ORG_SCOPE, *sorted(territories))


class FirstGiven:
    """After which rev each scope was first given to a user: read when it is first asked for, which is when something has left one."""

    def __init__(self, connection: Connection, user_id: str, epoch: Epoch) -> None:
        self._connection = connection
        self._user_id = user_id
        self._latest = min([epoch.fork, *epoch.older.values()]) if epoch.parent else None

    def __call__(self, scope: str) -> int:
        """Give the rev; 0 where nothing tells, and at most what all epochs share: a lost one may have given it before."""
        rev = self._revs.get(scope, 0)
        return rev if self._latest is None else min(rev, self._latest)

    @cached_property
    def _revs(self) -> dict[str, int]:
        revs: dict[str, int] = {}
        for territory, mark in _GIVEN.rows(self._connection, user_id=self._user_id):
            scope, rev = territory_scope(territory), _mark(mark).rev
            revs[scope] = min(rev, revs.get(scope, rev))
        return revs


def _held_now(assigned: tuple[Assigned, ...], role: str, now: int) -> frozenset[str]:
    today = day_of(now)
    return frozenset(each.scope for each in assigned if each.holds(today)) if role in _WORKS_WITH_CUSTOMERS else frozenset()


class Grants:
    """What the user of a device may write, judged at each change's stamp within the lease, and see, judged now."""

    def __init__(self, connection: Connection, device: DeviceIdentity, now: int, lease_days: int) -> None:
        self._connection = connection
        self._device = device
        self._now = now
        self._since = now - lease_days * DAY_MS

    @cached_property
    def _assigned(self) -> tuple[Assigned, ...]:
        return assignments(self._connection, self._device.user_id)

    @cached_property
    def current(self) -> frozenset[str]:
        """The territories' scopes that the user has now."""
        return _held_now(self._assigned, self._device.role, self._now)

    @cached_property
    def visible(self) -> frozenset[str]:
        """Every scope that the device receives now."""
        return self.current | {ORG_SCOPE}

    def within_lease(self, made_at: int) -> bool:
        """Say whether a change made at ``made_at`` (ms) may be judged by what its author had then."""
        return made_at >= self._since

    def then(self, made_at: int) -> frozenset[str]:
        """Give the territories' scopes that the user had when a change was made; none beyond the lease."""
        if not self.within_lease(made_at) or self.role_then(made_at) not in _WORKS_WITH_CUSTOMERS:
            return frozenset()
        return frozenset(each.scope for each in self._assigned if each.held(made_at))

    def role_then(self, made_at: int) -> str:
        """Give the role that the user had when a change was made; today's beyond the lease."""
        if not self.within_lease(made_at):
            return self._device.role
        found = _PAST_ROLES.one(self._connection, user_id=self._device.user_id, at=made_at)
        return str(found[0]) if found is not None else self._device.role


def grants(connection: Connection, device: DeviceIdentity, now: int, lease_days: int) -> Grants:
    """Give what ``device`` may do at ``now``."""
    return Grants(connection, device, now, lease_days)
