"""How SQLite means to run what a test asked of it."""

from __future__ import annotations

import sqlite3


class Plans:
    """The statements that read or change rows of a connection from now on, and which of them read a whole table; not one of ``small``."""

    def __init__(self, connection: sqlite3.Connection, small: frozenset[str]) -> None:
        self._connection = connection
        self._small = small
        self._seen: dict[str, None] = {}
        connection.set_trace_callback(self._note)

    def _note(self, statement: str) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            self._seen[statement] = None

    def whole(self) -> dict[str, str]:
        """The statements that read a whole table, and how."""
        self._connection.set_trace_callback(None)
        assert self._seen, "nothing was asked"
        found = {}
        for statement in self._seen:
            for *_numbers, step in self._connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
                words = step.split()
                if words[0] == "SCAN" and "VIRTUAL" not in words and words[1] not in self._small:
                    found[statement] = step
        return found
