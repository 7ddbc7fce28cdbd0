"""Conflicts: shown with who and when, settled by an ordinary edit of somebody who has seen them."""

import asyncio

import msgspec
import pytest

from mobile_app.data.repositories import Repositories
from shared.models.conflict import ConflictEntry
from shared.sync.change import Base, Edit
from shared.sync.policy import Value
from shared.sync.record import Record
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone, account, server_record

MINE, THEIRS = "+33 4 72 11 11 11", "+33 4 72 22 22 22"


def conflict(
    rev: int = 7,
    *,
    about: Record | None = None,
    state: str = "open",
    field: str = "phone",
    mine: Value = MINE,
    theirs: Value = THEIRS,
    closed_at: int | None = None,
) -> Record:
    entries = [ConflictEntry(mine, "u1", "K7", 1_790_000_000_000), ConflictEntry(theirs, "u2", "C3", 1_790_000_060_000)]
    return server_record(
        "conflict",
        "x1",
        rev,
        account_id="a1",
        record_kind=about.kind if about is not None else "account",
        record_id=about.id if about is not None else "a1",
        field=field,
        entries=msgspec.json.encode(entries).decode(),
        standing=1,
        state=state,
        opened_at=1_790_000_060_000,
        closed_at=closed_at,
    )


async def met() -> tuple[Phone, Repositories]:
    phone, repositories = await shop()
    await phone.pull(account("a1", 7, name="Maison Lefèvre", phone=THEIRS), conflict())
    return phone, repositories


def test_a_conflict_is_shown_with_both_values_who_and_when() -> None:
    async def scenario() -> None:
        phone, repositories = await met()

        (view,) = await repositories.conflicts.open()

        assert (view.account, view.record_kind, view.field, view.standing) == ("Maison Lefèvre", "account", "phone", 1)
        assert [(entry.value, entry.user, entry.stands) for entry in view.entries] == [
            (MINE, "Élodie Martin", False),
            (THEIRS, "Claire Dubois", True),
        ]
        assert phone.store.status.now.conflicts == 1
        assert [each.id for each in (await repositories.accounts.get("a1")).conflicts] == ["x1"]

    asyncio.run(scenario())


@pytest.mark.parametrize(("index", "value"), [(0, MINE), (1, THEIRS)])
def test_keeping_a_value_is_an_edit_that_has_seen_the_conflict_also_where_the_value_stands(index: int, value: str) -> None:
    async def scenario() -> None:
        phone, repositories = await met()

        await repositories.conflicts.keep(await repositories.conflicts.get("x1"), index)

        (item,) = await phone.store.waiting()
        (change,) = item.changes
        assert change.fields["phone"].to == value
        assert change.base is not None
        assert change.base.rev >= 7
        assert await repositories.conflicts.open() == []
        assert phone.store.status.now.conflicts == 0
        (settled,) = await repositories.conflicts.recent()
        assert settled.settling

    asyncio.run(scenario())


def test_a_discount_of_nothing_can_be_kept() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        quote = server_record("quote", "q1", 7, account_id="a1", state="draft")
        line = server_record(
            "quote_line", "q1l", 7, quote_id="q1", product_id="p1", quantity=1_000, unit_price=1250, discount=900, root="a1"
        )
        await phone.pull(quote, line, conflict(about=line, field="discount", mine=0, theirs=900))

        await repositories.conflicts.keep(await repositories.conflicts.get("x1"), 0)

        (item,) = await phone.store.waiting()
        assert item.changes[0].fields == {"discount": Edit(to=0)}

    asyncio.run(scenario())


def test_an_empty_text_is_kept_as_no_value() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        await phone.pull(account("a1", 7, phone=THEIRS), conflict(mine=""))

        await repositories.conflicts.keep(await repositories.conflicts.get("x1"), 0)

        (item,) = await phone.store.waiting()
        assert item.changes[0].fields == {"phone": Edit(to=None)}

    asyncio.run(scenario())


