"""The live stream: when it is open, what it makes happen, and what becomes of one that breaks."""

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from mobile_app.data.sync_status import SyncStatus
from mobile_app.sync.listener import NOT_HERE_S, Listener
from mobile_app.sync.scheduler import EVERY_S
from shared.errors import DeviceRevoked, Offline, ServerRefused, SessionExpired
from shared.sync import codec
from shared.sync.protocol import CHANGED, END, WIPE, News, StreamEnd
from shared.sync.sse import ServerEvent
from tests.fakes.device import SeededRandomness
from tests.mobile_app.sync.test_scheduler import Nap, settle


class Bench:
    """A listener whose streams say what a test lets them say."""

    def __init__(self, *fails: Exception) -> None:
        self.status, self.nap = SyncStatus(), Nap()
        self.fails = list(fails)
        self.opened: list[str] = []
        self.open = 0
        self.told: list[News] = []
        self.wiped = 0
        self.words: asyncio.Queue[ServerEvent] = asyncio.Queue()
        self.listener = Listener(
            self.stream,
            self.status,
            known=lambda: "e.7",
            told=self.told.append,
            revoked=self.revoked,
            sleep=self.nap,
            randomness=SeededRandomness(),
        )

    async def stream(self, known: str) -> AsyncGenerator[ServerEvent, None]:
        self.opened.append(known)
        self.open += 1
        try:
            if self.fails:
                raise self.fails.pop(0)
            while True:
                yield await self.words.get()
        finally:
            self.open -= 1

    async def revoked(self) -> None:
        self.wiped += 1

    def watch(self) -> None:
        self.listener.watched(self, on=True)

    def look_away(self) -> None:
        self.listener.watched(self, on=False)

    def round_ended(self) -> None:
        self.status.update(phase="pushing")
        self.status.update(phase="idle", last_ok_at=1)

    def say(self, name: str, data: bytes = b"{}") -> None:
        self.words.put_nowait(ServerEvent(name, data))


def play(bench: Bench, *steps: Callable[[], object]) -> None:
    async def go() -> None:
        bench.listener.start()
        for step in steps:
            step()
            await settle()
        opened = bench.open
        await bench.listener.stop()
        assert bench.open == 0
        bench.open = opened

    asyncio.run(go())


def test_a_stream_opens_after_the_first_round_for_who_is_looked_at() -> None:
    unseen, seen = Bench(), Bench()

    play(unseen, unseen.round_ended)
    play(seen, seen.watch, seen.round_ended)

    assert unseen.opened == []
    assert (seen.opened, seen.open) == (["e.7"], 1)


@pytest.mark.parametrize("phase", ["offline", "captive", "failed", "signed_out", "outdated", "revoked"])
def test_no_stream_is_open_while_rounds_do_not_reach_the_server(phase: str) -> None:
    bench = Bench()

    play(bench, bench.watch, bench.round_ended, lambda: bench.status.update(phase=phase))

    assert (len(bench.opened), bench.open) == (1, 0)


def test_no_stream_is_open_in_the_background_or_while_working_offline() -> None:
    bench, offline = Bench(), Bench()

    play(bench, bench.watch, bench.round_ended, bench.look_away)
    play(offline, offline.watch, offline.round_ended, lambda: offline.status.update(work_offline=True))

    assert bench.open == offline.open == 0


def test_coming_back_opens_it_again_saying_what_is_known() -> None:
    bench = Bench()

    play(bench, bench.watch, bench.round_ended, bench.look_away, bench.watch)

    assert (bench.opened, bench.open) == (["e.7", "e.7"], 1)


def test_what_is_told_is_passed_on() -> None:
    bench = Bench()

    play(bench, bench.watch, bench.round_ended, lambda: bench.say(CHANGED, codec.encode(News("e", 9))))

    assert bench.told == [News("e", 9)]


def test_fault_22_the_order_to_wipe_is_carried_out_at_once() -> None:
    told, refused = Bench(), Bench(DeviceRevoked(403))

    play(told, told.watch, told.round_ended, lambda: told.say(WIPE))
    play(refused, refused.watch, refused.round_ended)

    assert (told.wiped, refused.wiped) == (1, 1)
    assert told.open == 0


def test_a_stream_that_breaks_is_opened_again_after_growing_waits() -> None:
    bench = Bench(Offline(), Offline(), Offline())

    play(bench, bench.watch, bench.round_ended, bench.nap.end, bench.nap.end)

    assert len(bench.opened) == 3
    assert bench.nap.asked[0] < bench.nap.asked[1] < bench.nap.asked[2]


@pytest.mark.parametrize(
    ("error", "wait"),
    [(ServerRefused(503, "too_many_streams", retry_after_s=600.0), 600.0), (ServerRefused(404, "not_found"), NOT_HERE_S)],
)
def test_a_server_without_room_or_without_events_is_left_alone_and_rounds_go_on(error: Exception, wait: float) -> None:
    bench = Bench(error)

    play(bench, bench.watch, bench.round_ended)

    assert bench.nap.asked == [wait]


def test_an_end_says_how_long_to_wait() -> None:
    stopping, replaced = Bench(), Bench()

    play(stopping, stopping.watch, stopping.round_ended, lambda: stopping.say(END, codec.encode(StreamEnd("stopping", 5_000))))
    play(replaced, replaced.watch, replaced.round_ended, lambda: replaced.say(END, codec.encode(StreamEnd("replaced"))))

    assert 5.0 <= stopping.nap.asked[0] <= 7.0
    assert replaced.nap.asked == [EVERY_S]


@pytest.mark.parametrize("asks", ["refusal", "end"])
def test_a_server_that_asked_to_be_left_alone_is_whatever_opens_and_closes_meanwhile(asks: str) -> None:
    bench = Bench(*([ServerRefused(503, "too_many_streams", retry_after_s=600.0)] if asks == "refusal" else []))
    end = [] if asks == "refusal" else [lambda: bench.say(END, codec.encode(StreamEnd("stopping", 600_000)))]
    counts: list[int] = []

    def opened() -> None:
        counts.append(len(bench.opened))

    play(
        bench,
        bench.watch,
        bench.round_ended,
        *end,
        bench.look_away,
        bench.watch,
        lambda: bench.status.update(phase="offline"),
        bench.round_ended,
        opened,
        bench.nap.end,
        opened,
    )

    assert counts == [1, 2]
    assert 600.0 <= bench.nap.asked[0] <= 602.0


def test_a_session_that_ended_is_left_to_the_next_round() -> None:
    bench = Bench(SessionExpired(401))

    play(bench, bench.watch, bench.round_ended)
    assert (len(bench.opened), bench.nap.asked) == (1, [])

    again = Bench(SessionExpired(401))
    play(again, again.watch, again.round_ended, again.round_ended)
    assert (len(again.opened), again.open) == (2, 1)


def test_an_event_that_is_none_of_ours_breaks_the_stream_and_nothing_else() -> None:
    bench = Bench()

    play(bench, bench.watch, bench.round_ended, lambda: bench.say(CHANGED, b"<html>"))

    assert (bench.told, len(bench.nap.asked)) == ([], 1)
