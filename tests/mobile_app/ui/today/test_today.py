"""Today: the tour in order, where one is, where next."""

from shared.sync.record import Record
from tests.mobile_app.data.store.phone import server_record
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import rep

HOUR = 3_600_000
NOW = 1_790_000_000_000


def planned(id_: str, account_id: str, at: int, **fields: object) -> Record:
    values: dict[str, object] = {"user_id": "u1", "zone": "Europe/Paris", "state": "planned", "planned_minutes": 30, **fields}
    return server_record("visit", id_, 5, account_id=account_id, planned_at=at, **values)  # type: ignore[arg-type]


def test_the_next_stop_is_checked_in_by_one_tap() -> None:
    async def go() -> str | None:
        async with rep(planned("v1", "a1", NOW + HOUR), planned("v2", "a3", NOW + 2 * HOUR)) as r:
            await r.sees("Next stop")
            await r.tap("check-in")
            await r.sees("Here since")
            assert r.route == "/visits/v1"
            return await r.device.visits.open_visit()

    assert run(go()) == "v1"
