"""Two values that met in an epoch that was lost before anybody heard of it: the journals ask again, whoever comes first."""

from pathlib import Path

import pytest

from shared.sync.policy import Value
from tests.simulation.link import answer_lost
from tests.simulation.test_restore import given_back, on_server, play
from tests.simulation.world import Phone, World


async def pushed_alone(phone: Phone) -> None:
    """Let a round send what there is and hear of nothing else."""
    phone.link.faults = [("pull", answer_lost)]
    await phone.round()


async def wrote(phone: Phone, account: str, field: str, value: Value) -> None:
    """Write a value, send it, and hear of nothing."""
    await phone.edit("account", account, **{field: value})
    await pushed_alone(phone)


async def lost(world: World) -> tuple[str, Phone, Phone, Path]:
    """Begin the epoch that will be lost: a customer, Élodie's phone, Camille's, and the backup of that beginning."""
    perrin = world.account("Maison Perrin", "Lyon")
    return perrin, await world.phone("elodie"), await world.phone("camille"), world.backup()


@pytest.mark.parametrize("first", ["elodie", "camille"])
@pytest.mark.parametrize(("field", "values"), [("city", ("Bron", "Vienne")), ("phone", ("+33478281960", "+33478281961"))])
def test_two_values_that_met_in_a_lost_epoch_unheard_of_are_asked_about_again_whoever_comes_first(
    world: World, first: str, field: str, values: tuple[Value, Value]
) -> None:
    async def story() -> None:
        perrin, elodie, camille, path = await lost(world)
        for phone, value in ((elodie, values[0]), (camille, values[1])):
            world.clock.forward(1_000)
            await wrote(phone, perrin, field, value)

        order = [elodie, camille] if first == "elodie" else [camille, elodie]
        await given_back(world, path, *order)

        for phone in order:
            [question] = [await phone.record("conflict", id_) for id_ in await phone.all_ids("conflict")]
            assert question is not None
            assert question["state"] == "open"
            assert all(str(value) in str(question["entries"]) for value in values)
        assert on_server(world, perrin).value(field) == values[1]

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_an_edit_and_a_delete_that_met_in_a_lost_epoch_unheard_of_are_asked_about_again(world: World, first: str) -> None:
    async def story() -> None:
        perrin, elodie, camille, path = await lost(world)
        await wrote(elodie, perrin, "city", "Bron")
        await camille.delete("account", perrin)
        await pushed_alone(camille)

        order = [elodie, camille] if first == "elodie" else [camille, elodie]
        await given_back(world, path, *order)

        for phone in order:
            shown = await phone.record("account", perrin)
            assert shown is not None
            assert shown["city"] == "Bron"
            assert phone.device.status.now.conflicts == 1

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_who_wrote_again_in_a_lost_epoch_having_seen_both_is_believed_and_nobody_is_asked(world: World, first: str) -> None:
    async def story() -> None:
        perrin, elodie, camille, path = await lost(world)
        for phone, city in ((elodie, "Bron"), (camille, "Vienne")):
            world.clock.forward(1_000)
            await wrote(phone, perrin, "city", city)
        await camille.round()
        world.clock.forward(1_000)
        await wrote(camille, perrin, "city", "Givors")  # she has seen the question

        order = [elodie, camille] if first == "elodie" else [camille, elodie]
        await given_back(world, path, *order)

        assert on_server(world, perrin).value("city") == "Givors"
        assert [phone.device.status.now.conflicts for phone in order] == [0, 0]

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_of_two_lost_edits_the_later_that_had_seen_the_other_stands_though_nobody_holds_the_record(world: World, first: str) -> None:
    async def story() -> None:
        perrin, elodie, camille, path = await lost(world)
        await wrote(elodie, perrin, "city", "Bron")
        await camille.round()
        await wrote(camille, perrin, "city", "Vienne")

        order = [elodie, camille] if first == "elodie" else [camille, elodie]
        await given_back(world, path, *order)

        assert on_server(world, perrin).value("city") == "Vienne"
        assert [phone.device.status.now.conflicts for phone in order] == [0, 0]

    play(story())
