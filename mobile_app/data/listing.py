"""Sorted, searchable lists: for each record its place in the order of names, and its words in a search index."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from sqlalchemy import Connection

from mobile_app.data.search import SearchIndex

Row = tuple[str, str, str]
"""id, sort key, document."""


class Listing:
    """The listing of one kind; its tables are ``<kind>_listing`` and ``<kind>_search``."""

    def __init__(self, connection: Connection, kind: str, *, fts: bool = True) -> None:
        self._connection = connection
        self._table = f"{kind}_listing"
        connection.exec_driver_sql(f"CREATE TABLE {self._table} (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL)")
        connection.exec_driver_sql(f"CREATE INDEX {self._table}_key ON {self._table} (key, id)")
        self.index = SearchIndex(connection, f"{kind}_search", fts=fts)

    def put(self, rows: Iterable[Row]) -> None:
        """List these records, or list them anew where their key or their words changed."""
        wanted = {id_: (key, document) for id_, key, document in rows}
        known = self._known(wanted)
        changed = {id_: value for id_, value in wanted.items() if id_ not in known or known[id_][1:] != value}
        self.index.remove(known[id_][0] for id_ in changed if id_ in known)
        free = self._free()
        numbered = []
        for id_, (key, document) in changed.items():
            number = known[id_][0] if id_ in known else free
            free += id_ not in known
            numbered.append((number, id_, key, document))
        if numbered:
            statement = f"INSERT OR REPLACE INTO {self._table} (n, id, key) VALUES (?, ?, ?)"  # noqa: S608
            self._connection.exec_driver_sql(statement, [row[:3] for row in numbered])
            self.index.put((number, document) for number, _, _, document in numbered)

    def remove(self, ids: Collection[str]) -> None:
        """Take these off the list. Repeatable."""
        among = (json.dumps(list(ids)),)
        where = "WHERE id IN (SELECT value FROM json_each(?))"
        numbers = [n for (n,) in self._connection.exec_driver_sql(f"SELECT n FROM {self._table} {where}", among)]  # noqa: S608
        if numbers:
            self.index.remove(numbers)
            self._connection.exec_driver_sql(f"DELETE FROM {self._table} {where}", among)  # noqa: S608

    def rows(self) -> list[Row]:
        """Everything listed, by id."""
        statement = f"SELECT l.id, l.key, s.words FROM {self._table} l JOIN {self._words} s ON s.rowid = l.n ORDER BY l.id"  # noqa: S608
        return [(id_, key, words) for id_, key, words in self._connection.exec_driver_sql(statement)]

    @property
    def _words(self) -> str:
        return self._table.replace("_listing", "_search")

    def _known(self, ids: Collection[str]) -> dict[str, tuple[int, str, str]]:
        statement = (
            f"SELECT l.id, l.n, l.key, s.words FROM json_each(?) j JOIN {self._table} l ON l.id = j.value"  # noqa: S608
            f" JOIN {self._words} s ON s.rowid = l.n"
        )
        found = self._connection.exec_driver_sql(statement, (json.dumps(list(ids)),))
        return {id_: (n, key, words) for id_, n, key, words in found}

    def _free(self) -> int:
        return int(self._connection.exec_driver_sql(f"SELECT coalesce(max(n), 0) + 1 FROM {self._table}").scalar_one())  # noqa: S608
