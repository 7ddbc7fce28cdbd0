"""Sorted, searchable lists: for each customer and product its place in the order of names, and its words in a search index."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable
from typing import Any, Final

from mobile_app.data.among import among
from mobile_app.data.merged import merged
from mobile_app.data.search import CANDIDATES, SearchIndex, document, sought
from shared.rules.folding import natural_key

_ACCOUNT: Final = "id, name, phone, vat_id, tags, street, postcode, city, email"
_PRODUCT: Final = "id, sku, name_fr, name_en, name_el, category"
_PEOPLE: Final = "account_id, first_name, last_name, emails, phones"
_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-f]{4}|.)")
"""In JSON: a quote, a backslash, or a control character. None of them belongs to a word."""

Place = tuple[int, str, str]
"""Where a record stands in a list: rank (0 the best), sort key, id."""

Row = tuple[str, str, str]
"""id, sort key, document."""


class Listing:
    """The listing of one kind: its table is ``<kind>_listing``, its index ``<kind>_search``."""

    def __init__(self, connection: sqlite3.Connection, kind: str, *, fts: bool = True) -> None:
        self._connection = connection
        self._table = table = f"{kind}_listing"
        connection.execute(f"CREATE TABLE {table} (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, words TEXT NOT NULL)")
        connection.execute(f"CREATE INDEX {table}_key ON {table} (key, id)")
        self.index = SearchIndex(connection, f"{kind}_search", table, fts=fts)

    def put(self, rows: Iterable[Row]) -> None:
        """List these records, or list them anew where their key or their words changed."""
        wanted = {id_: (key, words) for id_, key, words in rows}
        free = self._free()
        known = self._known(wanted) if free > 1 else {}
        changed = {id_: value for id_, value in wanted.items() if id_ not in known or known[id_][1:] != value}
        numbered = []
        stale = []
        for id_, (key, words) in changed.items():
            number, _, indexed = known.get(id_) or (free, "", "")
            free += number == free
            numbered.append((number, id_, key, words))
            if indexed != words:
                stale.append((number, indexed))
        if numbered:
            statement = f"INSERT OR REPLACE INTO {self._table} (n, id, key, words) VALUES (?, ?, ?, ?)"  # noqa: S608
            self._connection.executemany(statement, numbered)
        if stale:
            self.index.changed(stale)

    def remove(self, ids: Collection[str]) -> None:
        """Take these off the list. Repeatable."""
        if not ids:
            return
        wanted = (among(ids),)
        where = "WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(f"SELECT n, words FROM {self._table} {where}", wanted).fetchall()  # noqa: S608
        if rows:
            self._connection.execute(f"DELETE FROM {self._table} {where}", wanted)  # noqa: S608
            self.index.remove(rows)

    def search(self, query: str, after: Place | None, limit: int) -> list[Place]:
        """The next ``limit`` places after ``after`` of what ``query`` finds, or of everything where it has no word.

        First those whose name begins as the query does, then those that have all its words in the name, then the rest, each by name. Of a
        query that finds more than ``CANDIDATES`` only as many are ranked.
        """
        words = sought(query)
        if not words:
            _, key, id_ = after or (0, "", "")
            statement = f"SELECT key, id FROM {self._table} WHERE (key, id) > (?, ?) ORDER BY key, id LIMIT ?"  # noqa: S608
            return [(0, key, id_) for key, id_ in self._connection.execute(statement, (key, id_, limit))]
        begin = natural_key(query)
        ranked = sorted((_rank(key, begin, words), key, id_) for key, id_ in self._candidates(begin, words))
        return [place for place in ranked if after is None or place > after][:limit]

    def ids(self, numbers: Collection[int]) -> list[str]:
        """The ids behind row numbers of the index."""
        statement = f"SELECT l.id FROM json_each(?) j JOIN {self._table} l ON l.n = j.value"  # noqa: S608
        return [id_ for (id_,) in self._connection.execute(statement, (among(numbers),))]

    def _candidates(self, begin: str, words: tuple[str, ...]) -> set[tuple[str, str]]:
        numbers = (among(self.index.matching(words)),)
        matching = f"SELECT l.key, l.id FROM json_each(?) j JOIN {self._table} l ON l.n = j.value"  # noqa: S608
        named = f"SELECT key, id FROM {self._table} WHERE key >= ? AND key < ? ORDER BY key, id LIMIT {CANDIDATES}"  # noqa: S608
        found = {(key, id_) for key, id_ in self._connection.execute(matching, numbers)}
        if begin:
            found |= {(key, id_) for key, id_ in self._connection.execute(named, (begin, begin + "\U0010ffff"))}
        return found

    def rows(self) -> list[Row]:
        """Everything listed, by id."""
        return self._connection.execute(f"SELECT id, key, words FROM {self._table} ORDER BY id").fetchall()  # noqa: S608

    def _known(self, ids: Collection[str]) -> dict[str, tuple[int, str, str]]:
        statement = f"SELECT l.id, l.n, l.key, l.words FROM json_each(?) j JOIN {self._table} l ON l.id = j.value"  # noqa: S608
        found = self._connection.execute(statement, (among(ids),))
        return {id_: (n, key, words) for id_, n, key, words in found}

    def _free(self) -> int:
        return int(self._connection.execute(f"SELECT coalesce(max(n), 0) + 1 FROM {self._table}").fetchone()[0])  # noqa: S608


class Lists:
    """The listings of customers and of products, written from the typed tables."""

    def __init__(self, connection: sqlite3.Connection, *, fts: bool = True) -> None:
        self._connection = connection
        self.accounts = Listing(connection, "account", fts=fts)
        self.products = Listing(connection, "product", fts=fts)

    def put(self, accounts: Collection[str], products: Collection[str]) -> None:
        """List these customers and products as the tables say now; those that the tables lack are taken off.

        A duplicate is not listed; its people's words lead to its survivor.
        """
        for listing, ids, rows_of in ((self.accounts, accounts, self._account_rows), (self.products, products, self._product_rows)):
            if ids:
                rows = rows_of(ids)
                listing.put(rows)
                listing.remove(set(ids) - {id_ for id_, _, _ in rows})

    def remove(self, ids: Collection[str]) -> None:
        """Take these off the lists. Repeatable."""
        if ids:
            self.accounts.remove(ids)
            self.products.remove(ids)

    def _account_rows(self, ids: Collection[str]) -> list[Row]:
        people: dict[str, list[str | None]] = {}
        numbers: dict[str, list[str]] = {}
        duplicates = merged(self._connection)
        ids = {duplicates.get(id_, id_) for id_ in ids}
        also = {id_ for id_, stands in duplicates.items() if stands in ids}
        for named, first, last, emails, phones in self._rows("contact", "account_id", _PEOPLE, ids | also):
            account_id = duplicates.get(named, named)
            people.setdefault(account_id, []).extend((first, last, _plain(emails)))
            if phones:
                numbers.setdefault(account_id, []).extend(_plain(phones).split('"')[1::2])
        rows = []
        for id_, name, phone, vat_id, tags, *texts in self._rows("account", "id", _ACCOUNT, ids):
            words = (name, *texts, vat_id, _plain(tags), *people.get(id_, ()))
            rows.append((id_, natural_key(name or ""), document(words, (phone, *numbers.get(id_, ())), vat_id)))
        return rows

    def _product_rows(self, ids: Collection[str]) -> list[Row]:
        return [(id_, natural_key(sku or ""), document((sku, *texts))) for id_, sku, *texts in self._rows("product", "id", _PRODUCT, ids)]

    def _rows(self, kind: str, column: str, columns: str, ids: Collection[str]) -> list[tuple[Any, ...]]:
        order = "id" if column == "id" else f"{column}, id"
        statement = f"SELECT {columns} FROM {kind} WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY {order}"  # noqa: S608
        return self._connection.execute(statement, (among(ids),)).fetchall()


def _plain(members: str | None) -> str:
    """Sets as their JSON, which has the same words as its members once its escapes are out of the way."""
    return _ESCAPE.sub(" ", members) if members and "\\" in members else members or ""


def _rank(key: str, begin: str, words: tuple[str, ...]) -> int:
    if begin and key.startswith(begin):
        return 0
    named = f" {key}"
    return 1 if all(f" {word}" in named for word in words) else 2
