"""What can happen to one request, and that the edit takes effect once: on both engines, for phones of this protocol and the one before."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx
from sqlalchemy import Connection, event

from shared.sync.protocol import PROTOCOL
from sync_server.config import TokenLifetimes
from tests.simulation.link import Fault, Send, answer_lost, captive, request_lost, sent_twice, torn
from tests.simulation.test_rounds import play
from tests.simulation.world import Phone, World

REFRESH = "/v1/auth/refresh"
Story = Callable[[World, Phone, Phone], Awaitable[None]]


async def edited(phone: Phone, perrin: str) -> None:
    """Write a new customer's contact and a new name: two transactions."""
    await phone.create("contact", account_id=perrin, first_name="Anne", last_name="Perrin", phones=["+33612345678"])
    await phone.edit("account", perrin, name="Maison Perrin & Fille")


async def once_everywhere(world: World, phone: Phone, camille: Phone, perrin: str) -> None:
    """Look at the effect from a colleague's phone, and let both compare their digests."""
    camille.link.lead_to(world.app)
    assert [(await each.round(verify=True)).phase for each in (phone, camille)] == ["idle", "idle"]
    seen = await camille.record("account", perrin)
    people = [await camille.record("contact", id_) for id_ in await camille.all_ids("contact")]
    assert seen is not None
    assert seen["name"] == "Maison Perrin & Fille"
    assert sum(each is not None and each["account_id"] == perrin for each in people) == 1
    assert await camille.all_ids("conflict") == []
    assert phone.device.status.now.waiting == 0


def struck_by(fault: Fault) -> Story:
    """Let ``fault`` strike the push, and then the pull of the round after it."""

    async def story(world: World, elodie: Phone, camille: Phone) -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        await elodie.round()
        await edited(elodie, perrin)
        elodie.link.faults = [("push", fault), ("pull", fault)]

        for _ in range(3):
            await elodie.round()

        assert elodie.link.faults == []
        await once_everywhere(world, elodie, camille, perrin)

    return story


async def server_dies_before_its_commit(world: World, elodie: Phone, camille: Phone) -> None:
    perrin = world.account("Maison Perrin", "Lyon")
    await elodie.round()
    await edited(elodie, perrin)

    async def dies(request: httpx.Request, send: Send) -> httpx.Response:
        def at_commit(_connection: Connection) -> None:
            raise InterruptedError

        event.listen(world.database.engine, "commit", at_commit)
        try:
            with suppress(InterruptedError):
                await send(request)
        finally:
            event.remove(world.database.engine, "commit", at_commit)
        raise httpx.RemoteProtocolError("the server is gone")

    elodie.link.faults = [("push", dies)]
    assert (await elodie.round()).phase == "offline"
    assert elodie.device.status.now.waiting == 2, "nothing was acknowledged"
    world.start_server()
    elodie.link.lead_to(world.app)

    await elodie.round()

    await once_everywhere(world, elodie, camille, perrin)


async def server_dies_after_its_commit(world: World, elodie: Phone, camille: Phone) -> None:
    perrin = world.account("Maison Perrin", "Lyon")
    await elodie.round()
    await edited(elodie, perrin)
    elodie.link.faults = [("push", answer_lost)]
    await elodie.round()
    world.start_server()
    elodie.link.lead_to(world.app)

    await elodie.round()

    await once_everywhere(world, elodie, camille, perrin)


async def airplane_mode_in_mid_push(world: World, elodie: Phone, camille: Phone) -> None:
    perrin = world.account("Maison Perrin", "Lyon")
    await elodie.round()
    await edited(elodie, perrin)

    async def switched(request: httpx.Request, send: Send) -> httpx.Response:
        elodie.link.offline = True
        return await answer_lost(request, send)

    elodie.link.faults = [("push", switched)]
    await elodie.round()
    assert (await elodie.round()).phase == "offline"
    assert elodie.device.status.now.waiting == 2, "the screen says that it waits"
    elodie.link.offline = False

    await elodie.round()

    await once_everywhere(world, elodie, camille, perrin)


