"""Work of many bytes goes in parts that every server takes, without a failure between."""

from pathlib import Path

from mobile_app.data.parcel import MOST_BYTES, Parcel
from shared.sync.change import Change, Edit, Transaction
from tests.simulation.test_rounds import play
from tests.simulation.world import World

LONG = "α" * 20_000


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
