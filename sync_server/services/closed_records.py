"""The archive: closed records that are older than the horizon leave the devices, and come back when somebody writes them (ADR 0016).

An archived record goes from its territory's scope to the archive of that territory, which no device receives: an ordinary move of one
record, so that feed and digests need no rule of their own. The server keeps it, and whoever has the territory may write it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from shared.models.registry import raw_table
from shared.sync.clock import millis
from shared.sync.record import LIVE, Record
from sync_server.services.scopes import DAY_MS, TERRITORY, active, archived, is_archived
from sync_server.services.workspace import Workspace
from sync_server.storage import meta
from sync_server.storage.bulk import within
from sync_server.storage.records import chunks
from sync_server.storage.tables import RECORD_META

MONTHS: Final = 25
"""How long closed records stay on the devices: two years and the month in which one compares with them."""
LONGEST: Final = 1_200
"""A hundred years: as long as for ever, and still within the calendar."""
BELONGS: Final = {"quote_line": ("quote_id", "quote"), "attachment": ("visit_id", "visit")}
"""What comes and goes with another record: the field that names it, and its kind."""
_BATCH: Final = 200
_VISITS: Final = ("checked_out", "reviewed", "cancelled", "missed")
_QUOTES: Final = ("accepted", "declined", "expired", "superseded")


def back(workspace: Workspace, record: Record) -> Record:
    """Bring an archived record that was just written back to its territory, with all that comes and goes with it."""
    rev = workspace.head + 1
    for other in _family(workspace, record):
        if other.id != record.id and is_archived(other.scope):
            workspace.stage(msgspec.structs.replace(other, scope=active(other.scope), rev=rev))
    return msgspec.structs.replace(record, scope=active(record.scope), rev=rev)


def call_back_owner(workspace: Workspace, record: Record) -> None:
    """Bring back from the archive what a record that was just written belongs to."""
    named = BELONGS.get(record.kind, ("", ""))[0]
    owner = workspace.record(str(record.value(named))) if named and record.value(named) else None
    if owner is not None and is_archived(owner.scope):
        workspace.stage(back(workspace, owner))


def archive_closed(connection: Connection, now: int, *, months: int = MONTHS, kept_days: int) -> int:
    """Move to the archive what was closed more than ``months`` before ``now`` (ms); say how many records went. Repeatable.

    What somebody wrote in the last ``kept_days``, and what has an open conflict, stays.
    """
    workspace = Workspace(connection, meta.head(connection))
    went = 0
    for ids in chunks(closed_before(connection, months_before(now, months)), _BATCH):
        went += _archive(workspace, ids, now, now - kept_days * DAY_MS)
        workspace.keep()
    workspace.flush()
    return went


def closed_before(connection: Connection, horizon: int) -> list[str]:
    """Give the visits, quotes and conflicts that are on devices and were closed before ``horizon`` (ms), oldest ids first."""
    visit, quote, conflict = raw_table("visit"), raw_table("quote"), raw_table("conflict")
    day = datetime.fromtimestamp(horizon / 1000, UTC).date().isoformat()
    decided = and_(quote.c.state.in_(_QUOTES), func.coalesce(quote.c.decided_at, quote.c.sent_at) < horizon)
    over = and_(quote.c.state.in_((*_QUOTES, "sent")), quote.c.valid_until < day, func.coalesce(quote.c.decided_at, 0) < horizon)
    queries = (
        _here(
            visit.c.id, and_(visit.c.state.in_(_VISITS), func.coalesce(visit.c.left_at, visit.c.arrived_at, visit.c.planned_at) < horizon)
        ),
        _here(quote.c.id, or_(and_(decided, or_(quote.c.valid_until.is_(None), quote.c.valid_until < day)), over)),
        _here(conflict.c.id, and_(conflict.c.state == "closed", conflict.c.closed_at < horizon)),
    )
    return sorted({id_ for query in queries for id_ in connection.execute(query).scalars()})


def months_before(now: int, months: int) -> int:
    """Give the first instant (ms) of the month that lies ``months`` before the one of ``now``."""
    today = datetime.fromtimestamp(now / 1000, UTC)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp() * 1000)


def _here(id_: ColumnElement[str], condition: ColumnElement[bool]) -> Select[str]:
    known = RECORD_META.c
    return select(id_).join(RECORD_META, known.id == id_).where(known.deleted == LIVE, known.scope.like(f"{TERRITORY}%"), condition)


def _archive(workspace: Workspace, ids: list[str], now: int, lately: int) -> int:
    workspace.prefetch(ids, ids)
    families = [_family(workspace, record) for id_ in ids if (record := workspace.record(id_)) is not None]
    conflicts = _conflicts_about(workspace, [record.id for family in families for record in family])
    went = 0
    for family in families:
        whole = [*family, *(conflict for record in family for conflict in conflicts.get(record.id, ()))]
        if all(_is_quiet(record, lately) for record in whole):
            went += sum(_leave(workspace, record, now) for record in whole)
    return went


def _is_quiet(record: Record, lately: int) -> bool:
    """Whether nobody waits for the record: no open conflict, and nobody wrote it lately."""
    open_conflict = record.kind == "conflict" and record.value("state") == "open"
    return not open_conflict and millis(record.newest_mark().stamp) < lately


def _leave(workspace: Workspace, record: Record, now: int) -> bool:
    standing = workspace.record(record.id) or record
    if not standing.live or is_archived(standing.scope):
        return False
    workspace.stage_move(standing, archived(standing.scope), now)
    return True


def _family(workspace: Workspace, record: Record) -> list[Record]:
    """Give the records that come and go together: a quote with its lines, a visit with its photos."""
    named, kind = BELONGS.get(record.kind, ("", record.kind))
    head = str(record.value(named)) if named and record.value(named) else record.id
    ids = [head]
    for child, (field, owner) in BELONGS.items():
        if owner == kind:
            table = raw_table(child)
            ids += workspace.connection.execute(select(table.c.id).where(table.c[field] == head)).scalars()
    return list(_records(workspace, ids))


def _conflicts_about(workspace: Workspace, ids: list[str]) -> dict[str, list[Record]]:
    conflict = raw_table("conflict")
    found = workspace.connection.execute(select(conflict.c.id).where(within(conflict.c.record_id, ids))).scalars().all()
    about: dict[str, list[Record]] = {}
    for record in _records(workspace, found):
        about.setdefault(str(record.value("record_id")), []).append(record)
    return about


def _records(workspace: Workspace, ids: Iterable[str]) -> Iterator[Record]:
    wanted = list(ids)
    workspace.prefetch(wanted, wanted)
    return (record for id_ in wanted if (record := workspace.record(id_)) is not None)
