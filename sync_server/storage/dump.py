"""The organisation's tables as plain rows, the same for every engine: what a backup holds and a restore fills in.

Sessions are left out: whoever holds a backup, or restores an old one, holds no token. Devices sign in again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, func, insert, select

from shared.errors import TourneeError
from shared.models.registry import MODELS, raw_table
from shared.sync import digest
from shared.sync.record import LIVE
from sync_server.storage import records
from sync_server.storage.bulk import upsert
from sync_server.storage.records import chunks, signed
from sync_server.storage.tables import RECORD_META, SCOPE_DIGEST, metadata

_SESSIONS: Final = frozenset({"access_token", "refresh_token", "sign_in_failure"})
BATCH: Final = 1_000
"""Rows that are read and written together."""
_NUL: Final = "\0"


class TextUnstorable(TourneeError):  # noqa: N818 - named like the rest of the tree
    """PostgreSQL keeps no NUL, and an earlier release let a text have one; the message names the row and the field, never a value."""

    code = "text_unstorable"


def everything() -> list[Table]:
    """Give every table, those of sessions too: what moves to another database."""
    return _all()


def tables() -> list[Table]:
    """Give the tables that a backup holds, in an order of their own."""
    return [table for table in _all() if table.name not in _SESSIONS]


def name(table: Table) -> str:
    """Give a table's name as a plain text: SQLAlchemy's own kind of text is not encoded by everything."""
    return "".join(table.name)


def columns(table: Table) -> list[str]:
    """Give the names of a table's columns, in their order."""
    return ["".join(column.name) for column in table.columns]


def rows(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Give a table's rows in the order of its columns, ``BATCH`` at a time."""
    found = connection.execute(select(table), execution_options={"yield_per": BATCH})
    for part in found.partitions():
        yield [tuple(row) for row in part]


def clear(connection: Connection) -> None:
    """Empty every table, sessions too."""
    for table in _all():
        connection.execute(table.delete())


def fill(connection: Connection, table: Table, given: Sequence[str], batch: Sequence[Sequence[Any]]) -> None:
    """Insert rows. Columns that an earlier release had and this one has not are left out; those that the rows lack get their defaults.

    Raises:
        TextUnstorable: PostgreSQL cannot keep one of them.
    """
    here = set(columns(table))
    names = [each if each in here else "" for each in given]
    values = [{each: value for each, value in zip(names, row, strict=True) if each} for row in batch]
    if connection.dialect.name == "postgresql":
        for row in values:
            _require_storable(table, row)
    if values:
        connection.execute(insert(table), values)


def _require_storable(table: Table, row: Mapping[str, Any]) -> None:
    for column, value in row.items():
        if isinstance(value, str) and _NUL in value:
            key = " ".join(str(row[each.name]).replace(_NUL, " ") for each in table.primary_key)
            raise TextUnstorable(f"{column} of {name(table)} {key}")


def counts(connection: Connection, counted: Sequence[Table] | None = None) -> dict[str, int]:
    """Count the rows of each table that a backup holds, or of those that are given."""
    found = tables() if counted is None else counted
    return {table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one()) for table in found}


def kept_digests(connection: Connection) -> dict[str, str]:
    """Give each scope's digest as it is kept; scopes without live records are left out."""
    found = connection.execute(select(SCOPE_DIGEST.c.scope, SCOPE_DIGEST.c.count, SCOPE_DIGEST.c.digest))
    return {scope: digest.shown(records.unsigned(kept), count) for scope, count, kept in found if count}


def counted_digests(connection: Connection, *, tombstones: bool = False) -> dict[str, str]:
    """Count each scope's digest anew, from the records themselves; with ``tombstones`` as it was counted at first."""
    counted = _counted(connection, tombstones=tombstones)
    return {scope: digest.shown(records.unsigned(signed(total)), count) for scope, (count, total) in counted.items()}


def recount(connection: Connection) -> None:
    """Keep each scope's digest as it is counted now, and no share of what does not live."""
    connection.execute(RECORD_META.update().where(RECORD_META.c.deleted != LIVE).values(item=0))
    connection.execute(SCOPE_DIGEST.delete())
    upsert(connection, SCOPE_DIGEST, [(scope, count, signed(total)) for scope, (count, total) in _counted(connection).items()])


def _counted(connection: Connection, *, tombstones: bool = False) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    ids = list(connection.execute(select(RECORD_META.c.id)).scalars())
    for part in chunks(ids):
        for record in records.load(connection, records.places(connection, part), part).values():
            if record.live or tombstones:
                count, total = sums.get(record.scope, (0, 0))
                sums[record.scope] = (count + 1, digest.replaced(total, 0, digest.item(record)))
    return sums


def _all() -> list[Table]:
    raw: MetaData = raw_table(next(iter(MODELS))).metadata
    return [*metadata.sorted_tables, *raw.sorted_tables]
