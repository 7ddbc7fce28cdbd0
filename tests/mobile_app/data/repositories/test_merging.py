"""A customer that was merged into another one: what names it leads there, and all that belongs to it is shown there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_app.data.repositories import Repositories
from shared.sync.record import Record
from tests.mobile_app.data.repositories.shop import DAY, shop
from tests.mobile_app.data.store.phone import Phone, account, server_record

NOW = 1_790_000_000_000
T = TypeVar("T")


def run(scenario: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(scenario)


def below(customer: str) -> list[Record]:
    """A person, a visit that was made and an open quote of a customer."""
    made = {"user_id": "u1", "zone": "Europe/Paris", "state": "checked_out", "planned_at": NOW - DAY, "arrived_at": NOW - DAY}
    return [
        server_record("contact", f"c-{customer}", 2, account_id=customer, last_name=f"Mercier {customer}", phones=["+33612345678"]),
        server_record("visit", f"v-{customer}", 2, account_id=customer, **made),  # type: ignore[arg-type]
        server_record("quote", f"q-{customer}", 2, account_id=customer, user_id="u1", state="sent", number=f"Q-{customer}"),
        server_record("conflict", f"x-{customer}", 2, account_id=customer, record_kind="account", record_id=customer, state="open"),
    ]


def into(customer: str, other: str | None, rev: int = 5) -> Record:
    return account(customer, rev, name=f"Doublon {customer}", merged_into=other)


async def merged(*records: Record) -> tuple[Phone, Repositories]:
    """The shop with something below each customer, and ``records``."""
    return await shop(*below("a1"), *below("a3"), *records)


async def listed(repositories: Repositories, query: str = "") -> list[str]:
    return [row.id for row in await repositories.accounts.page(query)]


def test_a_duplicate_is_neither_listed_nor_counted_nor_found_but_its_people_lead_to_who_stands() -> None:
    async def scenario() -> None:
        _, repositories = await merged(into("a1", "a3"))

        assert sorted(await listed(repositories)) == ["a2", "a3"]
        assert await repositories.accounts.count() == 2
        assert await listed(repositories, "doublon") == []
        assert await listed(repositories, "mercier a1") == await listed(repositories, "0612345678") == ["a3"]
        assert [each.id for each in await repositories.accounts.duplicates("Doublon a1")] == []

    run(scenario())


def test_opening_a_duplicate_opens_who_stands_with_all_that_belongs_to_both() -> None:
    async def scenario() -> None:
        _, repositories = await merged(into("a1", "a3"))
        page = await repositories.accounts.get("a1")

        assert (page.id, page.name) == ("a3", "Œuvre de Pain")
        assert [person.id for person in page.contacts] == ["c-a1", "c-a3"]
        assert {row.id for row in page.last_visits} == {"v-a1", "v-a3"}
        assert {row.id for row in page.open_quotes} == {"q-a1", "q-a3"}
        assert {view.id for view in page.conflicts} == {"x-a1", "x-a3"}
        assert {row.id for row in await repositories.visits.of_account("a3")} == {"v-a1", "v-a3"}
        assert {row.id for row in await repositories.quotes.of_account("a1")} == {"q-a1", "q-a3"}
        assert [row.open_quotes for row in await repositories.accounts.page("oeuvre")] == [2]

    run(scenario())


def test_a_visit_a_quote_and_a_person_of_a_duplicate_name_who_stands() -> None:
    async def scenario() -> set[str]:
        _, repositories = await merged(into("a1", "a3"))
        visit, quote = await repositories.visits.get("v-a1"), await repositories.quotes.get("q-a1")
        return {visit.account, quote.account, (await repositories.contacts.get("c-a1")).account}

    assert run(scenario()) == {"Œuvre de Pain"}


def test_quotes_are_found_by_the_words_of_who_stands() -> None:
    async def scenario() -> set[str]:
        _, repositories = await merged(into("a1", "a3"))
        return {row.id for row in await repositories.quotes.page(query="oeuvre")}

    assert run(scenario()) == {"q-a1", "q-a3"}


def test_where_the_other_one_is_not_here_a_duplicate_stands_for_itself() -> None:
    async def scenario() -> tuple[list[str], str]:
        _, repositories = await merged(into("a1", "far away"))
        return await listed(repositories, "doublon"), (await repositories.accounts.get("a1")).id

    assert run(scenario()) == (["a1"], "a1")


def test_a_merge_that_is_taken_back_leaves_all_as_it_was() -> None:
    async def scenario() -> None:
        phone, repositories = await merged(into("a1", "a3"))
        await phone.pull(into("a1", None, 6))

        assert sorted(await listed(repositories)) == ["a1", "a2", "a3"]
        assert await listed(repositories, "mercier a1") == ["a1"]
        assert [person.id for person in (await repositories.accounts.get("a3")).contacts] == ["c-a3"]

    run(scenario())


def test_an_edit_of_who_stands_is_written_to_her_also_from_a_duplicates_page() -> None:
    async def scenario() -> str:
        phone, repositories = await merged(into("a1", "a3"))
        page = await repositories.accounts.get("a1")
        await repositories.accounts.edit(page.id, page.base, page.shown, {**page.shown, "city": "Bron"})
        [sent] = await phone.push()
        return sent.changes[0].id

    assert run(scenario()) == "a3"


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(["a1", "a2", "a3"]), st.sampled_from(["a1", "a2", "a3", None])), max_size=4))
def test_the_lists_are_the_same_after_a_start_whatever_was_merged_and_taken_back(steps: list[tuple[str, str | None]]) -> None:
    async def scenario() -> None:
        phone, _ = await merged()
        for rev, (customer, other) in enumerate(steps, start=10):
            await phone.pull(into(customer, other, rev))
        before = phone.store._working_set.lists.accounts.rows()
        await phone.kill()

        assert phone.store._working_set.lists.accounts.rows() == before

    run(scenario())
