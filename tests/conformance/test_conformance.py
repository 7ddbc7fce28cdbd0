"""What every client of the protocol must do, asked of the app and of a client that was written from docs/protocol.md alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from sync_server.services.compaction import compact
from sync_server.storage.tables import HEAD_AT
from tests.conformance.participants import AnotherClient, Participant, TheApp
from tests.simulation.world import World

ROOT = Path(__file__).parents[2]
QUARTER_MS = 15 * 60_000
DAY_MS = 86_400_000
Story = Callable[[World, Participant, Participant], Awaitable[None]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.person("elodie", "rep", "Lyon")
    made.person("camille", "manager", "Lyon", "Nantes")
    yield made
    made.close()


@pytest.fixture(params=[TheApp, AnotherClient], ids=["the app", "a second client"])
def play(request: pytest.FixtureRequest, world: World) -> Callable[[Story], None]:
    """Tell a story with Élodie on the client that is judged, and Camille on the app."""

    async def told(story: Story) -> None:
        elodie, camille = request.param(world), TheApp(world)
        await elodie.enrol("elodie")
        await camille.enrol("camille")
        await story(world, elodie, camille)

    return lambda story: asyncio.run(told(story))


Play = Callable[[Story], None]


def test_everything_of_ones_scopes_comes_in_pages_and_nothing_else(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        for number in range(120):
            world.account(f"Lyon {number}", "Lyon")
        world.account("Nantes", "Nantes")

        assert await elodie.round() == ""

        assert await elodie.count("account") == 120

    play(story)


def test_what_one_makes_reaches_the_other(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        perrin = await elodie.create("account", name="Maison Perrin, « φούρνος » 🥖", territory_id=world.ids["Lyon"], country="FR")
        lucie = await elodie.create("contact", account_id=perrin, first_name="Lucie", last_name="Perrin")

        assert await elodie.round() == ""
        assert await camille.round() == ""

        assert (await camille.get("account", perrin) or {})["name"] == "Maison Perrin, « φούρνος » 🥖"
        assert (await camille.get("contact", lucie) or {})["first_name"] == "Lucie"
        assert await elodie.get("contact", lucie) is not None

    play(story)


def test_different_fields_both_stand_and_notes_are_merged(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        perrin = await _known(world, elodie, camille, note="one\ntwo\nthree")
        await elodie.change("account", perrin, city="Vienne", note="ONE\ntwo\nthree")
        await camille.change("account", perrin, street="rue Haute", note="one\ntwo\nTHREE")

        await _both(elodie, camille)

        for seen in (await elodie.get("account", perrin), await camille.get("account", perrin)):
            assert seen is not None
            assert (seen["city"], seen["street"], seen["note"]) == ("Vienne", "rue Haute", "ONE\ntwo\nTHREE")

    play(story)


def test_one_field_of_two_is_one_conflict_with_both_values_on_both_sides(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        perrin = await _known(world, elodie, camille)
        await elodie.change("account", perrin, city="Vienne")
        world.clock.forward(1_000)
        await camille.change("account", perrin, city="Givors")

        await _both(elodie, camille)

        assert (await elodie.count("conflict"), await camille.count("conflict")) == (1, 1)
        assert (await elodie.get("account", perrin) or {})["city"] == "Givors"

    play(story)


def test_members_of_a_set_are_added_and_removed_one_by_one(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        perrin = await _known(world, elodie, camille, tags=["fair", "organic"])
        await elodie.tag(perrin, add=("key account",), remove=("fair",))
        await camille.tag(perrin, add=("by mail",))

        await _both(elodie, camille)

        assert set((await elodie.get("account", perrin) or {})["tags"]) == {"organic", "key account", "by mail"}
        assert await elodie.count("conflict") == 0

    play(story)


def test_a_lost_answer_is_asked_for_again_and_the_work_is_there_once(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        await elodie.create("account", name="Once", territory_id=world.ids["Lyon"], country="FR")
        elodie.lose_next_answer("/v1/sync/push")

        assert await elodie.round() == "offline"
        assert await elodie.round() == ""
        assert await camille.round() == ""

        assert (await elodie.count("account"), await camille.count("account")) == (1, 1)

    play(story)


def test_a_deleted_record_is_gone_and_one_that_was_edited_meanwhile_is_not(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        perrin = await _known(world, elodie, camille)
        lucie = await camille.create("contact", account_id=perrin, first_name="Lucie")
        marc = await camille.create("contact", account_id=perrin, first_name="Marc")
        await _both(camille, elodie)
        await elodie.delete("contact", lucie)
        await elodie.delete("contact", marc)
        await camille.change("contact", marc, job_title="Owner")

        await _both(camille, elodie)

        assert await camille.get("contact", lucie) is None
        assert (await elodie.get("contact", marc) or {}).get("job_title") == "Owner"

    play(story)


def test_one_refusal_is_said_and_stops_nothing(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        perrin = await _known(world, elodie, camille)
        await elodie.create("account", name="Elsewhere", territory_id=world.ids["Nantes"], country="FR")
        await elodie.change("account", perrin, city="Vienne")

        assert await elodie.round() == ""

        assert await elodie.refusals() == ["unknown_record"]
        assert (await elodie.get("account", perrin) or {})["city"] == "Vienne"

    play(story)


def test_a_customer_who_moves_away_leaves_with_all_that_is_below(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        perrin = await _known(world, elodie, camille)
        await camille.create("contact", account_id=perrin, first_name="Lucie")
        await _both(camille, elodie)
        await camille.change("account", perrin, territory_id=world.ids["Nantes"])

        await _both(camille, elodie)

        assert (await elodie.count("account"), await elodie.count("contact")) == (0, 0)

    play(story)


def test_a_token_that_has_run_out_is_renewed_on_the_way(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        world.clock.forward(2 * QUARTER_MS)
        await elodie.create("account", name="Later", territory_id=world.ids["Lyon"], country="FR")

        assert await elodie.round() == ""
        assert await camille.round() == ""

        assert await camille.count("account") == 1

    play(story)


def test_who_slept_while_tombstones_went_ends_alike_and_brings_back_what_she_wrote_about(play: Play) -> None:
    async def story(world: World, elodie: Participant, camille: Participant) -> None:
        perrin = await _known(world, elodie, camille)
        lucie = await camille.create("contact", account_id=perrin, last_name="Lucie")
        marc = await camille.create("contact", account_id=perrin, last_name="Marc")
        await _both(camille, elodie)
        await camille.delete("contact", lucie)
        await camille.delete("contact", marc)
        await elodie.change("contact", lucie, job_title="Owner")
        await camille.round()
        compact(world.database, world.clock.now)
        world.clock.forward(80 * DAY_MS)
        assert await camille.round() == ""
        world.clock.forward(9 * DAY_MS + DAY_MS // 2)
        with world.database.write() as connection:
            connection.execute(HEAD_AT.update().values(at=0))
        assert compact(world.database, world.clock.now).tombstones == 2

        await _both(elodie, camille)

        assert (await elodie.get("contact", lucie) or {})["job_title"] == "Owner"
        assert (await camille.get("contact", lucie) or {})["last_name"] == "Lucie"
        assert await elodie.get("contact", marc) is None

    play(story)


def test_the_second_client_is_short_and_stands_alone() -> None:
    lines = (ROOT / "tests/conformance/second_client.py").read_text().splitlines()

    assert len(lines) <= 150
    assert not [line for line in lines if line.startswith(("from shared", "from mobile_app", "import shared", "import mobile_app"))]


async def _known(world: World, *clients: Participant, **values: str | list[str]) -> str:
    perrin = world.account("Maison Perrin", "Lyon", **values)
    for client in clients:
        assert await client.round() == ""
    return perrin


async def _both(first: Participant, second: Participant) -> None:
    """Sync until both know what the other did."""
    for client in (first, second, first):
        assert await client.round() == ""
