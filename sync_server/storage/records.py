"""Records in their tables: loading many at once, writing many at once, and the scopes' digests kept in step."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, select

from shared.models.registry import COLUMNS, raw_table
from shared.sync.digest import MODULUS, item
from shared.sync.policy import Value
from shared.sync.record import LIVE, Mark, Record
from sync_server.storage.bulk import Row, upsert, within_given
from sync_server.storage.prepared import Prepared
from sync_server.storage.tables import RECORD_META, SCOPE_DIGEST

_PLACES = Prepared(select(RECORD_META).where(within_given(RECORD_META.c.id, "ids")))
_UNDER = Prepared(select(RECORD_META).where(within_given(RECORD_META.c.root, "ids")))
_DIGESTS = Prepared(
    select(SCOPE_DIGEST.c.scope, SCOPE_DIGEST.c.count, SCOPE_DIGEST.c.digest).where(within_given(SCOPE_DIGEST.c.scope, "scopes"))
)
_CHUNK = 500
_STAYS = ("kind", "root")
"""What a record that is there already hardly ever changes."""
_SIGN = MODULUS // 2

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode
_mark = msgspec.json.Decoder(Mark).decode
_marks = msgspec.json.Decoder(dict[str, Mark]).decode
_adds = msgspec.json.Decoder(dict[str, dict[str, Mark]]).decode


class Place(NamedTuple):
    """Where a record belongs, and its bookkeeping as it is stored."""

    id: str
    kind: str
    root: str
    scope: str
    rev: int
    deleted: int
    mark: str
    marks: str | None
    adds: str | None
    item: int


class Written(NamedTuple):
    """A record to write, and the place it had before."""

    record: Record
    before: Place | None


def signed(number: int) -> int:
    """Fit an unsigned 64-bit integer into a database's signed one."""
    return number - MODULUS if number >= _SIGN else number


def unsigned(number: int) -> int:
    """Read what ``signed`` wrote."""
    return number % MODULUS


def chunks(ids: Iterable[T], size: int = _CHUNK) -> Iterator[list[T]]:
    """Cut ``ids`` into lists short enough for one statement."""
    rest = iter(ids)
    while chunk := list(islice(rest, size)):
        yield chunk


def places(connection: Connection, ids: Collection[str]) -> dict[str, Place]:
    """Give the place of each id that exists."""
    return _found(connection, _PLACES, ids)


def places_of_roots(connection: Connection, roots: Collection[str]) -> dict[str, Place]:
    """Give the places of all records under ``roots``, the roots themselves included."""
    return _found(connection, _UNDER, roots)


def ids_where(connection: Connection, kind: str, field: str, value: str) -> list[str]:
    """Give the ids of the records of a kind one field of which has this value."""
    return [id_ for (id_,) in _with(kind, field).rows(connection, value=value)]


@cache
def _with(kind: str, field: str) -> Prepared:
    table = raw_table(kind)
    return Prepared(select(table.c.id).where(table.c[field] == bindparam("value")))


def _found(connection: Connection, statement: Prepared, ids: Collection[str]) -> dict[str, Place]:
    if not ids:
        return {}
    return {row[0]: Place._make(row) for row in statement.rows(connection, ids=ids)}


def load(connection: Connection, found: Mapping[str, Place], ids: Collection[str]) -> dict[str, Record]:
    """Build the records of those ``ids`` that have a place in ``found``: one SELECT per kind."""
    by_kind: dict[str, list[str]] = {}
    for id_ in ids:
        place = found.get(id_)
        if place is not None:
            by_kind.setdefault(place.kind, []).append(id_)
    records: dict[str, Record] = {}
    for kind, wanted in by_kind.items():
        names = COLUMNS[kind]
        for row in _select(kind).rows(connection, ids=wanted):
            records[row[0]] = built(found[row[0]], names, row[1:])
    return records


@cache
def _select(kind: str) -> Prepared:
    table = raw_table(kind)
    return Prepared(select(table.c.id, *(table.c[name] for name in COLUMNS[kind])).where(within_given(table.c.id, "ids")))


def built(place: Place, names: list[str], values: Iterable[Value]) -> Record:
    """Join a record's bookkeeping and its values."""
    return Record(
        place.kind,
        place.id,
        place.root,
        place.scope,
        place.rev,
        _mark(place.mark),
        {name: value for name, value in zip(names, values, strict=True) if value is not None and value != []},
        place.deleted,
        _marks(place.marks) if place.marks else {},
        _adds(place.adds) if place.adds else {},
    )


def save(connection: Connection, written: Collection[Written]) -> None:
    """Write records at their new revs, each at once with its bookkeeping, and bring the scopes' digests up to date."""
    placed: list[Row] = []
    metas: list[Row] = []
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    counts: defaultdict[str, int] = defaultdict(int)
    shares: defaultdict[str, int] = defaultdict(int)
    for record, before in written:
        lives = record.deleted == LIVE
        share = signed(item(record)) if lives else 0
        counts[record.scope] += lives
        shares[record.scope] += share
        stays = False
        if before is not None:
            counts[before.scope] -= before.deleted == LIVE
            shares[before.scope] -= before.item
            stays = before.kind == record.kind and before.root == record.root
        (metas if stays else placed).append(_meta_row(record, share))
        rows[record.kind].append(_typed_row(record))
    upsert(connection, RECORD_META, placed)
    upsert(connection, RECORD_META, metas, _STAYS)
    for kind, typed in rows.items():
        upsert(connection, raw_table(kind), typed)
    _save_digests(connection, counts, shares)


def _meta_row(record: Record, share: int) -> Row:
    """In the order of ``Place``."""
    return (
        record.id,
        record.kind,
        record.root,
        record.scope,
        record.rev,
        record.deleted,
        _encode(record.mark).decode(),
        _encode(record.marks).decode() if record.marks else None,
        _encode(record.adds).decode() if record.adds else None,
        share,
    )


def _typed_row(record: Record) -> Row:
    return (record.id, *map(record.fields.get, COLUMNS[record.kind]))


def _save_digests(connection: Connection, counts: Mapping[str, int], shares: Mapping[str, int]) -> None:
    standing = digests(connection, counts)
    rows = []
    for scope, share in shares.items():
        count, before = standing.get(scope, (0, 0))
        rows.append((scope, count + counts[scope], signed((before + share) % MODULUS)))
    upsert(connection, SCOPE_DIGEST, rows)


def digests(connection: Connection, scopes: Collection[str]) -> dict[str, tuple[int, int]]:
    """Give each scope's count of live records and their digest."""
    rows = _DIGESTS.rows(connection, scopes=scopes)
    return {scope: (count, unsigned(digest)) for scope, count, digest in rows}
