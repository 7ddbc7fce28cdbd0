"""The change feed: what changed in a scope after a rev, oldest first, and which roots left it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from msgspec import Raw
from sqlalchemy import Connection, Text, bindparam, exists, func, not_, select, type_coerce

from shared.models.columns import Members
from shared.models.registry import COLUMNS, raw_table
from shared.sync.protocol import KindRows
from sync_server.storage.bulk import upsert, within_given
from sync_server.storage.prepared import Prepared
from sync_server.storage.tables import COMPACTED, RECORD_META, SCOPE_MOVE

_META = RECORD_META.c

_AFTER = Prepared(
    select(_META.rev, _META.kind)
    .where(_META.scope == bindparam("scope"), _META.rev > bindparam("after"))
    .order_by(_META.rev)
    .limit(bindparam("most"))
)
_AT = Prepared(select(_META.rev, _META.kind).where(_META.scope == bindparam("scope"), _META.rev == bindparam("rev")))
_COUNT = Prepared(select(func.count()).where(_META.scope == bindparam("scope"), _META.rev > bindparam("after")))
_LEFT = Prepared(
    select(SCOPE_MOVE.c.root, SCOPE_MOVE.c.source, func.max(SCOPE_MOVE.c.rev))
    .join(RECORD_META, _META.id == SCOPE_MOVE.c.root)
    .where(SCOPE_MOVE.c.source == bindparam("scope"), SCOPE_MOVE.c.rev > bindparam("after"), SCOPE_MOVE.c.rev <= bindparam("upto"))
    .where(not_(within_given(_META.scope, "held")))
    .group_by(SCOPE_MOVE.c.root, SCOPE_MOVE.c.source)
)

_MOVED_OUT = SCOPE_MOVE.alias("moved_out")
_OUT = _MOVED_OUT.c
_LEFT_HELD = (_OUT.root == SCOPE_MOVE.c.root) & within_given(_OUT.source, "held")
"""Only of a root that was in one of the scopes ``held`` can whoever holds them have anything, or know the id."""

_MISSED = Prepared(
    select(SCOPE_MOVE.c.root, _OUT.source, func.max(_OUT.rev))
    .join(RECORD_META, _META.id == SCOPE_MOVE.c.root)
    .join(_MOVED_OUT, _LEFT_HELD)
    .where(SCOPE_MOVE.c.target == bindparam("scope"))
    .where(not_(within_given(_META.scope, "held")))
    .group_by(SCOPE_MOVE.c.root, _OUT.source)
)

_DROPPED = Prepared(
    select(SCOPE_MOVE.c.root, _OUT.source, func.max(_OUT.rev))
    .join(COMPACTED, COMPACTED.c.id == SCOPE_MOVE.c.root)
    .join(_MOVED_OUT, _LEFT_HELD)
    .where(SCOPE_MOVE.c.target == bindparam("scope"))
    .where(not_(exists().where(_META.id == SCOPE_MOVE.c.root)))
    .group_by(SCOPE_MOVE.c.root, _OUT.source)
)
_CAME = Prepared(
    select(SCOPE_MOVE.c.root)
    .join(RECORD_META, _META.id == SCOPE_MOVE.c.root)
    .where(SCOPE_MOVE.c.target == bindparam("scope"), _META.scope == bindparam("scope"))
    .distinct()
)

_EVER_LEFT = Prepared(
    select(SCOPE_MOVE.c.rev).where(SCOPE_MOVE.c.root == bindparam("root"), SCOPE_MOVE.c.source == bindparam("scope")).limit(1)
)
_MOVED_SINCE = Prepared(
    select(SCOPE_MOVE.c.source).where(SCOPE_MOVE.c.root == bindparam("root"), SCOPE_MOVE.c.at > bindparam("at")).order_by(SCOPE_MOVE.c.rev)
)


Given = Callable[[str], int]
"""Says for a scope after which rev whoever asks was first given it: of what had left it before, she never had anything."""


class Stretch(NamedTuple):
    """A part of one scope's feed: the revs in (after, upto], what kinds are in it, how many records, and whether it reaches the end."""

    scope: str
    after: int
    upto: int
    kinds: frozenset[str]
    size: int
    whole: bool


class Move(NamedTuple):
    """A root that went from one scope to another at a rev."""

    rev: int
    root: str
    source: str
    target: str
    at: int


def stretch(connection: Connection, scope: str, after: int, head: int, room: int) -> Stretch:
    """Take up to ``room`` records of a scope after a rev, ending on a rev boundary.

    A first rev that is larger than ``room`` is taken whole; without room nothing is.
    """
    rows = _AFTER.rows(connection, scope=scope, after=after, most=room + 1)
    if len(rows) <= room:
        return Stretch(scope, after, head, frozenset(kind for _, kind in rows), len(rows), whole=True)
    if room == 0:
        return Stretch(scope, after, after, frozenset(), 0, whole=False)
    cut = rows[-1][0]
    taken: Sequence[Any] = [row for row in rows if row[0] < cut]
    if not taken:
        taken = _AT.rows(connection, scope=scope, rev=cut)
        if not _AFTER.rows(connection, scope=scope, after=cut, most=1):
            return Stretch(scope, after, head, frozenset(kind for _, kind in taken), len(taken), whole=True)
    return Stretch(scope, after, taken[-1][0], frozenset(kind for _, kind in taken), len(taken), whole=False)


