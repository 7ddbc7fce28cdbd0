"""Pull: what changed in a device's scopes, page by page, each page from one snapshot (PROTOCOL 8 to 12)."""

from collections.abc import Collection
from contextlib import suppress
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from shared.errors import StorageBusy, StorageFailed
from shared.ports import Clock
from shared.sync.clock import pack
from shared.sync.digest import shown
from shared.sync.protocol import COUNTS_THE_LIVING, PROTOCOL, STUCK_MS, KindRows, PullAnswer
from sync_server.config import USUAL_LEASES, Leases
from sync_server.services import cursors, epochs, scopes
from sync_server.services.cursors import Asked
from sync_server.services.devices import note_unsent
from sync_server.services.identity import DeviceIdentity
from sync_server.services.leases import days_of, require_allowed
from sync_server.services.scopes import FirstGiven
from sync_server.services.tokens import authenticate
from sync_server.storage import change_feed, records, tombstones
from sync_server.storage.change_feed import Stretch
from sync_server.storage.database import Database

DEFAULT_LIMIT: Final = 1_000
MAX_LIMIT: Final = 2_000
NOTE_EVERY_MS: Final = 3_600_000
"""How far a device has come is noted at most so often."""
BRIEF: Final = 50
"""So many records are given at once, without a thread: reading them is over sooner than a thread begins."""
NOTE_ANYWAY_MS: Final = 30 * scopes.DAY_MS
"""And this often where nothing happens: it still comes."""


class PullRequest(msgspec.Struct, frozen=True):
    """What a device asks for."""

    cursor: Annotated[str, Meta(description="Where the device is; empty for the beginning")] = ""
    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="Records in one page")] = DEFAULT_LIMIT
    digest: Annotated[bool, Meta(description="With the last page, each scope's digest")] = False
    unsent: Annotated[int, Meta(ge=0, description="For how long (ms) rounds have left the oldest unsent transaction")] = 0


class _TooMuchError(Exception):
    """More than a brief answer holds. Never leaves this module."""


class Served(NamedTuple):
    """A page, and the rev through which the device that asked for it had all its scopes."""

    page: PullAnswer
    passed: int


class Said(NamedTuple):
    """What goes into every page: the instant (ms), the protocol that the device speaks, its lease in days."""

    now: int
    spoken: int
    lease_days: int


class PullService:
    """Serves the change feed."""

    def __init__(self, database: Database, clock: Clock, leases: Leases = USUAL_LEASES) -> None:
        self._database = database
        self._clock = clock
        self._leases = leases

    def pull(self, device: DeviceIdentity, request: PullRequest, spoken: int = PROTOCOL) -> PullAnswer:
        """Give the next page of what ``device`` may see, as the protocol says it that it has ``spoken``.

        Raises:
            ServerRefused: 422 ``bad_cursor``: this server never gave it.
            BrowsersForbidden: the device is in a browser, where the organisation has none any more.
        """
        now = self._clock.now_ms()
        served = self._database.run(lambda connection: self._served(connection, device, request, now, spoken), reading=True)
        self._note(device, request, served, now)
        return served.page

    def pull_as(self, access_token: str, request: PullRequest, spoken: int = PROTOCOL) -> PullAnswer:
        """As ``pull``, for the device that a token belongs to: who it is and what it gets are one transaction.

        Raises:
            ServerRefused: as ``pull`` and ``authenticate``.
        """
        now = self._clock.now_ms()

        def answered(connection: Connection) -> tuple[DeviceIdentity, Served]:
            device = authenticate(connection, access_token, now)
            return device, self._served(connection, device, request, now, spoken)

        device, served = self._database.run(answered, reading=True)
        self._note(device, request, served, now)
        return served.page

    def brief(self, access_token: str, request: PullRequest, spoken: int = PROTOCOL) -> PullAnswer | None:
        """As ``pull_as`` where that takes no time: little is new, nothing is to be written, and the database is on this machine.

        ``None`` where it would take some.

        Raises:
            ServerRefused: as ``pull_as``.
        """
        if self._database.waits_for_network:
            return None
        now = self._clock.now_ms()
        try:
            with self._database.read() as connection:
                device = authenticate(connection, access_token, now)
                served = self._served(connection, device, request, now, spoken, brief=True)
        except (_TooMuchError, StorageFailed, StorageBusy):
            return None
        return None if _stuck_anew(device, request) or _came_further(device, served, now) else served.page

    def _served(
        self, connection: Connection, device: DeviceIdentity, request: PullRequest, now: int, spoken: int, *, brief: bool = False
    ) -> Served:
        require_allowed(self._leases, device.platform)
        return answer(connection, device, request, Said(now, spoken, days_of(self._leases, device.platform)), brief=brief)

    def _note(self, device: DeviceIdentity, request: PullRequest, served: Served, now: int) -> None:
        """Keep whether the device's outbox is stuck, where that is new, and now and then how far it has come.

        A disk that refuses costs no page: the next round says it again.
        """
        since = max(0, now - request.unsent) if _is_stuck(request) else None
        with suppress(StorageFailed):
            if _stuck_anew(device, request):
                self._database.run(lambda connection: note_unsent(connection, device.device_id, since))
            if _came_further(device, served, now):
                self._database.run(lambda connection: tombstones.note_progress(connection, device.device_id, served.passed, now))


