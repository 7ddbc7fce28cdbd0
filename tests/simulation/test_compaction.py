"""A phone that slept for months: what is gone goes, what is there comes, its unsent work is taken."""

import asyncio
from datetime import date

import httpx
import pytest

from mobile_app.data.stale import Stale
from mobile_app.sync import engine
from sync_server.services import moves, territories
from sync_server.services.compaction import compact
from sync_server.services.housekeeping import Housekeeping
from tests.simulation.link import Send, request_lost
from tests.simulation.world import Phone, World

DAY = 86_400_000


async def _through(request: httpx.Request, send: Send) -> httpx.Response:
    return await send(request)


def move(world: World, account: str, territory: str) -> None:
    with world.database.write() as connection:
        moves.move_accounts(connection, world.author, territory, [account])


async def slept(world: World) -> tuple[Phone, Phone, dict[str, str]]:
    """Élodie's phone lies in a drawer for 91 days, with a note that was never sent, while Camille deletes two people."""
    ids = {"perrin": world.account("Maison Perrin", "Lyon")}
    asleep, awake = await world.phone("elodie"), await world.phone("camille")
    for name in ("Lucie", "Marc", "Anne"):
        ids[name] = await awake.create("contact", account_id=ids["perrin"], last_name=name)
    await awake.round()
    await asleep.round()
    await asleep.edit("contact", ids["Lucie"], job_title="Owner")
    await awake.delete("contact", ids["Lucie"])
    await awake.delete("contact", ids["Marc"])
    await awake.round()
    assert await dropped(world, awake) == 2
    return asleep, awake, ids


async def dropped(world: World, awake: Phone) -> int:
    """Let 91 days pass, and what was deleted before them be dropped; the number of records."""
    compact(world.database, world.clock.now)
    world.clock.forward(91 * DAY)
    await awake.sign_in()
    await awake.round()
    return compact(world.database, world.clock.now).tombstones


def test_a_phone_that_slept_too_long_gets_a_snapshot_and_its_work_is_taken(world: World) -> None:
    async def story() -> None:
        asleep, awake, ids = await slept(world)

        await asleep.sign_in()
        end = await asleep.round(verify=True)
        await awake.round(verify=True)

        assert end.phase == "idle"
        for phone in (asleep, awake):
            lucie = await phone.record("contact", ids["Lucie"])
            assert lucie is not None
            assert (lucie["last_name"], lucie["job_title"]) == ("Lucie", "Owner")
            assert await phone.record("contact", ids["Marc"]) is None
        assert await asleep.device.store.attention() == []
        status = asleep.device.store.status.now
        assert status.verified is not None
        assert status.verified.repaired == ()

    asyncio.run(story())


def test_what_was_made_and_deleted_below_a_dropped_customer_is_never_shown_again_and_goes_in_order(world: World) -> None:
    async def story() -> None:
        asleep, awake, ids = await slept(world)
        paul = await asleep.create("contact", account_id=ids["perrin"], last_name="Paul")
        await asleep.delete("contact", paul)
        await awake.delete("account", ids["perrin"])
        await awake.round()
        await dropped(world, awake)
        seen: list[list[str]] = []

        async def looks(request: httpx.Request, send: Send) -> httpx.Response:
            answer = await send(request)
            seen.append(await asleep.all_ids("contact"))
            return answer

        asleep.link.faults += [("/v1/sync/push", looks), ("/v1/sync/push", looks), ("/v1/sync/pull", looks)]
        await asleep.sign_in()
        end = await asleep.round(verify=True)
        await awake.round(verify=True)

        assert end.phase == "idle"
        assert len(seen) == 3
        assert all(paul not in each for each in seen)
        for phone in (asleep, awake):
            assert paul not in await phone.all_ids("contact")
        assert await asleep.device.store.attention() == []

    asyncio.run(story())


def test_a_snapshot_that_is_cut_off_empties_no_phone_and_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        monkeypatch.setattr(engine, "PAGE", 1)
        monkeypatch.setattr(engine, "LEAST_PAGE", 1)
        asleep, _, ids = await slept(world)
        asleep.link.faults += [("/v1/sync/pull", _through), ("/v1/sync/pull", _through), ("/v1/sync/pull", request_lost)]
        await asleep.sign_in()
        halfway = await asleep.record("contact", ids["Marc"])
        waits = Stale(asleep.device.store._vault).ids  # as a restart reads it

        await asleep.round(verify=True)

        assert halfway is not None
        assert ids["Marc"] in waits
        assert await asleep.record("contact", ids["Marc"]) is None
        assert await asleep.record("account", ids["perrin"]) is not None
        verified = asleep.device.store.status.now.verified
        assert verified is not None
        assert verified.repaired == ()

    asyncio.run(story())


@pytest.mark.parametrize("moves_on", [False, True], ids=["stays", "moves on"])
def test_who_was_deleted_behind_a_customer_that_moved_leaves_a_phone_that_saw_half_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch, *, moves_on: bool
) -> None:
    async def story() -> None:
        monkeypatch.setattr(engine, "PAGE", 1)
        monkeypatch.setattr(engine, "LEAST_PAGE", 1)
        with world.database.write() as connection:
            territories.add_territory(connection, world.author, "Nantes")
            territories.assign(connection, world.author, "Nantes", "camille", (date(2020, 1, 1), None))
        perrin = world.account("Maison Perrin", "Lyon")
        asleep, awake = await world.phone("camille", name="old"), await world.phone("camille")
        lucie = await awake.create("contact", account_id=perrin, last_name="Lucie")
        marc = await awake.create("contact", account_id=perrin, last_name="Marc")
        await awake.round()
        await asleep.round()
        move(world, perrin, "Thessaloniki")
        await awake.round()
        await awake.delete("contact", lucie)
        await awake.round()
        asleep.link.faults += [("/v1/sync/pull", _through), ("/v1/sync/pull", request_lost)]
        await asleep.round()
        compact(world.database, world.clock.now)
        world.clock.forward(91 * DAY)
        await awake.sign_in()
        assert compact(world.database, world.clock.now).tombstones == 1
        if moves_on:
            move(world, perrin, "Nantes")

        await asleep.sign_in()
        await asleep.round(verify=True)

        assert await asleep.all_ids("contact") == [marc]
        verified = asleep.device.store.status.now.verified
        assert verified is not None
        assert verified.repaired == ()

    asyncio.run(story())


def test_a_server_compacts_once_a_day_by_itself(world: World) -> None:
    housekeeping, other = Housekeeping(world.database, world.clock), Housekeeping(world.database, world.clock)

    first, at_once = housekeeping.look(), other.look()
    world.clock.forward(DAY)

    assert (first, at_once, other.look(), housekeeping.look()) == (True, False, True, False)
    housekeeping.start()
    housekeeping.stop()
