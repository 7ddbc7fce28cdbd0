"""P8: search as one types among 100,000 customers, in French, English and Greek, ranked: one query for each further letter.

The floor asks the same index the bare question: FTS5's ``MATCH`` with the same words, no ranking, no names.
"""

from __future__ import annotations

import sqlite3
from functools import partial

from benchmarks.customers import ACCOUNTS_IN_TEN
from benchmarks.figures import middle, milliseconds, p95, report, timed
from benchmarks.working import filled
from mobile_app.data.listing import Listing
from mobile_app.data.search import CANDIDATES, sought

SHOWN = 50
SLOWEST_S = 0.030
TYPED = (
    "Boulangerie Gœtz 12",
    "patisserie belanger",
    "owner@example.fr",
    "rue de la Republique",
    "Φούρνος Παππάς",
    "ζαχαροπλαστειο νικολαου 7",
    "hotel haxo vienne",
    "moulin perrin 4021",
    "key account lyon",
    "04 72 00",
    "+33 4 12",
    "Άννα Γεωργίου",
)
_RAW = f"SELECT rowid FROM account_search WHERE account_search MATCH ? LIMIT {CANDIDATES}"  # noqa: S608 - our own number


def queries() -> list[str]:
    """Give what is in the field after each letter, where there is a word in it."""
    return [text[:end] for text in TYPED for end in range(1, len(text) + 1) if sought(text[:end])]


def match(query: str) -> str:
    """Write a query as FTS5 wants it."""
    return " ".join(f'"{word}"*' for word in sought(query))


def _asked(sqlite: sqlite3.Connection, words: str) -> list[tuple[int]]:
    return sqlite.execute(_RAW, (words,)).fetchall()


def searched(customers: int, rounds: int) -> tuple[list[float], list[float]]:
    """Search, in turn with the bare question; the seconds of both."""
    working_set = filled(customers * 10 // ACCOUNTS_IN_TEN)
    searches: list[float] = []
    floors: list[float] = []
    with working_set.session() as session:
        sqlite, accounts = session.info["sqlite"], session.info["lists"].accounts
        assert isinstance(accounts, Listing)
        for query in queries() * rounds:
            floors.append(timed(partial(_asked, sqlite, match(query)), sweep=False))
            searches.append(timed(partial(accounts.search, query, None, SHOWN), sweep=False))
    working_set.close()
    return searches, floors


def main(customers: int = 100_000, rounds: int = 3) -> None:
    """Measure and report."""
    searches, floors = searched(customers, rounds)
    slow = p95(searches)
    report(
        "P8",
        sum(searches) / sum(floors),
        3.0,
        f"bare FTS5 MATCH of the same words among {customers} customers: {milliseconds(middle(floors))} ms at the median",
        also=slow < SLOWEST_S,
        queries=len(searches),
        p50_ms=milliseconds(middle(searches)),
        p95_ms=milliseconds(slow),
        floor_p95_ms=milliseconds(p95(floors)),
    )


if __name__ == "__main__":
    main()
