"""Territories, and who works them from which day to which: dated, so that yesterday's work is judged by yesterday's rights."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from shared.errors import RecordNotFound, RecordRefused
from shared.models.registry import raw_table
from shared.rules.folding import fold
from shared.sync.record import LIVE
from sync_server.services.authoring import Author
from sync_server.services.scopes import territory_scope
from sync_server.services.users import NAME_LENGTH, user_by_login
from sync_server.storage.tables import RECORD_META


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """A territory as the command line lists it; ``workers`` are the names of those who have it today."""

    id: str
    name: str
    accounts: int
    workers: tuple[str, ...]


def list_territories(connection: Connection, today: date) -> list[TerritoryRow]:
    """Give all territories by name."""
    territory, meta = raw_table("territory"), RECORD_META
    counted = select(meta.c.scope, func.count()).where(meta.c.kind == "account", meta.c.deleted == LIVE).group_by(meta.c.scope)
    accounts: dict[str, int] = dict(connection.execute(counted).all())
    rows = connection.execute(select(territory.c.id, territory.c.name).order_by(territory.c.name))
    workers = _workers(connection, today)
    return [TerritoryRow(id_, name or "", accounts.get(territory_scope(id_), 0), tuple(workers.get(id_, ()))) for id_, name in rows]


def territory_named(connection: Connection, wanted: str) -> TerritoryRow:
    """Give the territory of that id or name; accents and case do not matter.

    Raises:
        RecordNotFound: there is none.
        RecordRefused: several have that name.
    """
    rows = list_territories(connection, date.max)
    found = [row for row in rows if row.id == wanted] or [row for row in rows if fold(row.name) == fold(wanted)]
    if not found:
        raise RecordNotFound(f"There is no territory {wanted!r}. There are: {', '.join(row.name for row in rows) or 'none yet'}.")
    if len(found) > 1:
        raise RecordRefused("territory_ambiguous")
    return found[0]


def add_territory(connection: Connection, author: Author, name: str, place: tuple[float, float] | None = None) -> str:
    """Add a territory, around ``place`` (latitude, longitude in degrees); give its id.

    Raises:
        RecordRefused: the name is missing, too long or taken, or the place is none on earth.
    """
    if not name.strip():
        raise RecordRefused("name_missing", {"name": "name_missing"})
    if len(name) > NAME_LENGTH:
        raise RecordRefused("name_too_long", {"name": "name_too_long"})
    if any(fold(row.name) == fold(name) for row in list_territories(connection, date.max)):
        raise RecordRefused("territory_taken", {"name": "territory_taken"})
    if place is not None and not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
        raise RecordRefused("place_out_of_range")
    lat, lon = place or (None, None)
    return author.create(connection, "territory", {"name": name.strip(), "lat": lat, "lon": lon})


def assign(connection: Connection, author: Author, territory: str, login: str, days: tuple[date, date | None]) -> str:
    """Give a territory to a user from the first of ``days`` to the last, both included (``None``: no end); give the assignment's id.

    Raises:
        RecordNotFound: no such territory or login.
        RecordRefused: she has it on some of these days already, or the days are reversed.
    """
    where, who = territory_named(connection, territory), user_by_login(connection, login)
    since, until = days
    if until is not None and until < since:
        raise RecordRefused("dates_reversed")
    for _, began, ended in _assignments(connection, where.id, who.id):
        if began <= (until or date.max).isoformat() and since.isoformat() <= (ended or date.max.isoformat()):
            raise RecordRefused("already_assigned")
    last = None if until is None else until.isoformat()
    fields = {"territory_id": where.id, "user_id": who.id, "valid_from": since.isoformat(), "valid_to": last}
    return author.create(connection, "assignment", fields)


def unassign(connection: Connection, author: Author, territory: str, login: str, today: date) -> None:
    """Take a territory from a user: yesterday was her last day; what began today or begins later is deleted.

    Her devices drop the territory's records at their next round.

    Raises:
        RecordNotFound: no such territory or login.
        RecordRefused: she does not have it, now or later.
    """
    where, who = territory_named(connection, territory), user_by_login(connection, login)
    running = [row for row in _assignments(connection, where.id, who.id) if not row[2] or row[2] >= today.isoformat()]
    if not running:
        raise RecordRefused("not_assigned")
    for id_, since, _ in running:
        if since >= today.isoformat():
            author.delete(connection, "assignment", id_)
            continue
        author.update(connection, "assignment", id_, {"valid_to": (today - timedelta(days=1)).isoformat()})


def _assignments(connection: Connection, territory_id: str, user_id: str) -> list[tuple[str, str, str]]:
    """Give (id, first day, last day or '') of a user's assignments to a territory."""
    return [(id_, since, until) for id_, where, since, until in _of_user(connection, user_id) if where == territory_id]


def assignments_of(connection: Connection, user_id: str) -> list[tuple[str, str, str]]:
    """Give (territory's id, first day, last day or '') of each assignment of a user."""
    return [(where, since, until) for _, where, since, until in _of_user(connection, user_id)]


def _of_user(connection: Connection, user_id: str) -> list[tuple[str, str, str, str]]:
    table = raw_table("assignment")
    found = select(table.c.id, table.c.territory_id, table.c.valid_from, table.c.valid_to)
    live = found.join(RECORD_META, RECORD_META.c.id == table.c.id).where(RECORD_META.c.deleted == LIVE, table.c.user_id == user_id)
    return [(id_, where or "", since or "", until or "") for id_, where, since, until in connection.execute(live.order_by(table.c.id))]


def _workers(connection: Connection, today: date) -> dict[str, list[str]]:
    table, user = raw_table("assignment"), raw_table("user")
    found = select(table.c.territory_id, user.c.name, table.c.valid_from, table.c.valid_to).join(user, user.c.id == table.c.user_id)
    live = found.join(RECORD_META, RECORD_META.c.id == table.c.id).where(RECORD_META.c.deleted == LIVE)
    named: dict[str, list[str]] = {}
    for territory_id, name, since, until in connection.execute(live.order_by(user.c.name)):
        if (since or "") <= today.isoformat() <= (until or date.max.isoformat()):
            named.setdefault(territory_id, []).append(name or "")
    return named
