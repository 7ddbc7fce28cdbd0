"""Writing on the phone: durable or not at all, and visible at once."""

import asyncio

import pytest
from sqlmodel import Session, select

from mobile_app.data.store import Store
from shared.errors import DiskFull, RecordNotFound, RecordRefused
from shared.models.customer import Account
from tests.fakes.device import Killed
from tests.fakes.dump import dump
from tests.mobile_app.data.store.phone import Phone, account


def names(session: Session) -> list[str | None]:
    return list(session.exec(select(Account.name).order_by(Account.id)))


async def opened() -> Phone:
    phone = Phone()
    await phone.start()
    await phone.pull(account("a1"))
    return phone


def test_a_write_is_shown_at_once_and_waits_in_the_outbox() -> None:
    async def scenario() -> None:
        phone = await opened()

        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Boulangerie Lefèvre")

        assert await phone.store.read(names) == ["Boulangerie Lefèvre"]
        assert [item.action for item in await phone.store.waiting()] == ["account.edit"]
        assert phone.store.status.now.waiting == 1

    asyncio.run(scenario())


def test_fault_01_a_device_that_dies_before_its_commit_has_neither_record_nor_outbox_entry() -> None:
    async def scenario() -> None:
        phone = await opened()
        phone.disk.dies_before_commit = True

        with pytest.raises(Killed):
            await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Perdu")
        store = await phone.kill()

        assert await store.read(names) == ["Maison Lefèvre"]
        assert await store.waiting() == []

    asyncio.run(scenario())


def test_fault_02_a_device_that_dies_after_its_commit_has_both_record_and_outbox_entry() -> None:
    async def scenario() -> None:
        phone = await opened()
        phone.disk.dies_after_commit = True

        with pytest.raises(Killed):
            await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Gardé")
        store = await phone.kill()

        assert await store.read(names) == ["Gardé"]
        assert len(await store.waiting()) == 1

    asyncio.run(scenario())


def test_fault_13_a_full_disk_refuses_the_save_visibly_and_keeps_what_was_saved_before() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Avant")
        phone.disk.full = True

        with pytest.raises(DiskFull):
            await phone.edit("account", "a1", {"name": "Avant"}, 1, name="Trop")

        assert await phone.store.read(names) == ["Avant"]
        phone.disk.full = False
        await phone.edit("account", "a1", {"name": "Avant"}, 1, name="Après")
        assert await phone.store.read(names) == ["Après"]
        store: Store = await phone.kill()
        assert await store.read(names) == ["Après"]

    asyncio.run(scenario())


def test_what_a_rule_refuses_is_not_written() -> None:
    async def scenario() -> None:
        phone = await opened()

        with pytest.raises(RecordRefused) as refused:
            await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, email="nobody", name="")

        assert refused.value.code == "invalid"
        assert refused.value.errors == {"email": "not_an_email", "name": "required"}
        assert await phone.store.waiting() == []

    asyncio.run(scenario())


def test_a_record_that_is_not_here_cannot_be_edited() -> None:
    async def scenario() -> None:
        phone = await opened()

        with pytest.raises(RecordNotFound):
            await phone.edit("account", "nobody", {}, 1, name="Qui ?")

    asyncio.run(scenario())


def test_a_child_is_hidden_until_its_parent_has_come() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.create("contact", "c1", account_id="a2", last_name="Mercier")
        hidden = dump(phone.store._working_set)["contact"]

        await phone.pull(account("a2", 2))

        assert hidden == []
        assert len(dump(phone.store._working_set)["contact"]) == 1

    asyncio.run(scenario())
