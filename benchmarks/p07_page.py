"""P7: a page of 50 customers, sorted by name, out of 100,000, from the list's beginning, its middle and near its end.

The floor reads the same 50 rows in plain SQL: the same columns in the order of names, by the same index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial

from benchmarks.customers import ACCOUNTS_IN_TEN
from benchmarks.figures import middle, milliseconds, p95, report, timed
from benchmarks.working import filled
from mobile_app.data.listing import Place
from mobile_app.data.repositories.accounts import page
from mobile_app.data.working_set import WorkingSet

PAGE = 50
_RAW = (
    "SELECT a.id, a.name, a.city, a.phone, a.lat, a.lon, (SELECT max(arrived_at) FROM visit v WHERE v.account_id = a.id),"
    " (SELECT count(*) FROM quote q WHERE q.account_id = a.id AND q.state IN ('draft', 'pending_approval', 'approved', 'sent')),"
    " EXISTS (SELECT 1 FROM pending p WHERE p.record_id = a.id)"
    " FROM account_listing l JOIN account a ON a.id = l.id WHERE (l.key, l.id) > (?, ?) ORDER BY l.key, l.id LIMIT ?"
)


def starts(working_set: WorkingSet, count: int) -> list[Place | None]:
    """Give the beginning, and places spread over the list."""
    with working_set.session() as session:
        keys = session.info["sqlite"].execute("SELECT key, id FROM account_listing ORDER BY key, id").fetchall()
    return [None, *((0, *keys[number * (len(keys) - 1) // count]) for number in range(1, count))]


def _asked(sqlite: sqlite3.Connection, values: tuple[str, str, int]) -> list[tuple[object, ...]]:
    return sqlite.execute(_RAW, values).fetchall()


def main(customers: int = 100_000, runs: int = 40) -> None:
    """Measure and report."""
    working_set = filled(customers * 10 // ACCOUNTS_IN_TEN)
    pages: list[float] = []
    floors: list[float] = []
    for number, start in enumerate(starts(working_set, runs)):
        _, key, id_ = start or (0, "", "")
        with working_set.session() as session:
            ours = partial(page, session, "", start, limit=PAGE, near=None)
            bare = partial(_asked, session.info["sqlite"], (key, id_, PAGE))
            turns: list[tuple[list[float], Callable[[], object]]] = [(pages, ours), (floors, bare)]
            for seconds, work in turns if number % 2 else reversed(turns):  # who comes first reads the rows from further away
                seconds.append(timed(work, sweep=False))
    working_set.close()
    took, least = middle(pages), middle(floors)
    report(
        "P7",
        took / least,
        1.5,
        f"plain SQL for the same {PAGE} of {customers} customers in {milliseconds(least)} ms",
        took_ms=milliseconds(took),
        p95_ms=milliseconds(p95(pages)),
        floor_ms=milliseconds(least),
    )


if __name__ == "__main__":
    main()