async def token_ends_in_mid_batch(world: World, elodie: Phone, camille: Phone) -> None:
    perrin = world.account("Maison Perrin", "Lyon")
    await elodie.round()
    await edited(elodie, perrin)

    async def meanwhile(request: httpx.Request, send: Send) -> httpx.Response:
        world.clock.forward(TokenLifetimes().access_s * 1_000)
        return await send(request)

    elodie.link.faults = [("push", meanwhile)]
    refreshed = elodie.link.requests.count(REFRESH)

    assert (await elodie.round()).phase == "idle"

    assert elodie.link.requests.count(REFRESH) == refreshed + 1
    await once_everywhere(world, elodie, camille, perrin)


STORIES: dict[str, Story] = {
    "03": struck_by(request_lost),
    "04": server_dies_before_its_commit,
    "05": server_dies_after_its_commit,
    "09": struck_by(torn),
    "10": struck_by(sent_twice),
    "12": struck_by(answer_lost),
    "24": token_ends_in_mid_batch,
    "26": struck_by(captive),
    "30": airplane_mode_in_mid_push,
}


def tell(world: World, *faults: str, protocol: int = PROTOCOL) -> None:
    """Tell the stories of faults, with Élodie on a phone that speaks ``protocol``."""

    async def told() -> None:
        elodie, camille = await world.phone("elodie", spoken=protocol), await world.phone("camille")
        for fault in faults:
            await STORIES[fault](world, elodie, camille)

    play(told())


def test_fault_03_a_request_that_is_lost_is_sent_again_and_takes_effect_once(world: World) -> None:
    tell(world, "03")


def test_fault_04_a_server_that_dies_before_its_commit_acknowledges_nothing_and_the_device_tries_again(world: World) -> None:
    tell(world, "04")


def test_fault_05_a_server_that_dies_after_its_commit_gives_the_same_outcomes_to_the_retry(world: World) -> None:
    tell(world, "05")


def test_fault_09_an_answer_that_is_torn_is_refused_whole_and_asked_for_again(world: World) -> None:
    tell(world, "09")


def test_fault_10_a_request_that_is_sent_twice_has_one_effect(world: World) -> None:
    tell(world, "10")


def test_fault_12_a_time_out_after_the_commit_is_as_a_lost_answer(world: World) -> None:
    tell(world, "12")


def test_fault_24_a_token_that_ends_in_mid_batch_is_refreshed_once_and_the_round_goes_on(world: World) -> None:
    tell(world, "24")


def test_fault_26_a_captive_portals_page_loses_nothing(world: World) -> None:
    tell(world, "26")


def test_fault_30_airplane_mode_in_mid_push_leaves_the_work_pending_and_then_it_takes_effect_once(world: World) -> None:
    tell(world, "30")


def test_fault_35_a_phone_of_the_protocol_before_survives_the_same_faults(world: World) -> None:
    tell(world, *STORIES, protocol=PROTOCOL - 1)


def test_fault_25_of_two_who_find_the_token_at_its_end_one_refreshes_and_the_session_goes_on(world: World) -> None:
    async def story() -> None:
        elodie = await world.phone("elodie")
        opened = elodie.host._open
        assert opened is not None
        authorised = opened.engine.authorised
        for _ in range(3):
            world.clock.forward(TokenLifetimes().access_s * 1_000)
            before = elodie.link.requests.count(REFRESH)

            # the live stream, the files and a round
            first, second, end = await asyncio.gather(authorised.access(), authorised.access(), elodie.round())

            assert first == second
            assert end.phase == "idle"
            assert elodie.link.requests.count(REFRESH) == before + 1

    play(story())


def test_a_refresh_whose_answer_was_lost_before_a_long_tunnel_needs_no_password(world: World) -> None:
    async def story() -> None:
        elodie = await world.phone("elodie")
        world.clock.forward(TokenLifetimes().access_s * 1_000)
        elodie.link.faults = [(REFRESH, answer_lost)]
        await elodie.round()
        world.clock.forward(2 * 60 * 60_000)

        assert (await elodie.round()).phase == "idle"

    play(story())