def _is_stuck(request: PullRequest) -> bool:
    return request.unsent >= STUCK_MS


def _stuck_anew(device: DeviceIdentity, request: PullRequest) -> bool:
    return _is_stuck(request) == (device.unsent_since is None)


def _came_further(device: DeviceIdentity, served: Served, now: int) -> bool:
    age = now - device.noted_at
    return (served.passed > device.passed and age >= NOTE_EVERY_MS) or bool(served.passed and age >= NOTE_ANYWAY_MS)


def answer(connection: Connection, device: DeviceIdentity, request: PullRequest, said: Said, *, brief: bool = False) -> Served:
    """Give one page within the caller's snapshot; a ``brief`` one or none."""
    now, understood = said.now, said.spoken >= COUNTS_THE_LIVING
    standing = epochs.standing(connection)
    held = scopes.readable(connection, device, now)
    asked = cursors.read(request.cursor, standing, len(held))
    again = _missed_by(asked, held, standing.compacted_through)
    given = FirstGiven(connection, device.user_id, standing.epoch)
    served = {scope: rev for scope, rev in asked.revs.items() if scope not in again}
    page = _Page(connection, held, asked._replace(revs=served), standing.head, given, brief=brief)
    page.fill(max(1, min(request.limit, BRIEF if brief else MAX_LIMIT)))
    lost = {scope: asked.revs[scope] for scope in sorted(asked.revs.keys() - set(held))}
    unseen = [*lost, *again, *(scope for scope in held if asked.revs.get(scope) == 0)]
    missed = change_feed.roots_never_seen_to_come(connection, unseen, held, given)
    left = [*page.left, *missed, *change_feed.roots_to_take_anew(connection, again)]
    full = PullAnswer(
        epoch=standing.epoch,
        server_time=now,
        asked=request.cursor,
        cursor=cursors.write(standing, page.revs, page.coming),
        more=page.more,
        head=standing.head,
        scopes=list(held),
        kinds=page.kinds,
        stamp=pack(now),
        backed_up_through=standing.backed_up_through,
        left=left,
        lost_scopes=list(lost) if understood else [*lost, *again],
        again=again if understood else [],
        digests=_digests(connection, held) if request.digest and understood and not page.more else None,
        total=page.total,
        lease_days=said.lease_days,
    )
    return Served(full, min((asked.revs.get(scope, 0) for scope in held), default=0))


def _missed_by(asked: Asked, held: Collection[str], compacted: int) -> list[str]:
    """Give the scopes in which tombstones were dropped that the device has not heard of.

    It began before the last were dropped, and has not come as far: whatever it was told to be deleted since may no longer be said.
    """
    if asked.compacted >= compacted:
        return []
    return [scope for scope in held if 0 < asked.revs.get(scope, 0) < compacted]


class _Page:
    """One page while it is filled, scope by scope: those that are up to date first, a new scope beside them."""

    def __init__(self, connection: Connection, held: tuple[str, ...], asked: Asked, head: int, given: FirstGiven, *, brief: bool) -> None:
        self._connection = connection
        self._given = given
        self._brief = brief
        self._held = held
        self._head = head
        self._counted = asked.coming
        self.revs = {scope: asked.revs.get(scope, 0) for scope in held}
        self.kinds: dict[str, KindRows] = {}
        self.left: list[str] = []
        self.more = False
        self.total = 0
        """About how many records were still to come when this page was asked for, its own included."""
        self.coming: dict[str, int] = {}
        """Of each scope that is not whole with this page, how many of them come after it."""

    def fill(self, room: int) -> None:
        behind = [scope for scope in self._held if self.revs[scope] < self._head]
        for scope in sorted(behind, key=lambda each: -self.revs[each]):
            part = change_feed.stretch(self._connection, scope, self.revs[scope], self._head, room)
            self._take(part)
            room = max(0, room - part.size)

    def _take(self, part: Stretch) -> None:
        if self._brief and not part.whole:
            raise _TooMuchError
        coming = part.size if part.whole else max(part.size, self._remaining(part.scope))
        self.total += coming
        if coming > part.size:
            self.coming[part.scope] = coming - part.size
        self.more = self.more or not part.whole
        change_feed.rows_of(self._connection, part, self._held.index(part.scope), self.kinds)
        if part.after:
            self.left.extend(change_feed.roots_that_left(self._connection, part, self._held, self._given))
        self.revs[part.scope] = part.upto

    def _remaining(self, scope: str) -> int:
        """Say what is still to come: what the page before left of it, or counted; from the beginning on only what lives, which is known."""
        after = self.revs[scope]
        if after:
            return self._counted.get(scope) or change_feed.remaining(self._connection, scope, after)
        return records.digests(self._connection, [scope]).get(scope, (0, 0))[0]


def _digests(connection: Connection, held: tuple[str, ...]) -> dict[str, str]:
    found = records.digests(connection, held)
    return {scope: shown(digest, count) for scope in held for count, digest in [found.get(scope, (0, 0))]}