def test_a_conflict_that_grew_meanwhile_is_open_again() -> None:
    async def scenario() -> None:
        phone, repositories = await met()
        await repositories.conflicts.write(await repositories.conflicts.get("x1"), "+33 4 72 33 33 33")

        await phone.pull(conflict(9))

        assert [view.id for view in await repositories.conflicts.open()] == ["x1"]

    asyncio.run(scenario())


def test_what_is_asked_about_a_record_that_was_never_heard_of_is_shown_all_the_same() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        unknown = server_record("contact", "c9", 7, account_id="a1")

        await phone.pull(conflict(about=msgspec.structs.replace(unknown, kind="treaty"), field="*", mine="live", theirs="deleted"))

        assert [view.record_kind for view in await repositories.conflicts.open()] == ["treaty"]

    asyncio.run(scenario())


def test_what_was_settled_long_ago_is_not_recent() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        long_ago = phone.clock.now_ms() - 31 * 24 * 3_600_000

        await phone.pull(conflict(8, state="closed", closed_at=long_ago))

        assert await repositories.conflicts.recent() == []

    asyncio.run(scenario())


def test_a_record_that_was_deleted_elsewhere_is_kept_by_an_update_without_fields() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        await phone.pull(conflict(field="*", mine="live", theirs="deleted"))

        await repositories.conflicts.keep(await repositories.conflicts.get("x1"), 0)

        (item,) = await phone.store.waiting()
        assert (item.changes[0].op, item.changes[0].fields) == ("update", {})
        assert await repositories.conflicts.open() == []

    asyncio.run(scenario())


def test_what_is_asked_about_a_record_that_is_not_shown_waits_for_nobody_until_it_is_back() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        ana = server_record("contact", "c1", 7, account_id="a1", first_name="Ana")
        open_one = conflict(about=ana, field="first_name", mine="Ana", theirs="Anna")
        await phone.pull(msgspec.structs.replace(ana, deleted=1), open_one)

        assert phone.store.status.now.conflicts == 0
        assert await repositories.conflicts.open() == []
        assert await repositories.conflicts.recent() == []
        assert (await repositories.accounts.get("a1")).conflicts == ()
        await phone.pull(msgspec.structs.replace(ana, rev=9))
        assert phone.store.status.now.conflicts == 1
        assert [view.id for view in await repositories.conflicts.open()] == ["x1"]

    asyncio.run(scenario())


def test_what_was_settled_by_a_delete_is_not_offered_to_be_undone() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        gone = server_record("contact", "c1", 9, account_id="a1", first_name="Ana", deleted=1)

        await phone.pull(gone, conflict(9, about=gone, field="first_name", state="closed", closed_at=phone.clock.now_ms()))

        assert await repositories.conflicts.recent() == []

    asyncio.run(scenario())


@pytest.mark.parametrize(("seen", "sent"), [(7, 9), (6, 6)])
def test_a_delete_has_seen_what_is_asked_about_the_record_as_long_as_that_is_as_it_was_seen(seen: int, sent: int) -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        ana = server_record("contact", "c1", 7, account_id="a1", first_name="Ana")
        await phone.pull(ana, conflict(9, about=ana, field="first_name", mine="Ana", theirs="Anna"))

        await repositories.contacts.delete("c1", Base("e1", seen))

        (item,) = await phone.store.waiting()
        assert item.changes[0].base == Base("e1", sent)

    asyncio.run(scenario())


def test_a_delete_in_the_middle_of_a_pull_has_seen_no_more_of_the_record_than_what_has_come() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        ana = server_record("contact", "c1", 7, account_id="a1", first_name="Ana")
        await phone.pull(ana, conflict(9, about=ana, field="first_name", mine="Ana", theirs="Anna"), more=True)

        await repositories.contacts.delete("c1", Base("e1", 7))

        (item,) = await phone.store.waiting()
        assert item.changes[0].base == Base("e1", 7)

    asyncio.run(scenario())
