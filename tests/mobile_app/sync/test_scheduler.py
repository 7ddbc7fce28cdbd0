"""When rounds happen, by a clock that a test moves."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_app.data.sync_status import SyncStatus
from mobile_app.sync.engine import RoundEnd
from mobile_app.sync.scheduler import AFTER_EDIT_S, BACKOFF_CAP_S, BACKOFF_FIRST_S, EVERY_S, NEWS_SPREAD_S, PUT_OFF, Scheduler, backoff_s
from shared.sync.protocol import News
from tests.fakes.device import SeededRandomness


class Nap:
    """Sleeps that end when the test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._ends: list[asyncio.Event] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        end = asyncio.Event()
        self._ends.append(end)
        await end.wait()

    def end(self) -> None:
        self._ends[-1].set()


class Bench:
    def __init__(self, *ends: RoundEnd) -> None:
        self.status, self.nap = SyncStatus(), Nap()
        self.ends = list(ends)
        self.rounds = self.running = self.most_at_once = 0
        self.release: asyncio.Event | None = None
        self.breaks_in = 0
        self.scheduler = Scheduler(self.round, self.status, self.nap, SeededRandomness())

    async def round(self) -> RoundEnd:
        self.rounds += 1
        if self.rounds == self.breaks_in:
            raise KeyError("nobody foresaw this")
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        if self.release is not None:
            await self.release.wait()
        self.running -= 1
        return self.ends.pop(0) if self.ends else RoundEnd("idle")


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def play(bench: Bench, *steps: Callable[[], object]) -> None:
    async def go() -> None:
        bench.scheduler.start()
        await settle()
        for step in steps:
            step()
            await settle()
        await bench.scheduler.stop()

    asyncio.run(go())


def test_the_first_round_runs_at_once_and_the_next_after_five_minutes() -> None:
    bench = Bench()

    play(bench, bench.nap.end)

    assert bench.rounds == 2
    assert bench.nap.asked[0] == EVERY_S


def test_an_edit_is_sent_shortly_after_together_with_the_next_one() -> None:
    bench = Bench()

    play(bench, bench.scheduler.edited, bench.nap.end)

    assert bench.rounds == 2
    assert AFTER_EDIT_S in bench.nap.asked


def test_who_goes_on_editing_is_heard_all_the_same() -> None:
    bench = Bench()

    play(bench, *[bench.scheduler.edited] * 20, bench.nap.end)

    assert bench.rounds == 2
    assert bench.nap.asked.count(AFTER_EDIT_S) == PUT_OFF + 1


def test_sync_now_does_not_wait() -> None:
    bench = Bench()

    play(bench, bench.scheduler.sync_now)

    assert bench.rounds == 2


def test_two_rounds_never_run_at_once() -> None:
    bench = Bench()
    bench.release = asyncio.Event()

    play(bench, bench.scheduler.sync_now, bench.scheduler.sync_now, bench.release.set)

    assert bench.most_at_once == 1
    assert bench.rounds == 2


def test_failures_wait_longer_each_time_and_an_edit_does_not_shorten_it() -> None:
    bench = Bench(*[RoundEnd("offline", "offline")] * 3)

    play(bench, bench.scheduler.edited, bench.nap.end, bench.nap.end)

    assert bench.rounds == 3
    assert bench.nap.asked[0] < bench.nap.asked[1] < bench.nap.asked[2]


def test_a_round_that_got_on_before_its_link_broke_is_soon_followed_by_another() -> None:
    bench = Bench(*[RoundEnd("offline", "link_broke", got_on=True)] * 3)

    play(bench, bench.nap.end, bench.nap.end)

    assert bench.rounds == 3
    assert max(bench.nap.asked) <= BACKOFF_FIRST_S


def test_the_servers_wish_is_honoured() -> None:
    bench = Bench(RoundEnd("failed", "busy", 77.0))

    play(bench)

    assert bench.nap.asked == [77.0]


