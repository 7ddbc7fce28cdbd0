"""What comes back after a restore comes back as it was said: an arrival with its own place, a customer to where it had moved."""

import pytest

from mobile_app.data.desk import Draft, Label, RecordEdit
from shared.sync.change import Edit
from tests.simulation.test_restore import given_back, on_server, play, settled
from tests.simulation.test_unheard_questions import pushed_alone
from tests.simulation.world import World


def test_an_arrival_since_the_restore_is_not_given_the_place_of_a_lost_one(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        phone, tablet = await world.phone("elodie"), await world.phone("elodie", name="tablet")
        visit = (await phone.device.visits.plan(perrin, world.clock.now_ms())).id
        await settled(phone, tablet)
        path = world.backup()
        place = {"arrived_lat": 45.0, "arrived_lon": 4.0, "arrived_accuracy": 5.0}
        await phone.edit("visit", visit, state="checked_in", arrived_at=world.clock.now_ms(), **place)
        await phone.round()
        await phone.round()
        world.restore(path)
        world.clock.forward(60_000)
        since = world.clock.now_ms()
        for each in (tablet, phone):
            await each.sign_in()
            if each is tablet:
                await tablet.edit("visit", visit, state="checked_in", arrived_at=since)
                await settled(tablet)

        await settled(phone, tablet)

        stands = on_server(world, visit)
        assert (stands.value("arrived_at"), stands.value("arrived_lat"), stands.value("arrived_lon")) == (since, None, None)

    play(story())


@pytest.mark.parametrize("first", ["nora", "camille"])
def test_a_customer_who_had_moved_moves_again_whoever_comes_first(world: World, first: str) -> None:
    async def story() -> None:
        world.person("zoe", "manager", "Lyon", "Thessaloniki")
        world.person("nora", "manager", "Lyon", "Thessaloniki")
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille, nora = await world.phone("elodie"), await world.phone("zoe"), await world.phone("nora")
        path = world.backup()
        await elodie.edit("account", perrin, city="Bron")
        await elodie.round()
        await camille.round()
        await camille.edit("account", perrin, territory_id=world.ids["Thessaloniki"])
        await camille.round()
        await nora.round()
        order = [nora, camille] if first == "nora" else [camille, nora]

        await given_back(world, path, *order)

        stands = on_server(world, perrin)
        assert (stands.value("territory_id"), stands.value("city")) == (world.ids["Thessaloniki"], "Bron")

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_a_lost_write_that_had_seen_nothing_is_asked_about(world: World, first: str) -> None:
    async def story() -> None:
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        account = await elodie.create("account", name="Neu", territory_id=world.ids["Lyon"], country="FR")
        await elodie.round()
        await camille.round()
        world.clock.forward(1_000)
        await camille.edit("account", account, city="Vienne")
        await pushed_alone(camille)
        world.clock.forward(1_000)
        await elodie.device.store.write(Draft((RecordEdit("account", account, "update", None, {"city": Edit("Bron")}),), Label("test")))
        await pushed_alone(elodie)
        order = [elodie, camille] if first == "elodie" else [camille, elodie]

        await given_back(world, path, *order)

        assert len(await elodie.all_ids("conflict")) == 1

    play(story())
