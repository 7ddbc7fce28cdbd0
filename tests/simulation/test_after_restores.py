"""Phones that a restored server never met, and scopes whose first download was cut off: what they hold is not lost, nor asked for twice."""

from base64 import b64encode
from datetime import date

import httpx
import pytest

from mobile_app.sync.batches import Batch
from shared.errors import ServerRefused
from shared.sync import codec
from shared.sync.protocol import PullAnswer, RecoverRequest
from sync_server.services import territories
from tests.simulation.link import Send, request_lost
from tests.simulation.test_rounds import play
from tests.simulation.world import PASSWORD, Phone, World

HOURS_MS = 2 * 3_600_000


def test_a_forgotten_pin_is_recovered_on_a_phone_that_a_restored_server_does_not_know(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        backup = world.backup()
        elodie = await world.phone("elodie")
        code = elodie.device.store.identity.device
        await elodie.edit("account", perrin, name="unsent but kept")
        world.restore(backup)
        elodie.link.lead_to(world.app)
        await elodie.host.lock()
        for _ in range(10):
            elodie.clock.forward(HOURS_MS)
            await elodie.host.unlock("975310")
        assert "Destroyed" in repr(elodie.host.state)

        await elodie.host.recover("elodie", PASSWORD, "864209")
        await elodie.quiet()
        await elodie.round()

        assert elodie.device.store.identity.device != code
        assert elodie.device.status.now.waiting == 0
        seen = await elodie.record("account", perrin)
        assert seen is not None
        assert seen["name"] == "unsent but kept"

    play(story())


def test_a_colleague_who_names_that_phone_gets_nothing_of_its_key(world: World) -> None:
    async def story() -> None:
        backup = world.backup()
        elodie = await world.phone("elodie")
        seal = await elodie.host._door.ring(elodie.host._shown()).recovery_seal()
        assert seal is not None
        world.restore(backup)
        nikos = await world.phone("nikos")
        theirs = nikos.host._open
        assert theirs is not None
        named = elodie.host._shown().device_id
        asked = RecoverRequest(b64encode(seal.sealed).decode(), named)

        with pytest.raises(ServerRefused) as refused:
            await theirs.api.recover(await theirs.engine.authorised.access(), asked)

        assert refused.value.code == "seal_broken"

    play(story())


def test_the_back_fill_of_a_new_scope_goes_on_after_a_kill_where_it_was(world: World) -> None:
    async def story() -> None:
        world.person("marie", "rep", "Nantes")
        lyon = world.account("Maison Perrin", "Lyon")
        for number in range(40):
            world.account(f"Fournil {number}", "Nantes")
        elodie = await world.phone("elodie")
        with world.database.write() as connection:
            territories.assign(connection, world.author, "Nantes", "elodie", (date(2020, 1, 1), None))
        opened = elodie.host._open
        assert opened is not None
        opened.engine._pages = Batch(world.clock, 10, 10)
        elodie.link.faults = [("pull", passes), ("pull", passes), ("pull", request_lost)]
        await elodie.round()
        world.office("account", lyon, city="Vienne")

        await elodie.restart()

        rows = [len(page.kinds["account"].rows) for page in pages(elodie) if "account" in page.kinds]
        seen = await elodie.record("account", lyon)
        assert 0 < sum(rows) < 40, "what had come was not asked for again"
        assert seen is not None
        assert seen["city"] == "Vienne", "the scope that was there stays live beside it"
        assert len(await elodie.all_ids("account")) == 41
        assert (await elodie.round(verify=True)).phase == "idle"

    play(story())


async def passes(request: httpx.Request, send: Send) -> httpx.Response:
    """No fault: it lets the next one strike later."""
    return await send(request)


def pages(phone: Phone) -> list[PullAnswer]:
    """The pages that came since the phone started."""
    return [codec.decode(body, PullAnswer) for body in phone.link.answers if b'"asked"' in body]
