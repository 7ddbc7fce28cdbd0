"""No statement of a save, an acknowledgement, a page or an idle round reads a whole table: what they cost does not grow with the device."""

from __future__ import annotations

import asyncio

from tests.mobile_app.data.store.phone import Phone, account, server_record
from tests.plans import Plans

SMALL = frozenset({"account_search_fresh", "product_search_fresh", "attachment", "draft", "json_each"})
"""What waits beside an index, what was given, what is half typed; and the files, looked through where a customer has left."""


def test_no_statement_of_a_save_a_push_and_a_pull_reads_a_whole_table() -> None:
    async def scenario() -> None:
        phone = Phone()
        await phone.start()
        people = [server_record("contact", f"c{number}", 1, account_id=f"a{number}", last_name="Mercier") for number in range(9)]
        await phone.pull(*(account(f"a{number}") for number in range(9)), *people)
        plans = [Plans(each, SMALL) for each in (phone.store._working_set._sqlite, phone.disk.database)]

        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Boulangerie")
        await phone.create("contact", "n1", account_id="a1", last_name="Roux")
        await phone.push("applied", "refused")
        await phone.pull(account("a1", phone.head, name="Boulangerie"), left=["a2"])
        await phone.pull()

        assert [each.whole() for each in plans] == [{}, {}]

    asyncio.run(scenario())
