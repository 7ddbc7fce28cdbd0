"""The sums of drafts in the working set: a phone shows the sums of the lines it has, whoever wrote them (ADR 0022).

What has left the house, and a quote of which no line ever came, stands as the server says it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Final

from mobile_app.data.among import among
from shared.rules.lifecycle import quote_is_frozen
from shared.rules.totals import SUMS, sums

QUOTES: Final = frozenset({"quote", "quote_line"})

_AMONG: Final = "(SELECT value FROM json_each(?))"
_OF: Final = (
    f"SELECT id FROM entry WHERE kind = 'quote' AND id IN {_AMONG}"  # noqa: S608
    f" UNION SELECT parent FROM entry WHERE kind = 'quote_line' AND id IN {_AMONG}"
)
_HEADS: Final = (
    f"SELECT id, state, rounding, {', '.join(SUMS)} FROM quote WHERE id IN {_AMONG}"  # noqa: S608
    " AND EXISTS (SELECT 1 FROM entry WHERE parent = quote.id)"
)
_BARE: Final = f"SELECT id FROM quote WHERE id IN {_AMONG} AND NOT EXISTS (SELECT 1 FROM entry WHERE parent = quote.id)"  # noqa: S608
_AMOUNTS: Final = ("quantity", "unit_price", "discount", "tax_rate")
_LINES: Final = f"SELECT quote_id, {', '.join(_AMOUNTS)} FROM quote_line WHERE quote_id IN {_AMONG}"  # noqa: S608
_WRITE: Final = f"UPDATE quote SET {', '.join(f'{name} = ?' for name in SUMS)} WHERE id = ?"  # noqa: S608


def quotes_of(connection: sqlite3.Connection, ids: Collection[str]) -> set[str]:
    """Give the quotes among these records, and those whose lines are among them."""
    return {id_ for (id_,) in connection.execute(_OF, (among(ids), among(ids)))}


def bare(connection: sqlite3.Connection, quotes: Collection[str]) -> list[str]:
    """Give those of ``quotes`` whose last line left this device: they stand as the server says them again."""
    return [id_ for (id_,) in connection.execute(_BARE, (among(quotes),))] if quotes else []


def drafts(connection: sqlite3.Connection) -> list[str]:
    """Give every quote that has not left the house."""
    return [id_ for id_, state in connection.execute("SELECT id, state FROM quote") if not quote_is_frozen(str(state))]


def work_out(connection: sqlite3.Connection, quotes: Collection[str]) -> None:
    """Bring the sums of the drafts among ``quotes`` up to date with the lines that are shown. In a transaction."""
    heads = [row for row in connection.execute(_HEADS, (among(quotes),)) if not quote_is_frozen(str(row[1]))]
    lines: dict[str, list[dict[str, object]]] = {}
    for quote, *amounts in connection.execute(_LINES, (among([row[0] for row in heads]),)):
        lines.setdefault(quote, []).append(dict(zip(_AMOUNTS, amounts, strict=True)))
    for id_, _, rounding, *shown in heads:
        due = list(sums(lines.get(id_, ()), rounding).values())
        if due != shown:
            connection.execute(_WRITE, (*due, id_))
