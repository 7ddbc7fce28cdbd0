"""Enrolments that come to nothing: the office lists no device that nobody has."""

import asyncio

import pytest
from msgspec.structs import replace

from shared.errors import AlreadyEnrolled, ServerRefused
from sync_server.services.devices import list_devices
from tests.simulation.test_rounds import play
from tests.simulation.world import PASSWORD, PIN, SERVER, World


def living(world: World) -> int:
    with world.database.read() as connection:
        return sum(device.revoked_at is None for device in list_devices(connection))


def test_a_recovery_that_is_refused_leaves_no_device_however_often_it_is_tried(world: World) -> None:
    async def story() -> None:
        path = world.backup()
        elodie = await world.phone("elodie")
        await elodie.host.lock()
        world.restore(path)
        elodie.boot()
        await elodie.host.arrive()
        users = elodie.host._users
        users.now = users.now.with_user(replace(elodie.host._shown(), login="nikos"))  # an app that asks nothing

        for _ in range(2):
            with pytest.raises(ServerRefused) as refused:
                await elodie.host.recover("nikos", PASSWORD, "864209")
            assert refused.value.code == "not_your_device"  # the office would say "seal_broken", were it asked

        assert living(world) == 0
        await elodie.host.close()

    play(story())


def test_whoever_has_a_vault_on_a_phone_gets_no_second_device_by_enrolling_again(world: World) -> None:
    async def story() -> None:
        elodie = await world.phone("elodie")
        await elodie.host.lock()
        await elodie.host.add_user()

        with pytest.raises(AlreadyEnrolled):
            await elodie.host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")

        assert living(world) == 1
        await elodie.host.close()

    asyncio.run(story())
