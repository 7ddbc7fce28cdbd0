"""Compaction: what every device has heard of, or nobody needs after 90 days, leaves the tables (ADR 0014).

Tombstones go, and lines of the transaction log. Cursors know the highest rev of a dropped tombstone: a device which slept longer gets its
scopes anew.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from sync_server.services import epochs
from sync_server.services.scopes import DAY_MS
from sync_server.storage import meta, tombstones
from sync_server.storage.database import Database
from sync_server.storage.records import chunks

KEPT_DAYS: Final = 90
"""After so long a device that did not come counts no more, and an old line of the log goes."""
KEPT_SEQS: Final = 500
"""So many of a device's last transactions stay in the log: only these can come again."""
_BATCH: Final = 500
"""Tombstones that go in one transaction: devices write in between."""
_DEVICES: Final = 50
_CLAIMED_AT: Final = "compaction_claimed_at"


@dataclass(frozen=True, slots=True)
class Compacted:
    """How many tombstones and lines of the log went."""

    tombstones: int
    lines: int


def compact(database: Database, now: int) -> Compacted:
    """Drop what may go at ``now`` (ms). Repeatable at any time, while others read and write.

    Raises:
        OrganisationMoved: it lives elsewhere.
    """
    before = now - KEPT_DAYS * DAY_MS
    upto = database.run(lambda connection: limit(connection, now, before))
    gone = 0
    for kind, ids in database.run(lambda connection: tombstones.old(connection, upto), reading=True).items():
        for part in chunks(ids, _BATCH):
            gone += database.run(lambda connection, kind=kind, part=part: tombstones.drop(connection, kind, part, upto))  # type: ignore[misc]
    devices = database.run(lambda connection: tombstones.logging_devices(connection, KEPT_SEQS), reading=True)
    lines = 0
    for some in chunks([(code, last - KEPT_SEQS) for code, last in devices], _DEVICES):
        lines += database.run(lambda connection, some=some: tombstones.trim_log(connection, some, before))  # type: ignore[misc]
    return Compacted(gone, lines)


def limit(connection: Connection, now: int, before: int) -> int:
    """Give the rev up to which tombstones may go: passed by all who came after the instant ``before``, or older than it; and backed up.

    Where no backup is made, none is waited for.
    """
    standing = epochs.standing(connection)
    aged = tombstones.note_head(connection, now, before)
    upto = max(aged, tombstones.passed_by_all(connection, before, standing.head))
    return min(upto, standing.backed_up_through) if standing.backed_up_through else upto


def is_due(connection: Connection, now: int) -> bool:
    """Say whether a day has gone by since a server last claimed the work, or its clock was a day ahead then."""
    return abs(now - int(meta.get(connection, _CLAIMED_AT, "0"))) >= DAY_MS


def claim(connection: Connection, now: int) -> bool:
    """Claim the day's work: of several servers one gets it."""
    due = is_due(connection, now)
    if due:
        meta.put(connection, _CLAIMED_AT, str(now))
    return due
