"""A phone whose counter of quotes was lost becomes another device once it has fetched all, and not only when a round goes well."""

import pytest

from shared.errors import ServerRefused
from shared.sync.protocol import STUCK_MS
from tests.mobile_app.sync.fakes import FakeStore
from tests.mobile_app.sync.test_engine import Bench


def lost(*outgoing: str) -> Bench:
    bench = Bench(FakeStore(*outgoing))
    bench.store.lost = True
    return bench


def test_after_a_round_that_went_well_it_becomes_another_device() -> None:
    bench = lost("t1")

    assert bench.round().phase == "idle"
    assert bench.met == ["met", "copied"]


def test_so_it_does_where_its_records_differ_from_the_offices_again_and_again() -> None:
    bench = lost()
    bench.api.digests = [{"org": "1:00000000000000ff"}] * 2

    assert bench.round(verify=True).code == "digest_mismatch"
    assert bench.met == ["copied"]


@pytest.mark.parametrize(("waited", "becomes"), [(STUCK_MS - 1, False), (STUCK_MS, True)])
@pytest.mark.parametrize("differs", [False, True])
def test_so_it_does_where_its_work_is_stuck_but_not_before(waited: int, becomes: bool, differs: bool) -> None:
    bench = lost("t1")
    bench.store.unsent.waited = waited
    bench.api.fail = [("push", ServerRefused(500, "internal"))]
    bench.api.digests = [{"org": "1:00000000000000ff"} if differs else bench.store.digests] * 2

    end = bench.round(verify=differs)

    assert end.code == ("digest_mismatch" if differs else "internal")
    assert ("copied" in bench.met) is becomes


def test_before_all_is_fetched_it_stays_the_device_that_it_is() -> None:
    bench = lost()
    bench.api.fail = [("pull", ServerRefused(500, "internal"))]

    assert bench.round().phase == "failed"
    assert bench.met == []
