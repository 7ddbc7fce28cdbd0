"""Restores that are no row: to an older backup first and then to a newer one, or cut off where an epoch had given nothing yet."""

import httpx

from tests.simulation.link import Send, request_lost
from tests.simulation.test_after_restores import passes
from tests.simulation.test_restore import given_back, on_server, play, settled
from tests.simulation.test_restored_twice import written_unseen
from tests.simulation.test_unheard_questions import pushed_alone
from tests.simulation.world import Phone, World

ENOUGH = 20


def heals_soon(phone: Phone) -> None:
    """Let a healing that does not end fail."""
    calls = 0

    async def counted(request: httpx.Request, send: Send) -> httpx.Response:
        nonlocal calls
        calls += 1
        assert calls <= ENOUGH, "it gives the same back for ever"
        return await send(request)

    phone.link.faults = [("heal", counted)] * (ENOUGH + 1)


def test_what_the_newer_backup_holds_is_not_given_back_again_by_who_lived_with_the_older_one(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        older = world.backup()
        await elodie.edit("account", perrin, city="Bron")
        await elodie.round()
        newer = world.backup()
        await given_back(world, older, elodie)
        world.restore(newer)
        heals_soon(elodie)

        await elodie.sign_in()

        assert (await elodie.round(verify=True)).phase == "idle"
        assert on_server(world, perrin).value("city") == "Bron"

    play(story())


def test_a_change_that_was_none_is_not_given_back_for_ever(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        await elodie.edit("account", perrin, city="Bron")
        await elodie.round()
        first = world.backup()
        world.account("Fournos", "Thessaloniki")  # so that the rev is lost
        await camille.edit("account", perrin, city="Bron")
        await pushed_alone(camille)
        world.restore(first)
        camille.link.faults = [("heal", passes), ("heal", request_lost)]
        await camille.sign_in()
        world.restore(world.backup())
        heals_soon(camille)

        await camille.sign_in()

        assert (await camille.round(verify=True)).phase == "idle"

    play(story())


def test_who_was_away_asks_nothing_again_that_came_back_and_was_decided_since(world: World) -> None:
    async def story() -> None:
        for login in ("marie", "paul"):
            world.person(login, "rep", "Lyon")
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille, marie, paul = [await world.phone(login) for login in ("elodie", "camille", "marie", "paul")]
        path = world.backup()
        await written_unseen(world, perrin, (elodie, "Bron"), (camille, "Vienne"))
        for phone in (elodie, camille, marie):
            await phone.round()
        await given_back(world, path, elodie, camille, paul)
        for pair in (((paul, "Givors"),), ((paul, "Caluire"), (elodie, "Irigny")), ((paul, "Oullins"),)):
            await written_unseen(world, perrin, *pair)
            await settled(paul, elodie, camille)

        await marie.sign_in()
        await settled(marie, paul)

        assert on_server(world, perrin).value("city") == "Oullins"
        assert [phone.device.status.now.conflicts for phone in (marie, paul)] == [0, 0]

    play(story())
