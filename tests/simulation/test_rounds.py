"""Phones and a server, production code on both sides: what a round leaves behind, in good weather and in bad."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from shared.errors import DeviceRevoked
from sync_server.services.devices import revoke_device
from tests.simulation.link import answer_lost
from tests.simulation.world import World

DAY_MS = 86_400_000


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_an_edit_offline_reaches_the_colleague_after_the_next_rounds(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon", phone="+33478281906")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        elodie.link.offline = True
        await elodie.edit("account", perrin, phone="+33478281960")
        assert (await elodie.round()).phase == "offline"
        assert elodie.device.status.now.waiting == 1

        elodie.link.offline = False
        await elodie.round()
        await camille.round()

        seen = await camille.record("account", perrin)
        assert seen is not None
        assert seen["phone"] == "+33478281960"
        assert elodie.device.status.now.waiting == 0

    play(story())


def test_nobody_receives_what_is_out_of_her_scope(world: World) -> None:
    async def story() -> None:
        world.account("Maison Perrin", "Lyon")
        world.account("Φούρνος Νίκη", "Thessaloniki")
        nikos, camille = await world.phone("nikos"), await world.phone("camille")

        assert len(await nikos.all_ids("account")) == 1
        assert len(await camille.all_ids("account")) == 2
        assert not any(b"Perrin" in answer for answer in nikos.link.answers)

    play(story())


def test_fault_06_a_device_that_dies_before_noting_the_answer_pushes_again_without_harm(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        await elodie.create("contact", account_id=perrin, last_name="Perrin")
        elodie.link.faults = [("push", answer_lost)]
        await elodie.round()

        await elodie.restart()
        await camille.round()

        assert len(await camille.all_ids("contact")) == 1
        assert elodie.device.status.now.waiting == 0

    play(story())


def test_fault_02_what_was_written_is_there_after_a_kill(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        await elodie.edit("account", perrin, name="Nouveau nom")

        await elodie.restart()

        seen = await elodie.record("account", perrin)
        assert seen is not None
        assert seen["name"] == "Nouveau nom"

    play(story())


def test_fault_22_a_revoked_device_is_wiped_at_its_next_request(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        code = elodie.device.store.identity.device
        await elodie.edit("account", perrin, name="unsent")
        with world.database.write() as connection:
            revoke_device(connection, code, world.clock.now_ms())

        end = await elodie.round()
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "wipe"))

        assert end.phase == "revoked"
        assert "NotEnrolled" in repr(elodie.host.state)
        assert not [path for path in elodie.folder.rglob("*.vault*") if path.is_file()]
        with world.database.read() as connection:
            assert b"unsent" not in str(connection.exec_driver_sql("SELECT name FROM account").all()).encode()

    play(story())


def test_fault_37_a_forgotten_pin_loses_nothing_and_a_revoked_device_gets_nothing(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        await elodie.edit("account", perrin, name="unsent but kept")
        await elodie.host.lock()
        for _ in range(10):
            elodie.clock.forward(2 * 3_600_000)
            await elodie.host.unlock("975310")
        assert "Destroyed" in repr(elodie.host.state)

        elodie.link.offline = False
        await elodie.host.recover("elodie", "correct horse battery", "864209")
        await elodie.quiet()

        assert elodie.device.status.now.waiting == 0
        seen = await elodie.record("account", perrin)
        assert seen is not None
        assert seen["name"] == "unsent but kept"

        code = elodie.device.store.identity.device
        await elodie.host.lock()
        with world.database.write() as connection:
            revoke_device(connection, code, world.clock.now_ms())
        with pytest.raises(DeviceRevoked):
            await elodie.host.recover("elodie", "correct horse battery", "112358")
        assert "NotEnrolled" in repr(elodie.host.state)

    play(story())


def test_fault_39_one_bad_transaction_among_many_waits_alone(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        for number in range(20):
            await elodie.create("contact", account_id=perrin, last_name=f"contact {number}")
        await camille.create(
            "visit",
            account_id=perrin,
            user_id=camille.device.profile.id,
            state="planned",
            planned_at=world.clock.now_ms(),
            zone="Europe/Paris",
        )
        await camille.round()
        await elodie.round()
        visit = (await elodie.all_ids("visit"))[0]
        shown = await elodie.shown("visit", visit)
        elodie.link.offline = True
        for number in range(20, 60):
            await elodie.create("contact", account_id=perrin, last_name=f"contact {number}")
        await elodie.edit_seen("visit", visit, shown, reviewed_at=world.clock.now_ms())
        elodie.link.offline = False

        await elodie.round()
        await camille.round()

        assert len(await camille.all_ids("contact")) == 60
        assert elodie.device.status.now.attention == 1
        assert elodie.device.status.now.waiting == 0

    play(story())


def test_the_server_restarted_between_rounds_answers_as_before(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        await elodie.edit("account", perrin, name="before")
        elodie.link.faults = [("push", answer_lost)]
        await elodie.round()

        world.start_server()
        elodie.boot()
        await elodie.unlock()

        assert elodie.device.status.now.waiting == 0
        assert (await elodie.round(verify=True)).phase == "idle"

    play(story())
