"""Customers: found as one types, in any script; saved as what was changed; duplicates said before they are made."""

import asyncio

import pytest

from mobile_app.data.repositories import Repositories
from mobile_app.data.repositories import repositories as every_repository
from shared.errors import RecordNotFound, RecordRefused
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import account, server_record


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("maison lef", ["a1"]),
        ("lefevre", ["a1"]),
        ("αννα", ["a2"]),
        ("ΑΡΤΟ", ["a2"]),
        ("oeuvre", ["a3"]),
        ("lyon", ["a1"]),
        ("04 72 00", ["a1"]),
        ("+33 472", ["a1"]),
        ("mercier", ["a3"]),
        ("nobody", []),
    ],
)
def test_a_customer_is_found_by_any_of_its_words_in_any_script(query: str, found: list[str]) -> None:
    async def scenario() -> list[str]:
        _, repositories = await shop(server_record("contact", "c1", 1, account_id="a3", last_name="Mercier"))
        return [row.id for row in await repositories.accounts.page(query)]

    assert asyncio.run(scenario()) == found


def test_a_customer_is_found_without_fts5_too() -> None:
    async def scenario() -> None:
        phone, _ = await shop()
        phone.fts = False
        store = await phone.kill()
        repositories = Repositories(**every_repository(store))

        assert [row.id for row in await repositories.accounts.page("pain œuvre")] == ["a3"]
        assert [row.id for row in await repositories.accounts.page("αννα")] == ["a2"]
        assert [row.id for row in await repositories.accounts.page("eu")] == []

    asyncio.run(scenario())


def test_pages_follow_each_other_in_the_order_of_names() -> None:
    async def scenario() -> None:
        more = [account(f"x{n}", name=f"Boulangerie {n}") for n in range(12)]
        _, repositories = await shop(*more)

        first = await repositories.accounts.page(limit=8)
        second = await repositories.accounts.page(after=first[-1].after, limit=8)

        names = [row.name for row in first + second]
        assert names[:4] == ["Boulangerie 0", "Boulangerie 1", "Boulangerie 2", "Boulangerie 3"]
        assert names[10:] == ["Boulangerie 10", "Boulangerie 11", "Maison Lefèvre", "Œuvre de Pain", "Αρτοποιείο Άννα"]
        assert await repositories.accounts.count() == 15

    asyncio.run(scenario())


def test_only_what_was_changed_is_sent() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        detail = await repositories.accounts.get("a1")

        written = await repositories.accounts.edit("a1", detail.base, detail.shown, {**detail.shown, "phone": "+33 4 72 99 88 77"})

        (item,) = await phone.store.waiting()
        assert item.txn == written.txn
        assert set(item.changes[0].fields) == {"phone"}
        assert (await repositories.accounts.get("a1")).pending == {"phone"}

    asyncio.run(scenario())


def test_a_form_saved_unchanged_sends_nothing() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        detail = await repositories.accounts.get("a1")

        written = await repositories.accounts.edit("a1", detail.base, detail.shown, detail.shown)

        assert written.txn == ""
        assert await phone.store.waiting() == []

    asyncio.run(scenario())


def test_fault_41_a_pull_that_lands_while_a_form_is_open_does_not_move_its_base() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        detail = await repositories.accounts.get("a1")
        await phone.pull(account("a1", 5, name="Maison Lefèvre et fils", phone="+33 4 72 55 55 55"))

        await repositories.accounts.edit("a1", detail.base, detail.shown, {**detail.shown, "phone": "+33 4 72 99 88 77"})

        (item,) = await phone.store.waiting()
        assert item.changes[0].base is not None
        assert item.changes[0].base.rev == 1
        assert (await repositories.accounts.get("a1")).name == "Maison Lefèvre et fils"

    asyncio.run(scenario())


def test_warnings_are_told_and_stop_nothing() -> None:
    async def scenario() -> None:
        _, repositories = await shop()

        written = await repositories.accounts.create({"name": "Fournil", "territory_id": "lyon", "country": "FR", "phone": "99 99"})

        assert [warning.code for warning in written.warnings] == ["phone_unrecognised"]
        assert (await repositories.accounts.get(written.id)).name == "Fournil"

    asyncio.run(scenario())


def test_a_customer_without_a_name_is_refused_with_the_field() -> None:
    async def scenario() -> None:
        _, repositories = await shop()

        with pytest.raises(RecordRefused) as refused:
            await repositories.accounts.create({"territory_id": "lyon"})

        assert refused.value.errors == {"name": "required"}

    asyncio.run(scenario())


def test_a_deleted_customer_is_gone_with_all_below_it() -> None:
    async def scenario() -> None:
        _, repositories = await shop(server_record("contact", "c1", 1, account_id="a1", last_name="Mercier"))
        detail = await repositories.accounts.get("a1")

        await repositories.accounts.delete("a1", detail.base)

        with pytest.raises(RecordNotFound):
            await repositories.accounts.get("a1")
        with pytest.raises(RecordNotFound):
            await repositories.contacts.get("c1")
        assert await repositories.accounts.page("mercier") == []

    asyncio.run(scenario())


def test_duplicates_are_said_with_their_reasons() -> None:
    async def scenario() -> None:
        _, repositories = await shop()

        found = await repositories.accounts.duplicates("Maison Lefevre", "04 72 00 11 22", country="FR")

        assert [(candidate.id, candidate.reasons) for candidate in found] == [("a1", ("same_phone", "same_name"))]
        assert await repositories.accounts.duplicates("Tout autre chose") == []

    asyncio.run(scenario())
