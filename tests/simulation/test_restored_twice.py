"""A server that was restored twice: what the first lost epoch held was seen by nobody in the second."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mobile_app.data.desk import Draft, Label, RecordEdit
from shared.sync.change import Edit
from shared.sync.policy import Value
from tests.simulation.link import request_lost
from tests.simulation.test_after_restores import passes
from tests.simulation.test_restore import given_back, on_server, play, settled
from tests.simulation.test_unheard_questions import pushed_alone
from tests.simulation.world import Phone, World

Work = Callable[[Phone], Awaitable[object]]


async def lost_twice(world: World, there: tuple[Phone, ...], away: tuple[Phone, Work], then: tuple[Phone, Work]) -> Path:
    """Let one phone work in an epoch that is lost, and stay away; another in the next one, of which the backup is given.

    All who are ``there`` take part in both.
    """
    first = world.backup()
    phone, work = away
    await work(phone)
    await phone.round()
    for each in there:
        await each.round()
    world.restore(first)
    other, its = then
    await other.sign_in()
    await settled(other)
    second = world.backup()
    world.clock.forward(1_000)
    await its(other)
    await other.round()
    return second


def once_more(perrin: str, **fields: Value) -> Work:
    """Write to a customer that was written in this epoch before: the base is of this one, higher than all of the first."""

    async def work(phone: Phone) -> None:
        await phone.edit("account", perrin, street="Rue des Halles 4")
        await phone.round()
        await phone.edit("account", perrin, **fields)

    return work


async def written_unseen(world: World, perrin: str, *cities: tuple[Phone, str]) -> None:
    """Let each write a city that the others have not seen."""
    for phone, city in cities:
        world.clock.forward(1_000)
        await phone.edit("account", perrin, city=city)
        await pushed_alone(phone)


async def asked_about(phone: Phone, *values: Value) -> None:
    [question] = [await phone.record("conflict", id_) for id_ in await phone.all_ids("conflict")]
    assert question is not None
    assert question["state"] == "open"
    assert all(str(value) in str(question["entries"]) for value in values)


def in_order(first: str, elodie: Phone, camille: Phone) -> list[Phone]:
    return [elodie, camille] if first == "elodie" else [camille, elodie]


@pytest.mark.parametrize("first", ["elodie", "camille"])
@pytest.mark.parametrize(("field", "values"), [("city", ("Bron", "Vienne")), ("phone", ("+33478281960", "+33478281961"))])
def test_values_of_two_lost_epochs_meet_in_a_question_whoever_comes_first(
    world: World, first: str, field: str, values: tuple[Value, Value]
) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        second = await lost_twice(
            world,
            (),
            (elodie, lambda phone: phone.edit("account", perrin, **{field: values[0]})),
            (camille, once_more(perrin, **{field: values[1]})),
        )

        order = in_order(first, elodie, camille)
        await given_back(world, second, *order)

        for phone in order:
            await asked_about(phone, *values)

    play(story())


@pytest.mark.parametrize("first", ["marie", "camille"])
def test_what_only_a_record_tells_of_the_first_one_meets_the_second_in_a_question(world: World, first: str) -> None:
    async def story() -> None:
        world.person("marie", "rep", "Lyon")
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille, marie = await world.phone("elodie"), await world.phone("camille"), await world.phone("marie")
        second = await lost_twice(
            world,
            (marie,),
            (elodie, lambda phone: phone.edit("account", perrin, city="Bron")),
            (camille, once_more(perrin, city="Vienne")),
        )

        order = [marie, camille] if first == "marie" else [camille, marie]
        await given_back(world, second, *order)

        for phone in order:
            await asked_about(phone, "Bron", "Vienne")

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_a_deletion_in_the_second_does_not_overrule_what_was_written_in_the_first(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        second = await lost_twice(
            world,
            (),
            (elodie, lambda phone: phone.edit("account", perrin, city="Bron")),
            (camille, lambda phone: phone.delete("account", perrin)),
        )

        order = in_order(first, elodie, camille)
        await given_back(world, second, *order)

        for phone in order:
            shown = await phone.record("account", perrin)
            assert shown is not None
            assert shown["city"] == "Bron"
            await asked_about(phone, "live", "deleted")

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_nor_what_was_put_below_it_in_the_first(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        second = await lost_twice(
            world,
            (),
            (elodie, lambda phone: phone.create("contact", account_id=perrin, last_name="Perrin")),
            (camille, lambda phone: phone.delete("account", perrin)),
        )

        order = in_order(first, elodie, camille)
        await given_back(world, second, *order)

        assert on_server(world, perrin).live
        for phone in order:
            assert len(await phone.all_ids("contact")) == 1
            await asked_about(phone, "live", "deleted")

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_a_tag_that_the_second_took_off_again_stays_for_whoever_put_it_there_in_the_first(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")

        async def on_and_off(phone: Phone) -> None:
            await phone.edit("account", perrin, tags=Edit(add=("fair",)))
            await phone.round()
            await phone.edit("account", perrin, tags=Edit(remove=("fair",)))

        second = await lost_twice(
            world, (), (elodie, lambda phone: phone.edit("account", perrin, tags=Edit(add=("fair",)))), (camille, on_and_off)
        )

        order = in_order(first, elodie, camille)
        await given_back(world, second, *order)

        assert on_server(world, perrin).value("tags") == ["fair"]

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_who_wrote_in_the_second_having_seen_what_came_back_from_the_first_is_believed(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        first_backup = world.backup()
        await elodie.edit("account", perrin, city="Bron")
        await elodie.round()
        await given_back(world, first_backup, elodie, camille)
        second = world.backup()
        await camille.edit("account", perrin, city="Vienne")
        await settled(camille)

        order = in_order(first, elodie, camille)
        await given_back(world, second, *order)

        assert on_server(world, perrin).value("city") == "Vienne"
        assert [phone.device.status.now.conflicts for phone in order] == [0, 0]

    play(story())


def test_a_question_that_both_epochs_asked_holds_the_values_of_both(world: World) -> None:
    async def story() -> None:
        world.person("marie", "rep", "Lyon")
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille, marie = await world.phone("elodie"), await world.phone("camille"), await world.phone("marie")
        path = world.backup()
        await written_unseen(world, perrin, (elodie, "Bron"), (camille, "Vienne"))
        await marie.round()
        world.restore(path)  # the phones of both are never seen again
        new, tablet = await world.phone("elodie", name="new"), await world.phone("camille", name="tablet")
        await written_unseen(world, perrin, (new, "Givors"), (tablet, "Caluire"))

        await marie.sign_in()
        await settled(marie, new, tablet)

        for phone in (marie, new, tablet):
            await asked_about(phone, "Bron", "Vienne", "Givors", "Caluire")

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_who_decided_in_a_lost_epoch_that_it_lives_is_not_overruled_unasked_by_a_later_deletion(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        seen = (await camille.shown("account", perrin)).base
        await elodie.device.store.write(Draft((RecordEdit("account", perrin, "update", seen, {}),), Label("test")))
        await pushed_alone(elodie)
        await camille.delete("account", perrin)
        await pushed_alone(camille)

        order = in_order(first, elodie, camille)
        await given_back(world, path, *order)

        for phone in order:
            await asked_about(phone, "live", "deleted")

    play(story())


def test_a_phone_that_gave_back_a_part_before_the_second_restore_gives_back_the_rest_once(world: World) -> None:
    async def story() -> None:
        perrin, petit = world.account("Maison Perrin", "Lyon"), world.account("Le Petit Four", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        first = world.backup()
        await elodie.edit("account", perrin, city="Bron")
        await elodie.round()
        await elodie.edit("account", petit, city="Givors")
        await elodie.round()
        world.restore(first)
        elodie.link.faults = [("heal", passes), ("heal", request_lost)]
        await elodie.sign_in()
        await camille.sign_in()
        await settled(camille)
        second = world.backup()
        await camille.edit("account", perrin, city="Vienne")  # she has seen what came back
        await settled(camille)

        await given_back(world, second, elodie, camille)

        assert [on_server(world, id_).value("city") for id_ in (perrin, petit)] == ["Vienne", "Givors"]
        assert [phone.device.status.now.conflicts for phone in (elodie, camille)] == [0, 0]

    play(story())
