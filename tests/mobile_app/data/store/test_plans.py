"""No statement of a save, an acknowledgement, a page or an idle round reads a whole table: what they cost does not grow with the device."""

from __future__ import annotations

import asyncio
import sqlite3

from tests.mobile_app.data.store.phone import Phone, account, server_record

SMALL = frozenset({"account_search_fresh", "product_search_fresh", "attachment", "draft", "json_each"})
"""What waits beside an index, what was given, what is half typed; and the files, looked through where a customer has left."""


class Plans:
    """How SQLite means to run each statement that reads or changes rows of a connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen: dict[str, None] = {}
        connection.set_trace_callback(self._note)

    def _note(self, statement: str) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            self._seen[statement] = None

    def whole(self) -> dict[str, str]:
        """The statements that read a whole table, and how."""
        self._connection.set_trace_callback(None)
        found = {}
        for statement in self._seen:
            for *_numbers, step in self._connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
                words = step.split()
                if words[0] == "SCAN" and "VIRTUAL" not in words and words[1] not in SMALL:
                    found[statement] = step
        return found


def test_no_statement_of_a_save_a_push_and_a_pull_reads_a_whole_table() -> None:
    async def scenario() -> None:
        phone = Phone()
        await phone.start()
        people = [server_record("contact", f"c{number}", 1, account_id=f"a{number}", last_name="Mercier") for number in range(9)]
        await phone.pull(*(account(f"a{number}") for number in range(9)), *people)
        plans = [Plans(phone.store._working_set._sqlite), Plans(phone.disk.database)]

        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Boulangerie")
        await phone.create("contact", "n1", account_id="a1", last_name="Roux")
        await phone.push("applied", "refused")
        await phone.pull(account("a1", phone.head, name="Boulangerie"), left=["a2"])
        await phone.pull()

        assert [each.whole() for each in plans] == [{}, {}]

    asyncio.run(scenario())
