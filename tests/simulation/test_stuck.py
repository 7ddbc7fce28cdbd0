"""Work that does not get through though the office answers: its author and the admin are told, and both hear when it is over."""

import httpx
import pytest

from shared.sync import codec
from shared.sync.protocol import PROBLEM, STUCK_MS, Problem
from sync_server.services.devices import list_devices
from sync_server.storage import transactions
from sync_server.storage.tables import TXN_LOG
from sync_server.storage.transactions import Logged
from tests.simulation.link import Fault, Send, answer_lost
from tests.simulation.test_restore import on_server
from tests.simulation.test_rounds import play
from tests.simulation.world import Phone, World

HOUR_MS = 3_600_000


async def fails(_request: httpx.Request, _send: Send) -> httpx.Response:
    """Something unforeseen at the office."""
    return httpx.Response(500, headers={"Content-Type": PROBLEM}, content=codec.encode(Problem("Internal", 500, "internal_error")))


async def cut_in_half(request: httpx.Request, send: Send) -> httpx.Response:
    """A proxy that tears the answers to pushes."""
    response = await send(request)
    return httpx.Response(200, headers={"Content-Type": "application/json"}, content=response.content[:9])


def stuck_at_the_server(world: World) -> list[int | None]:
    with world.database.read() as connection:
        return [row.unsent_since for row in list_devices(connection)]


def said_on(phone: Phone) -> int | None:
    return phone.device.status.now.stuck_since


@pytest.mark.parametrize("fault", [fails, cut_in_half])
def test_fault_38_an_outbox_that_is_stuck_is_said_on_the_device_and_to_the_admin(world: World, fault: Fault) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        await elodie.edit("account", perrin, name="Maison Perrin & Fille")
        elodie.link.faults = [("push", fault)] * 4
        left_at = world.clock.now

        await elodie.round()
        assert (said_on(elodie), stuck_at_the_server(world)) == (None, [None])
        world.clock.forward(STUCK_MS)
        world.office("account", perrin, phone="+33478281906")
        assert (await elodie.round()).phase == "failed"

        assert (said_on(elodie), stuck_at_the_server(world)) == (left_at, [left_at])
        seen = await elodie.record("account", perrin)
        assert seen is not None
        assert seen["phone"] == "+33478281906", "news comes all the same"
        assert "tournee_stuck_outboxes 1.0" in world.app.state.metrics.text().decode()

        elodie.link.faults = []
        await elodie.round()

        assert (said_on(elodie), stuck_at_the_server(world)) == (None, [None])
        assert elodie.device.status.now.waiting == 0

    play(story())


def test_fault_38_an_app_that_is_opened_for_a_minute_at_a_time_is_told_too(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        await elodie.edit("account", perrin, name="Maison Perrin & Fille")
        elodie.link.faults = [("push", fails)]
        await elodie.round()
        left_at = world.clock.now
        world.clock.forward(STUCK_MS)

        elodie.boot()
        elodie.link.faults = [("push", fails)] * 2
        await elodie.unlock()

        assert (said_on(elodie), stuck_at_the_server(world)) == (left_at, [left_at])

    play(story())


def test_fault_38_hours_without_a_signal_are_not_taken_for_a_stuck_outbox(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        elodie.link.offline = True
        await elodie.edit("account", perrin, name="Maison Perrin & Fille")
        await elodie.round()
        world.clock.forward(3 * HOUR_MS)
        await elodie.round()
        elodie.link.offline = False
        elodie.link.faults = [("push", fails)]

        await elodie.round()

        assert (said_on(elodie), stuck_at_the_server(world)) == (None, [None])

    play(story())


async def reasons(phone: Phone) -> list[str]:
    """Why what needs attention was refused."""
    return [item.code for item in await phone.device.store.attention()]


def test_a_transaction_for_which_a_whole_push_is_refused_is_said_to_its_author_and_holds_up_no_other(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        await elodie.edit("account", perrin, name="Maison Perrin & Fille")
        elodie.link.faults = [("push", answer_lost)]
        await elodie.round()
        with world.database.write() as connection:
            connection.execute(TXN_LOG.update().values(payload_hash="of another one"))
        later = await elodie.create("contact", account_id=perrin, last_name="Later work")

        assert (await elodie.round()).phase == "idle"

        assert await reasons(elodie) == ["transaction_reused"]
        assert elodie.device.status.now.waiting == 0
        assert on_server(world, later).value("last_name") == "Later work"
        await elodie.restart()
        assert await reasons(elodie) == ["transaction_reused"]

    play(story())


def test_a_transaction_for_which_a_restored_server_refuses_a_journal_is_said_to_its_author_and_the_rest_is_taken(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        path = world.backup()
        await elodie.edit("account", perrin, name="Maison Perrin & Fille")
        later = await elodie.create("contact", account_id=perrin, last_name="Later work")
        await elodie.round()
        [(_, first), _] = await elodie.device.store.journal()
        world.restore(path)
        other = Logged(first.transaction.id, "ZZ", "somebody else", 1, "of another one", "applied", 1, "", world.clock.now)
        with world.database.write() as connection:
            transactions.log(connection, [other])

        assert (await elodie.round()).phase == "signed_out"
        await elodie.sign_in()
        assert (await elodie.round()).phase == "idle"

        assert await reasons(elodie) == ["transaction_reused"]
        assert on_server(world, later).value("last_name") == "Later work"

    play(story())
