"""Pull: what changed in a device's scopes, page by page, each page from one snapshot (PROTOCOL 8 to 12)."""

from contextlib import suppress
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from shared.errors import StorageFailed
from shared.ports import Clock
from shared.sync.clock import pack
from shared.sync.cursor import LONGEST
from shared.sync.digest import shown
from shared.sync.protocol import COUNTS_THE_LIVING, PROTOCOL, STUCK_MS, KindRows, PullAnswer
from sync_server.services import cursors, epochs, scopes
from sync_server.services.devices import note_unsent
from sync_server.services.identity import DeviceIdentity
from sync_server.services.tokens import authenticate
from sync_server.storage import change_feed, records
from sync_server.storage.change_feed import Stretch
from sync_server.storage.database import Database

DEFAULT_LIMIT: Final = 1_000
MAX_LIMIT: Final = 2_000


class PullRequest(msgspec.Struct, frozen=True):
    """What a device asks for."""

    cursor: Annotated[str, Meta(max_length=LONGEST, description="Where the device is; empty for the beginning")] = ""
    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="Records in one page")] = DEFAULT_LIMIT
    digest: Annotated[bool, Meta(description="With the last page, each scope's digest")] = False
    unsent: Annotated[int, Meta(ge=0, description="For how long (ms) rounds have left the oldest unsent transaction")] = 0


class PullService:
    """Serves the change feed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def pull(self, device: DeviceIdentity, request: PullRequest, spoken: int = PROTOCOL) -> PullAnswer:
        """Give the next page of what ``device`` may see, as the protocol says it that it has ``spoken``.

        Raises:
            ServerRefused: 422 ``bad_cursor``: this server never gave it.
        """
        now = self._clock.now_ms()
        page = self._database.run(lambda connection: answer(connection, device, request, now, spoken), reading=True)
        self._note(device, request, now)
        return page

    def pull_as(self, access_token: str, request: PullRequest, spoken: int = PROTOCOL) -> PullAnswer:
        """As ``pull``, for the device that a token belongs to: who it is and what it gets are one transaction.

        Raises:
            ServerRefused: as ``pull`` and ``authenticate``.
        """
        now = self._clock.now_ms()

        def answered(connection: Connection) -> tuple[DeviceIdentity, PullAnswer]:
            device = authenticate(connection, access_token, now)
            return device, answer(connection, device, request, now, spoken)

        device, page = self._database.run(answered, reading=True)
        self._note(device, request, now)
        return page

    def _note(self, device: DeviceIdentity, request: PullRequest, now: int) -> None:
        """Keep whether the device's outbox is stuck, where that is new. A disk that refuses costs no page: the next round says it again."""
        since = now - request.unsent if request.unsent >= STUCK_MS else None
        if (since is None) != (device.unsent_since is None):
            with suppress(StorageFailed):
                self._database.run(lambda connection: note_unsent(connection, device.device_id, since))


def answer(connection: Connection, device: DeviceIdentity, request: PullRequest, now: int, spoken: int) -> PullAnswer:
    """Give one page within the caller's snapshot."""
    compared = request.digest and spoken >= COUNTS_THE_LIVING
    standing = epochs.standing(connection)
    held = scopes.readable(connection, device, now)
    asked = cursors.read(request.cursor, standing)
    page = _Page(connection, held, asked, standing.head)
    page.fill(max(1, min(request.limit, MAX_LIMIT)))
    lost = {scope: asked[scope] for scope in sorted(asked.keys() - set(held))}
    left = [*page.left, *change_feed.roots_never_seen_to_come(connection, lost, held)]
    return PullAnswer(
        epoch=standing.epoch,
        server_time=now,
        asked=request.cursor,
        cursor=cursors.write(standing.epoch.id, page.revs),
        more=page.more,
        head=standing.head,
        scopes=list(held),
        kinds=page.kinds,
        stamp=pack(now),
        backed_up_through=standing.backed_up_through,
        left=left,
        lost_scopes=list(lost),
        digests=_digests(connection, held) if compared and not page.more else None,
        total=page.total,
    )


class _Page:
    """One page while it is filled, scope by scope: those that are up to date first, a new scope beside them."""

    def __init__(self, connection: Connection, held: tuple[str, ...], asked: dict[str, int], head: int) -> None:
        self._connection = connection
        self._held = held
        self._head = head
        self.revs = {scope: asked.get(scope, 0) for scope in held}
        self.kinds: dict[str, KindRows] = {}
        self.left: list[str] = []
        self.more = False
        self.total = 0
        """About how many records were still to come when this page was asked for, its own included."""

    def fill(self, room: int) -> None:
        behind = [scope for scope in self._held if self.revs[scope] < self._head]
        for scope in sorted(behind, key=lambda each: -self.revs[each]):
            part = change_feed.stretch(self._connection, scope, self.revs[scope], self._head, room)
            self._take(part)
            room = max(0, room - part.size)

    def _take(self, part: Stretch) -> None:
        self.total += part.size if part.whole else max(part.size, self._remaining(part.scope))
        self.more = self.more or not part.whole
        change_feed.rows_of(self._connection, part, self._held.index(part.scope), self.kinds)
        if part.after:
            self.left.extend(change_feed.roots_that_left(self._connection, part, self._held))
        self.revs[part.scope] = part.upto

    def _remaining(self, scope: str) -> int:
        """Count what is still to come; from the beginning on only what lives, which is known without counting."""
        after = self.revs[scope]
        if after:
            return change_feed.remaining(self._connection, scope, after)
        return records.digests(self._connection, [scope]).get(scope, (0, 0))[0]


def _digests(connection: Connection, held: tuple[str, ...]) -> dict[str, str]:
    found = records.digests(connection, held)
    return {scope: shown(digest, count) for scope in held for count, digest in [found.get(scope, (0, 0))]}
