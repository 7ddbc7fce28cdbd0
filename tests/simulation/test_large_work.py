"""Work of many bytes goes in parts that every server takes, without a failure between."""

from pathlib import Path

from mobile_app.data.parcel import MOST_BYTES, Parcel
from mobile_app.data.repositories import Repositories, repositories
from shared.sync.change import Change, Edit, Transaction
from tests.simulation.test_rounds import play
from tests.simulation.world import World

LONG = "α" * 20_000
PAGES = "\n".join(f"{{}} {line} " + "α" * 90 for line in range(150))


def test_long_notes_of_a_day_go_in_one_round_through_a_server_that_takes_little_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        world = World(tmp_path)
        world.person("elodie", "rep", "Lyon")
        accounts = [world.account(f"Fournil {number}", "Lyon") for number in range(20)]
        elodie = await world.phone("elodie")
        for number, account in enumerate(accounts):
            await elodie.edit("account", account, note=f"{number} {LONG}"[:20_000])
        world.app.state.body_cap = 640 * 1024

        end = await elodie.round()

        assert (end.phase, end.code) == ("idle", "")
        assert elodie.device.status.now.waiting == 0
        assert elodie.link.requests.count("/v1/sync/push") == 2
        world.close()

    play(story())


def test_a_parcel_takes_one_transaction_whatever_its_size_and_others_while_there_is_room() -> None:
    def noted(length: int) -> Transaction:
        return Transaction("t", (Change("account", "a", "update", 7, {"note": Edit(to="x" * length)}),))

    alone, shared = Parcel(2), Parcel(2)

    assert [alone.takes(noted(MOST_BYTES)), alone.takes(noted(1))] == [True, False]
    assert [shared.takes(noted(MOST_BYTES // 2)), shared.takes(noted(9)), shared.takes(noted(9))] == [True, True, False]


def test_two_long_notes_that_became_one_longer_than_any_form_takes_can_be_kept(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon", note="Rien.")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        await elodie.edit("account", perrin, note=PAGES.format(*["E"] * 150))
        await camille.edit("account", perrin, note=PAGES.format(*["C"] * 150))
        for phone in (elodie, camille, elodie):
            await phone.round()
        do = Repositories(**repositories(elodie.device.store))
        [question] = await do.conflicts.open()
        assert len(str(question.here)) > 20_000

        await do.conflicts.keep(question, question.standing)
        for phone in (elodie, camille):
            await phone.round()

        for phone in (elodie, camille):
            assert phone.device.status.now.attention == phone.device.status.now.conflicts == 0
            assert (await phone.record("account", perrin) or {})["note"] == question.here

    play(story())
