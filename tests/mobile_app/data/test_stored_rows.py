"""The short way from a payload to a row gives what the long way gives."""

import asyncio

from mobile_app.data.stored_rows import stored_row
from shared.sync.codec import seal_payload
from tests.fakes.dump import dump
from tests.mobile_app.data.store.phone import Phone, account, server_record


def test_a_row_has_its_parent_and_its_cells_in_the_order_of_its_columns() -> None:
    line = server_record("quote_line", "l1", 3, root="a1", quote_id="q1", quantity=2_000)
    person = server_record("contact", "c1", 2, account_id="a1", last_name="Œuvre", phones=["+33472000001"])

    rows = [stored_row(seal_payload(record)) for record in (line, person)]

    assert [(row.kind, row.parent, row.rev) for row in rows if row is not None] == [("quote_line", "q1", 3), ("contact", "a1", 2)]
    assert rows[1] is not None
    assert {"c1", "a1", "Œuvre", '["+33472000001"]'} <= set(rows[1].cells())


def test_what_it_does_not_know_takes_the_long_way() -> None:
    assert stored_row(seal_payload(server_record("contact", "c1", 1)).replace(b"contact", b"parking")) is None
    assert stored_row(b"[0,{}]") is None
    assert stored_row(b"torn") is None


def test_a_record_is_shown_although_its_parent_has_the_later_id_and_a_person_is_found_by_what_json_must_escape() -> None:
    async def scenario() -> None:
        phone = Phone()
        await phone.start()
        person = server_record("contact", "a0", 1, account_id="a1", last_name="Roux", emails=['"m.\\tonin"@example.fr'])
        await phone.pull(person, account("a1"))
        shown = dump(phone.store._working_set)

        again = await phone.kill()

        assert dump(again._working_set) == shown
        assert [place[2] for place in again._working_set.lists.accounts.search("tonin", None, 9)] == ["a1"]
        assert [row[0] for row in shown["contact"]] == ["a0"]

    asyncio.run(scenario())
