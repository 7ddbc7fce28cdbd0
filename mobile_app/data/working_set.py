"""The working set: everything a screen may ask for, in memory, as it is shown (records with the outbox's changes laid over them).

Visible are live records whose parent is visible. Only these are in the typed tables; ``entry`` knows of all. One connection, used on
the owner's thread only. It holds nothing that ``vault`` and outbox do not: ``build`` makes the same again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from mobile_app.data import quote_sums
from mobile_app.data.among import among
from mobile_app.data.laid import Laid
from mobile_app.data.listing import Lists
from mobile_app.data.merged import merged
from mobile_app.data.stored_rows import StoredRow
from mobile_app.data.working_schema import INDEXES, INSERT_ENTRY, INSERT_PENDING, INSERTS, ORDER, create_tables, entry_row, typed_row
from shared.errors import VaultLocked

Lay = Callable[[Collection[str]], Mapping[str, Laid | None]]
"""Gives records as they are shown, by id; None for one that is no longer there."""

_AMONG: Final = "(SELECT value FROM json_each(?))"
_PARENTS: Final = frozenset({"account", "quote"})
UNANSWERED: Final = (
    "c.state = 'open' AND NOT EXISTS (SELECT 1 FROM pending p JOIN entry e ON e.id = c.id"
    " WHERE p.record_id = c.record_id AND p.field = c.field AND p.base >= e.rev)"
)
"""A conflict ``c`` that no edit in the outbox, made with knowledge of it, is about to close."""
ANSWERABLE: Final = "(c.field = '*' OR EXISTS (SELECT 1 FROM entry r WHERE r.id = c.record_id AND r.visible))"
"""A conflict ``c`` in which a value can be chosen: its record is shown, or it asks whether that one is to be."""
UNSETTLED: Final = f"{UNANSWERED} AND {ANSWERABLE}"
"""A conflict ``c`` that waits for somebody here."""


class WorkingSet:
    """The in-memory database. ``fts`` false tries the fallback of a SQLite without FTS5."""

    def __init__(self, *, fts: bool = True) -> None:
        manual = {"check_same_thread": False, "isolation_level": None}  # transactions begin where this says, not where the driver guesses
        self._engine = create_engine("sqlite://", poolclass=StaticPool, connect_args=manual)
        self._connection: Connection = self._engine.connect()
        self._sqlite = _driver(self._connection)
        self._sqlite.execute("BEGIN")
        create_tables(self._sqlite)
        self.lists = Lists(self._sqlite, fts=fts)
        self._sqlite.execute("COMMIT")
        self._late: dict[str, str] = {}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all of the block's changes, or none of them if it raises.

        Raises:
            VaultLocked: everything was dropped.
        """
        if self._connection.closed:
            raise VaultLocked
        self._sqlite.execute("BEGIN")
        try:
            yield
        except BaseException:
            if self._sqlite.in_transaction:
                self._sqlite.execute("ROLLBACK")
            raise
        self._sqlite.execute("COMMIT")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for queries; what it changes is not kept. Not inside ``transaction``.

        Raises:
            VaultLocked: everything was dropped.
        """
        if self._connection.closed:
            raise VaultLocked
        with Session(self._connection, autoflush=False) as session:
            session.info.update(lists=self.lists, sqlite=self._sqlite)
            self._sqlite.execute("BEGIN")
            try:
                yield session
            finally:
                session.rollback()
                if self._sqlite.in_transaction:
                    self._sqlite.execute("ROLLBACK")

    def close(self) -> None:
        """Drop everything. Repeatable."""
        self._late.clear()
        self._connection.close()
        self._engine.dispose()

    def put(self, laid: Mapping[str, Laid | None], lay: Lay, *, index: bool = True) -> frozenset[str]:
        """Show these records as they are now, hide or reveal what depends on them, and give the kinds that changed. In a transaction.

        Without ``index`` the lists and the search wait for ``list_late``, so that a customer whose people come one after
        another is listed once.
        """
        before = self._entries(laid)
        visible = self._visible(laid)
        accounts = self._accounts_of(laid, before)
        kinds = {item.record.kind for item in laid.values() if item is not None} | {kind for kind, _ in before.values()}
        quotes = quote_sums.quotes_of(self._sqlite, laid) if kinds & quote_sums.QUOTES else set()
        duplicates = merged(self._sqlite) if "account" in kinds else {}
        self._write(laid, before, visible)
        if "account" in kinds:
            now = merged(self._sqlite)
            accounts |= {id_ for link in duplicates.items() ^ now.items() for id_ in link}
        if kinds & quote_sums.QUOTES:
            quote_sums.work_out(self._sqlite, quotes | quote_sums.quotes_of(self._sqlite, laid))
            kinds |= quote_sums.QUOTES
        accounts |= self._accounts_of(laid, before)
        self.lists.remove([id_ for id_, item in laid.items() if item is None and id_ in before])
        products = {id_ for id_, item in laid.items() if item is not None and item.record.kind == "product"}
        if index:
            self.lists.put(accounts, products)
        else:
            self._late |= dict.fromkeys(accounts, "account") | dict.fromkeys(products, "product")
        children = self._children_of_changed(laid, before, visible)
        children += quote_sums.bare(self._sqlite, quotes - laid.keys())
        if children:
            kinds |= self.put(lay(children), lay, index=index)
        return frozenset(kinds)

    def load(self, rows: Sequence[StoredRow]) -> None:
        """Take rows that no overlay changes: the bulk path of an unlock. Those that are here already stay as they are. In a transaction.

        One whose parent is not here yet stays hidden until ``hidden_by_order`` names it.
        """
        here = self._entries([row.id for row in rows])
        rows = [row for row in rows if row.id not in here]
        shown = self._visible_among({row.parent for row in rows})
        entries = []
        typed: dict[str, list[tuple[object, ...]]] = {}
        for row in rows:
            id_, kind, parent = row.id, row.kind, row.parent
            visible = not row.deleted and (not parent or parent in shown)
            if visible:
                typed.setdefault(kind, []).append(row.cells())
                if kind in _PARENTS:
                    shown.add(id_)
            entries.append((id_, kind, row.root, row.scope, row.rev, row.deleted, parent, visible, 0))
        self._sqlite.executemany(INSERT_ENTRY, entries)
        for kind, cells in typed.items():
            self._sqlite.executemany(INSERTS[kind], cells)

    def hidden_by_order(self) -> list[str]:
        """What ``load`` hid because its parent came after it."""
        orphans = "SELECT c.id FROM entry c JOIN entry p ON p.id = c.parent WHERE NOT c.visible AND c.deleted = 0 AND p.visible"
        return [id_ for (id_,) in self.ask(orphans)]

    def finish(self) -> Iterator[None]:
        """Make what a full working set is asked by, a step at a time: the indexes, the drafts' sums, and a note of what is to be listed."""
        for index in INDEXES:
            self._sqlite.execute(index)
            yield
        with self.transaction():
            quote_sums.work_out(self._sqlite, quote_sums.drafts(self._sqlite))
        yield
        for kind, name in (("account", "name"), ("product", "sku")):  # in order: what a bounded search looks at first is what comes first
            self._late |= dict.fromkeys((id_ for (id_,) in self.ask(f"SELECT id FROM {kind} ORDER BY {name}")), kind)  # noqa: S608

    @property
    def listing_is_late(self) -> bool:
        """Whether there is something that ``list_late`` has to list."""
        return bool(self._late)

    @property
    def late(self) -> int:
        """How many customers and products ``list_late`` has to list."""
        return len(self._late)

    def list_late(self, most: int) -> bool:
        """List at most ``most`` of the customers and products that were shown without being listed; are there more? In a transaction."""
        some = dict(islice(self._late.items(), most))
        self.lists.put(*([id_ for id_, its in some.items() if its == kind] for kind in ("account", "product")))
        for id_ in some:
            del self._late[id_]
        return bool(self._late)

    def ids(self, *, roots: Collection[str] = (), scopes: Collection[str] = ()) -> list[str]:
        """The ids of all records of these scopes, and of these records with all below them, hidden ones too."""
        statement = (
            f"SELECT id FROM entry WHERE root IN {_AMONG} UNION SELECT id FROM entry WHERE id IN {_AMONG}"  # noqa: S608
            f" UNION SELECT id FROM entry WHERE scope IN {_AMONG}"
        )
        values = (among(roots), among(roots), among(scopes))
        return [id_ for (id_,) in self.ask(statement, values)]

    def open_conflicts(self) -> int:
        """How many conflicts nobody has settled, here or elsewhere."""
        return int(self.ask(f"SELECT count(*) FROM conflict c WHERE {UNSETTLED}")[0][0])  # noqa: S608

    def country_of(self, account_id: str) -> str:
        """Where a customer is, '' where that is not known."""
        found = self.ask("SELECT country FROM account WHERE id = ?", (account_id,))
        return str(found[0][0] or "") if found else ""

    def ask(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query. The driver is asked itself: a statement through SQLAlchemy costs ten times as much as these take.

        Raises:
            VaultLocked: everything was dropped.
        """
        if self._connection.closed:
            raise VaultLocked
        return self._sqlite.execute(statement, values).fetchall()

    def _entries(self, ids: Collection[str]) -> dict[str, tuple[str, bool]]:
        statement = f"SELECT id, kind, visible FROM entry WHERE id IN {_AMONG}"  # noqa: S608
        rows = self.ask(statement, (among(ids),))
        return {id_: (kind, bool(visible)) for id_, kind, visible in rows}

    def _visible(self, laid: Mapping[str, Laid | None]) -> dict[str, bool]:
        items = sorted((item for item in laid.values() if item is not None), key=lambda item: ORDER.get(item.record.kind, len(ORDER)))
        parents = [item.parent for item in items]
        visible = dict.fromkeys({"", *self._visible_among({*parents} - laid.keys() - {""})}, True)
        for item, parent in zip(items, parents, strict=True):
            record = item.record
            visible[record.id] = record.live and record.kind in ORDER and visible.get(parent, False)
        return visible

    def _visible_among(self, ids: Collection[str]) -> set[str]:
        statement = f"SELECT id FROM entry WHERE visible AND id IN {_AMONG}"  # noqa: S608
        return {id_ for (id_,) in self.ask(statement, (among(ids),))} if ids else set()

    def _write(self, laid: Mapping[str, Laid | None], before: Mapping[str, tuple[str, bool]], visible: Mapping[str, bool]) -> None:
        run_all = self._sqlite.executemany
        self._unwrite(laid, before, visible)
        items = [item for item in laid.values() if item is not None]
        if items:
            run_all(INSERT_ENTRY, [entry_row(item, visible=visible[item.record.id]) for item in items])
        rows: dict[str, list[tuple[object, ...]]] = {}
        for item in items:
            if visible[item.record.id]:
                rows.setdefault(item.record.kind, []).append(typed_row(item))
        for kind, values in rows.items():
            run_all(INSERTS[kind], values)
        pending = [(item.record.id, mark.field, mark.base, mark.txn) for item in items for mark in item.pending]
        if pending:
            run_all(INSERT_PENDING, pending)

    def _unwrite(self, laid: Mapping[str, Laid | None], before: Mapping[str, tuple[str, bool]], visible: Mapping[str, bool]) -> None:
        run = self._sqlite.execute
        hidden: dict[str, list[str]] = {}
        for id_, (kind, was_visible) in before.items():
            if was_visible and not visible.get(id_, False):
                hidden.setdefault(kind, []).append(id_)
        for kind, ids in hidden.items():
            run(f'DELETE FROM "{kind}" WHERE id IN {_AMONG}', (among(ids),))  # noqa: S608
        if before:
            run(f"DELETE FROM pending WHERE record_id IN {_AMONG}", (among(before),))  # noqa: S608
        gone = [id_ for id_, item in laid.items() if item is None and id_ in before]
        if gone:
            run(f"DELETE FROM entry WHERE id IN {_AMONG}", (among(gone),))  # noqa: S608

    def _children_of_changed(
        self, laid: Mapping[str, Laid | None], before: Mapping[str, tuple[str, bool]], visible: Mapping[str, bool]
    ) -> list[str]:
        changed = []
        for id_, item in laid.items():
            kind = before[id_][0] if item is None and id_ in before else item.record.kind if item is not None else ""
            if kind in _PARENTS and visible.get(id_, False) != (id_ in before and before[id_][1]):
                changed.append(id_)
        if not changed:
            return []
        statement = f"SELECT id FROM entry WHERE parent IN {_AMONG} AND id NOT IN {_AMONG}"  # noqa: S608
        values = (among(changed), among(laid))
        return [id_ for (id_,) in self.ask(statement, values)]

    def _accounts_of(self, laid: Mapping[str, Laid | None], before: Mapping[str, tuple[str, bool]]) -> set[str]:
        """The customers under whom these records' words are found, by what the tables say now."""
        contacts = [id_ for id_, item in laid.items() if item is not None and item.record.kind == "contact"]
        contacts += [id_ for id_, (kind, _) in before.items() if kind == "contact"]
        found = {id_ for id_, item in laid.items() if item is not None and item.record.kind == "account"}
        if contacts:
            statement = f"SELECT account_id FROM contact WHERE id IN {_AMONG}"  # noqa: S608
            found |= {id_ for (id_,) in self.ask(statement, (among(contacts),))}
        return found


def _driver(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)  # noqa: S101 - narrows SQLAlchemy's untyped attribute
    return found
