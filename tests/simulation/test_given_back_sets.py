"""Members of sets that a lost epoch had added and removed: what was taken off stays off, whoever comes back first."""

from collections.abc import Awaitable, Callable

import pytest

from shared.sync.change import Edit
from tests.simulation.test_restore import given_back, on_server, play
from tests.simulation.test_restored_twice import in_order
from tests.simulation.test_unheard_questions import pushed_alone
from tests.simulation.world import Phone, World

Sent = Callable[[Phone, Phone], Awaitable[None]]


async def heard_by_all(elodie: Phone, camille: Phone) -> None:
    await camille.round()
    await elodie.round()


async def unheard_by_who_added(_: Phone, camille: Phone) -> None:
    await camille.round()


async def unheard_by_anybody(_: Phone, camille: Phone) -> None:
    await pushed_alone(camille)


@pytest.mark.parametrize("first", ["elodie", "camille"])
@pytest.mark.parametrize("sent", [heard_by_all, unheard_by_who_added, unheard_by_anybody])
@pytest.mark.parametrize("where", [("account", "tags", "fair"), ("contact", "phones", "+33612345678")])
def test_what_the_lost_epoch_had_taken_off_stays_off(world: World, where: tuple[str, str, str], sent: Sent, first: str) -> None:
    kind, field, member = where

    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        id_ = perrin if kind == "account" else await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        path = world.backup()
        await elodie.edit(kind, id_, **{field: Edit(add=(member,))})
        await elodie.round()
        await camille.round()
        await camille.edit(kind, id_, **{field: Edit(remove=(member,))})
        await sent(elodie, camille)

        await given_back(world, path, *in_order(first, elodie, camille))

        assert not on_server(world, id_).value(field)

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_what_was_put_on_unseen_of_who_took_it_off_stays(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        await camille.edit("account", perrin, tags=Edit(add=("fair",)))
        await pushed_alone(camille)
        await camille.edit("account", perrin, tags=Edit(remove=("fair",)))
        await pushed_alone(camille)
        await elodie.edit("account", perrin, tags=Edit(add=("fair",)))
        await pushed_alone(elodie)

        await given_back(world, path, *in_order(first, elodie, camille))

        assert on_server(world, perrin).value("tags") == ["fair"]

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_who_took_off_unsent_what_she_had_seen_before_the_restore_is_believed(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        await camille.edit("account", perrin, tags=Edit(add=("fair",)), city="Bron")
        await camille.round()
        await elodie.round()
        elodie.link.offline = True
        await elodie.edit("account", perrin, tags=Edit(remove=("fair",)), city="Vienne")
        elodie.link.offline = False

        await given_back(world, path, *in_order(first, elodie, camille))

        assert on_server(world, perrin).value("tags") is None
        assert on_server(world, perrin).value("city") == "Vienne"
        assert [phone.device.status.now.conflicts for phone in (elodie, camille)] == [0, 0]

    play(story())
