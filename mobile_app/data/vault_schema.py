"""The vault's schema: numbered steps, forward only. A released step never changes; a new need is a new step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from mobile_app.data.ports import Sql
from shared.errors import VaultTooNew

Step: TypeAlias = tuple[str, ...]

STEPS: Final[tuple[Step, ...]] = (
    (
        # Contents are sealed; plain are only the columns that sync itself needs.
        """CREATE TABLE record (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, key_version INTEGER NOT NULL,
           sealed BLOB NOT NULL) WITHOUT ROWID""",
        # ord is the local order of the transactions, seq the device_seq that the first send freezes.
        """CREATE TABLE outbox (ord INTEGER PRIMARY KEY, txn TEXT NOT NULL UNIQUE, seq INTEGER UNIQUE, state TEXT NOT NULL,
           key_version INTEGER NOT NULL, sealed BLOB NOT NULL)""",
        """CREATE TABLE journal (ord INTEGER PRIMARY KEY, txn TEXT NOT NULL UNIQUE, acked_rev INTEGER NOT NULL,
           key_version INTEGER NOT NULL, sealed BLOB NOT NULL)""",
        "CREATE TABLE draft (ord INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key_version INTEGER NOT NULL, sealed BLOB NOT NULL)",
        "CREATE TABLE blob (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, sent INTEGER NOT NULL, state TEXT NOT NULL)",
        # key_version 0 marks a plain value, such as the epoch.
        "CREATE TABLE meta (ord INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, key_version INTEGER NOT NULL, value BLOB NOT NULL)",
    ),
    (
        # No app had put a file there before.
        "DROP TABLE blob",
        """CREATE TABLE blob (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, sent INTEGER NOT NULL, state TEXT NOT NULL,
           small INTEGER NOT NULL, used_at INTEGER NOT NULL, code TEXT NOT NULL)""",
    ),
    (
        # Each round trims the journal, which may be 90 days long.
        "CREATE INDEX journal_acked_rev ON journal (acked_rev)",
    ),
)


def migrate(sql: Sql, steps: Sequence[Step] = STEPS) -> None:
    """Bring the file up to the last step, each step in a transaction of its own: a kill leaves the step done or not begun.

    Raises:
        VaultTooNew: the file has steps that this app does not know; nothing is touched.
    """
    done = version_of(sql)
    if done > len(steps):
        raise VaultTooNew
    for number, step in enumerate(steps[done:], start=done + 1):
        _apply(sql, step, number)


def version_of(sql: Sql) -> int:
    """The number of steps that the file has had."""
    return int(sql.query("PRAGMA user_version")[0][0] or 0)


def _apply(sql: Sql, step: Step, number: int) -> None:
    sql.execute("BEGIN IMMEDIATE")
    try:
        for statement in step:
            sql.execute(statement)
        sql.execute(f"PRAGMA user_version = {number}")
        sql.execute("COMMIT")
    except BaseException:
        if sql.in_transaction():
            sql.execute("ROLLBACK")
        raise
