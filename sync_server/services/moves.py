"""Moves: accounts that go to another territory, and territories lent to a deputy for a while."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, select

from shared.errors import RecordNotFound, RecordRefused
from shared.models.registry import ROOT, raw_table
from shared.rules.folding import fold
from shared.sync.record import LIVE
from sync_server.services.authoring import Author, Authored
from sync_server.services.territories import assignments_of, territory_named
from sync_server.services.users import user_by_login
from sync_server.storage.bulk import within
from sync_server.storage.tables import RECORD_META

_FOR_EVER: Final = date.max.isoformat()
_ONE_EACH: Final = 1
"""Accounts that share a rev when they move: each takes all that is below it along, and a page cannot end within a rev."""


def accounts_in(connection: Connection, territory: str, cities: Collection[str] = ()) -> list[str]:
    """Give the accounts of a territory, all or those of some cities (accents and case do not matter), by id.

    Raises:
        RecordNotFound: no such territory.
    """
    account, meta = raw_table(ROOT), RECORD_META
    found = select(account.c.id, account.c.city).join(meta, meta.c.id == account.c.id)
    rows = connection.execute(
        found.where(account.c.territory_id == territory_named(connection, territory).id, meta.c.deleted == LIVE).order_by(account.c.id)
    )
    wanted = {fold(city) for city in cities}
    return [id_ for id_, city in rows if not wanted or fold(city or "") in wanted]


def move_accounts(connection: Connection, author: Author, target: str, accounts: Collection[str]) -> int:
    """Give accounts, with all that is below them, to another territory; say how many went. Repeatable.

    Raises:
        RecordNotFound: no such territory, or one of the accounts is not there.
    """
    to = territory_named(connection, target).id
    account, meta = raw_table(ROOT), RECORD_META
    found = select(account.c.id, account.c.territory_id).join(meta, meta.c.id == account.c.id)
    here: dict[str, str] = dict(connection.execute(found.where(meta.c.deleted == LIVE, within(account.c.id, accounts))).all())
    if missing := sorted(set(accounts) - here.keys()):
        raise RecordNotFound(f"There is no customer {missing[0]!r}.")
    moving = [id_ for id_ in sorted(here) if here[id_] != to]
    author.write(connection, (Authored(ROOT, id_, {"territory_id": to}, "update") for id_ in moving), batch=_ONE_EACH)
    return len(moving)


def deputise(connection: Connection, author: Author, deputy: str, absent: str, days: tuple[date, date]) -> list[str]:
    """Lend the territories of ``absent`` to ``deputy`` (logins) from the first of ``days`` to the last, both included; give their ids.

    Each loan is a dated assignment, no longer than the territory is the absent one's own; it ends by itself. Days on which the deputy
    has the territory anyway, as its owner or by an earlier loan, are left out: who is done with one of two would still have the other.

    Raises:
        RecordNotFound: no such login.
        RecordRefused: the days are reversed, both are the same person, there is nothing to lend on these days, or the deputy has it all.
    """
    first, last = (day.isoformat() for day in days)
    if last < first:
        raise RecordRefused("dates_reversed")
    who, whose = user_by_login(connection, deputy), user_by_login(connection, absent)
    if who.id == whose.id:
        raise RecordRefused("own_deputy")
    had, theirs = assignments_of(connection, who.id), _within(assignments_of(connection, whose.id), first, last)
    lent: list[str] = []
    for territory_id, begins, ends in theirs:
        for since, until in _free(begins, ends, [(since, until or _FOR_EVER) for id_, since, until in had if id_ == territory_id]):
            fields = {"territory_id": territory_id, "user_id": who.id, "valid_from": since, "valid_to": until}
            author.create(connection, "assignment", fields)
            had.append((territory_id, since, until))
            lent.append(territory_id)
    if not lent:
        raise RecordRefused("already_assigned" if theirs else "nothing_to_lend")
    return list(dict.fromkeys(lent))


def _within(assigned: Iterable[tuple[str, str, str]], first: str, last: str) -> list[tuple[str, str, str]]:
    """Give the parts of assignments that lie within days."""
    parts = ((id_, max(since, first), min(until or last, last)) for id_, since, until in assigned)
    return [(id_, begins, ends) for id_, begins, ends in parts if begins <= ends]


def _free(first: str, last: str, taken: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Give the stretches from ``first`` to ``last`` that none of ``taken`` covers."""
    for since, until in sorted(taken):
        if until < first or last < since:
            continue
        if first < since:
            yield first, _shifted(since, -1)
        if last <= until:
            return
        first = _shifted(until, 1)
    yield first, last


def _shifted(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
