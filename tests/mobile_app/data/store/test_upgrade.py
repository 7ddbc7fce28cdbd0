"""A server that is newer than the app: what the app does not know is kept, survives its edits, and is shown once it is updated."""

import asyncio

import pytest
from msgspec.structs import replace

from mobile_app.data import working_schema
from shared.sync import digest
from shared.sync.change import Edit
from shared.sync.protocol import KindRows, PullAnswer
from shared.sync.record import Record
from tests.mobile_app.data.store.phone import LYON, Phone, account

STRANGE = "gadget"


def from_the_future(phone: Phone) -> tuple[PullAnswer, list[Record]]:
    """A page with a field and a kind that this app does not know."""
    page = phone.page(account("a1", 2, name="Fournil"))
    rows = page.kinds["account"]
    widened = [(*row[:8], [*row[8], *[None] * (len(rows.columns) - len(row[8])), "sunny"]) for row in rows.rows]
    known = {"account": KindRows([*rows.columns, "mood"], widened)}
    strange = {STRANGE: KindRows(["colour"], [("g1", "a1", 0, 2, 0, rows.rows[0][5], None, None, ["red"])])}
    newer = account("a1", 2, name="Fournil", mood="sunny")
    return replace(page, kinds=known | strange), [newer, Record(STRANGE, "g1", "a1", LYON, 2, rows.rows[0][5], {"colour": "red"})]


def test_fault_35_what_a_newer_server_says_is_kept_counted_and_survives_an_older_apps_edit() -> None:
    async def scenario() -> None:
        phone = Phone()
        await phone.start()
        page, records = from_the_future(phone)

        await phone.store.apply(page)
        await phone.edit("account", "a1", {"city": None}, 2, city="Lyon")
        sent = await phone.store.outgoing(10)

        assert await phone.store.digest() == {LYON: digest.shown(digest.total(map(digest.item, records)), 2)}
        assert sent[0].changes[0].fields == {"city": Edit("Lyon")}
        shown = phone.store._shown.lay(["a1"])["a1"]
        assert shown is not None
        assert (shown.record.value("mood"), shown.record.value("city")) == ("sunny", "Lyon")
        await phone.store.close()

    asyncio.run(scenario())


def test_what_an_older_app_kept_is_there_after_the_update_without_pulling_again() -> None:
    async def scenario() -> None:
        phone = Phone()
        await phone.start()
        page, records = from_the_future(phone)
        await phone.store.apply(page)

        updated = await phone.kill()

        assert await updated.cursor() == page.cursor
        assert phone.store._shown.records(["a1", "g1"]) == {record.id: record for record in records}
        await updated.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("restarted", [False, True])
def test_what_an_older_app_does_not_know_leaves_with_its_scope(restarted: bool) -> None:
    async def scenario() -> None:
        phone = Phone()
        await phone.start()
        page, _ = from_the_future(phone)
        await phone.store.apply(page)
        if restarted:
            await phone.kill()

        await phone.store.apply(replace(phone.page(head=3), lost_scopes=[LYON]))

        assert phone.vault.counts().records == 0
        await phone.store.close()

    asyncio.run(scenario())


def test_no_kind_of_ours_is_called_like_the_strange_one() -> None:
    assert STRANGE not in working_schema.ORDER
