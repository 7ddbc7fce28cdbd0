"""Moves: accounts that go to another territory, and territories lent to a deputy for a while."""

from collections.abc import Collection
from datetime import date
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

    Each loan is a dated assignment, no longer than the territory is the absent one's own; it ends by itself.

    Raises:
        RecordNotFound: no such login.
        RecordRefused: the days are reversed, both are the same person, or there is nothing to lend on these days.
    """
    first, last = (day.isoformat() for day in days)
    if last < first:
        raise RecordRefused("dates_reversed")
    who, whose = user_by_login(connection, deputy), user_by_login(connection, absent)
    if who.id == whose.id:
        raise RecordRefused("own_deputy")
    lent: list[str] = []
    for territory_id, since, until in assignments_of(connection, whose.id):
        begins, ends = max(since, first), min(until or last, last)
        if begins <= ends:
            author.create(
                connection, "assignment", {"territory_id": territory_id, "user_id": who.id, "valid_from": begins, "valid_to": ends}
            )
            lent.append(territory_id)
    if not lent:
        raise RecordRefused("nothing_to_lend")
    return lent