def remaining(connection: Connection, scope: str, after: int) -> int:
    """Count the records of a scope after a rev."""
    return int(_COUNT.rows(connection, scope=scope, after=after)[0][0])


def rows_of(connection: Connection, part: Stretch, index: int, kinds: dict[str, KindRows]) -> None:
    """Add the records of ``part`` to ``kinds``, laid out as they travel; ``index`` is the scope's place in the answer."""
    for kind in sorted(part.kinds):
        laid = kinds.setdefault(kind, KindRows(COLUMNS[kind], []))
        found = _page(kind).rows(connection, scope=part.scope, after=part.after, upto=part.upto)
        lists = _lists(kind)
        laid.rows.extend([_row(row, index, lists) for row in found])


def _row(row: Any, index: int, lists: tuple[int, ...]) -> Any:  # noqa: ANN401 - a database's row becomes a wire row
    """Lay out one row; what is stored as JSON passes through as it is."""
    id_, root, rev, deleted, mark, marks, adds, *values = row
    for place in lists:
        if values[place] is not None:
            values[place] = Raw(values[place])
    while values and values[-1] is None:
        values.pop()
    ours, sets = None if marks is None else Raw(marks), None if adds is None else Raw(adds)
    return (id_, "" if root == id_ else root, index, rev, deleted, Raw(mark), ours, sets, values)


@cache
def _lists(kind: str) -> tuple[int, ...]:
    """Give the places of the values that are lists."""
    return tuple(place for place, name in enumerate(COLUMNS[kind]) if isinstance(raw_table(kind).c[name].type, Members))


@cache
def _page(kind: str) -> Prepared:
    table = raw_table(kind)
    heads = [_META.id, _META.root, _META.rev, _META.deleted, _META.mark, _META.marks, _META.adds]
    return Prepared(
        select(*heads, *(_as_json(table.c[name]) for name in COLUMNS[kind]))
        .join(table, table.c.id == _META.id)
        .where(_META.scope == bindparam("scope"), _META.rev > bindparam("after"), _META.rev <= bindparam("upto"))
        .where(_META.kind == kind)
        .order_by(_META.rev)
    )


def _as_json(column: Any) -> Any:  # noqa: ANN401 - a column
    return type_coerce(column, Text) if isinstance(column.type, Members) else column


def roots_that_left(connection: Connection, part: Stretch, held: Collection[str], given: Given) -> list[str]:
    """Give the roots that left ``part``'s scope within it, after it was ``given``, and are in none of the scopes ``held`` now."""
    rows = _LEFT.rows(connection, scope=part.scope, after=part.after, upto=part.upto, held=held)
    return [root for root, source, rev in rows if rev > given(source)]


def roots_never_seen_to_come(connection: Connection, scopes: Iterable[str], held: Collection[str], given: Given) -> list[str]:
    """Give the roots that came out of a scope ``held``, after it was ``given``, into one of these, and are in none ``held`` now.

    The one that they came into was not served as far.

    The scope that they left said nothing of them, since they were to come again in the other.
    """
    found: dict[str, None] = {}
    for scope in scopes:
        for statement in (_MISSED, _DROPPED):
            rows = statement.rows(connection, scope=scope, held=held)
            found |= dict.fromkeys(root for root, source, rev in rows if rev > given(source))
    return list(found)


def roots_to_take_anew(connection: Connection, again: Iterable[str]) -> list[str]:
    """Give the roots that ever came into a scope which is now served from its beginning, and are there.

    A device may still hold of them, where they were before, what had not come when it was served last: of those that are there now all
    comes again.
    """
    return list(dict.fromkeys(root for scope in again for (root,) in _CAME.rows(connection, scope=scope)))


def scope_before(connection: Connection, root: str, at: int) -> str:
    """Give the scope that a root left in its first move after an instant (ms); '' where it has not moved since."""
    found = _MOVED_SINCE.one(connection, root=root, at=at)
    return found[0] if found is not None else ""


def has_left(connection: Connection, root: str, scope: str) -> bool:
    """Say whether a root ever went out of a scope: whoever held it there then may hold it still."""
    return _EVER_LEFT.one(connection, root=root, scope=scope) is not None


def record_moves(connection: Connection, moves: Iterable[Move]) -> None:
    """Write down which roots moved."""
    upsert(connection, SCOPE_MOVE, list(moves))