def test_the_network_coming_back_ends_the_wait() -> None:
    bench = Bench(RoundEnd("offline", "offline"))

    play(bench, bench.scheduler.connected)

    assert bench.rounds == 2


def test_a_server_that_asked_to_wait_is_not_asked_earlier_because_a_file_met_an_ended_token() -> None:
    asked, not_asked = Bench(RoundEnd("failed", "server_busy", 900.0)), Bench(RoundEnd("offline", "offline"))

    play(asked, asked.scheduler.expired)
    play(not_asked, not_asked.scheduler.expired)

    assert (asked.rounds, not_asked.rounds) == (1, 2)


def test_working_offline_sends_nothing_until_told_otherwise() -> None:
    bench = Bench()

    play(
        bench,
        lambda: bench.scheduler.set_work_offline(on=True),
        bench.scheduler.edited,
        bench.scheduler.sync_now,
        lambda: bench.scheduler.set_work_offline(on=False),
    )

    assert bench.rounds == 2


def test_what_wants_a_round_while_somebody_works_offline_is_waited_for_and_not_asked_again_and_again() -> None:
    bench = Bench()

    play(bench, lambda: bench.scheduler.set_work_offline(on=True), bench.scheduler.connected, bench.scheduler.edited)

    assert bench.rounds == 1
    assert len(bench.nap.asked) <= 4


def test_stopping_in_mid_round_ends_it() -> None:
    bench = Bench()
    bench.release = asyncio.Event()

    play(bench)

    assert bench.rounds == 1


@given(st.integers(1, 500), st.floats(0, 0.999))
def test_backoff_grows_to_a_cap_and_never_to_nothing(failures: int, jitter: float) -> None:
    assert 1.0 <= backoff_s(failures, jitter) <= BACKOFF_CAP_S


def reached(rev: int) -> RoundEnd:
    return RoundEnd("idle", reached=News("e", rev))


def test_what_the_server_tells_is_fetched_soon_and_what_is_known_is_not() -> None:
    bench = Bench(reached(7), reached(9))

    play(bench, lambda: bench.scheduler.told(News("e", 7)))
    assert bench.rounds == 1

    again = Bench(reached(7), reached(9))
    play(again, lambda: again.scheduler.told(News("e", 9)), again.nap.end)

    assert again.rounds == 2
    assert 0 <= again.nap.asked[1] <= NEWS_SPREAD_S


@pytest.mark.parametrize(("brought", "rounds"), [(8, 2), (9, 1)])
def test_an_event_during_a_round_makes_exactly_one_more_unless_the_round_brought_it(brought: int, rounds: int) -> None:
    bench = Bench(reached(brought), reached(9))
    bench.release = asyncio.Event()

    def told() -> None:
        bench.scheduler.told(News("e", 8))
        bench.scheduler.told(News("e", 9))

    play(bench, told, bench.release.set, lambda: bench.nap.end() if brought == 8 else None)

    assert bench.rounds == rounds


def test_news_of_another_epoch_are_always_fetched() -> None:
    bench = Bench(reached(70), reached(7))

    play(bench, lambda: bench.scheduler.told(News("restored", 7)), bench.nap.end)

    assert bench.rounds == 2


def test_what_nobody_foresaw_fails_a_round_and_ends_no_sync() -> None:
    bench = Bench()
    bench.breaks_in = 1
    phases = []
    bench.status.subscribe(lambda state: phases.append((state.phase, state.error_code)))

    play(bench, bench.nap.end)

    assert phases == [("failed", "sync_error")]
    assert bench.rounds == 2
    assert BACKOFF_FIRST_S / 2 <= bench.nap.asked[0] <= BACKOFF_FIRST_S


def test_a_server_that_asked_to_wait_is_not_asked_earlier_because_the_network_is_back() -> None:
    bench = Bench(RoundEnd("failed", "busy", 77.0))

    play(bench, bench.scheduler.connected)

    assert bench.rounds == 1
