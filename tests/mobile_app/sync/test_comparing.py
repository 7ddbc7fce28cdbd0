"""Now and then a round compares what is here with the server, and asks who was erased."""

from mobile_app.sync.engine import DIGEST_EVERY
from shared.errors import ServerRefused
from shared.sync.protocol import MAX_CHANGES
from tests.mobile_app.sync.test_engine import Bench


def test_a_scope_whose_digest_differs_is_pulled_again() -> None:
    bench = Bench()
    bench.api.digests = [{"org": "1:00000000000000ff"}, {"org": "0:" + "0" * 16}]

    end = bench.round(verify=True)

    assert end.phase == "idle"
    assert bench.store.fetched_again == ["org"]


def test_a_scope_that_differs_even_after_a_repair_is_reported() -> None:
    bench = Bench()
    bench.api.digests = [{"org": "1:00000000000000ff"}, {"org": "1:00000000000000ff"}]

    assert bench.round(verify=True).code == "digest_mismatch"


def test_what_was_fetched_again_and_differs_again_is_no_progress_after_which_the_next_round_comes_soon() -> None:
    bench = Bench()
    bench.api.remaining, bench.api.rows = {"": 3}, 3
    bench.api.digests = [{"org": "1:00000000000000ff"}, {"org": "1:00000000000000ff"}]

    end = bench.round(verify=True)

    assert (end.code, end.got_on) == ("digest_mismatch", False)


def test_digests_are_compared_at_the_first_round_and_then_now_and_then() -> None:
    bench = Bench()
    same = {"org": "0:" + "0" * 16}
    bench.api.digests = [same, same]

    for _ in range(DIGEST_EVERY + 1):
        bench.round()

    assert len(bench.api.digests) == 1
    bench.round()
    assert bench.api.digests == []


def test_with_each_comparison_the_server_is_asked_who_was_erased_of_those_who_are_not_here() -> None:
    bench = Bench()
    bench.store.mentions.named = [f"r{number}" for number in range(MAX_CHANGES + 1)]
    bench.api.erasures = {"r0", f"r{MAX_CHANGES}"}
    bench.api.digests = [{"org": "0:" + "0" * 16}] * 2

    bench.round()
    bench.round()

    assert bench.api.asked_for == [MAX_CHANGES, 1]
    assert bench.store.mentions.named == [f"r{number}" for number in range(1, MAX_CHANGES)]


def test_a_server_that_cannot_say_who_was_erased_ends_no_round() -> None:
    bench = Bench()
    bench.store.mentions.named = ["r0"]
    bench.api.fail = [("erased", ServerRefused(404, "not_found"))]

    assert bench.round().phase == "idle"
    assert bench.store.mentions.named == ["r0"]


def test_whoever_has_nothing_to_ask_does_not_ask_who_was_erased() -> None:
    bench = Bench()

    bench.round(verify=True)

    assert "erased" not in bench.api.calls
