"""One round: what is exchanged, in which order, and how each trouble ends it."""

import asyncio
import logging
from dataclasses import dataclass, field

import pytest

from mobile_app.data.sync_status import SyncStatus
from mobile_app.sync.engine import Engine, RoundEnd
from mobile_app.sync.http_api import CaptivePortal
from shared.errors import AnswerMalformed, DeviceRevoked, LinkBroke, Offline, ProtocolTooOld, ServerRefused, SessionExpired
from shared.sync.protocol import News, Tokens
from tests.fakes.device import FakeClock
from tests.mobile_app.sync.fakes import FakeApi, FakeHealing, FakeStore, FakeTokens, tokens, transaction

LINE = ("outcome", "code", "transactions", "records", "bytes_sent", "bytes_received", "took_ms")


@dataclass
class Bench:
    """An engine among fakes."""

    store: FakeStore = field(default_factory=FakeStore)
    api: FakeApi = field(default_factory=FakeApi)
    session: FakeTokens = field(default_factory=lambda: FakeTokens(tokens(1)))
    status: SyncStatus = field(default_factory=SyncStatus)
    clock: FakeClock = field(default_factory=lambda: FakeClock(1_000))
    met: list[str] = field(default_factory=list)
    leases: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = Engine(
            store=self.store,
            healing=FakeHealing(),
            tokens=self.session,
            api=self.api,
            status=self.status,
            clock=self.clock,
            met_server=self._meet,
            on_revoked=lambda: self._note("revoked"),
            on_anew=lambda: self._note("copied"),
        )
        self.api.store = self.store

    async def _meet(self, _server_time: int, lease_days: int) -> None:
        self.met.append("met")
        self.leases.append(lease_days)

    async def _note(self, what: str) -> None:
        self.met.append(what)

    def round(self, *, verify: bool = False) -> RoundEnd:
        return asyncio.run(self.engine.round(verify=verify))


def test_a_round_pushes_all_then_pulls_all_and_says_when() -> None:
    bench = Bench(FakeStore("t1", "t2"))
    bench.api.pages = [("", "c1", True), ("c1", "c2", False)]

    end = bench.round()

    assert end == RoundEnd("idle", reached=News("e1", 9), pulled=True)
    assert bench.api.calls == ["push", "pull", "pull"]
    assert bench.store.outbox == []
    assert bench.store.at == "c2"
    assert bench.status.now.last_ok_at == 1_000
    assert bench.status.now.clock_offset_ms == 250
    assert bench.met == ["met"]


def test_a_transaction_for_which_the_server_refuses_a_whole_push_is_taken_out_and_the_others_go() -> None:
    bench = Bench(FakeStore("t1", "t2", "t3"))
    bench.api.fail = [("push", ServerRefused(409, "transaction_reused", errors={"t2": "transaction_reused"}))]

    end = bench.round()

    assert end.phase == "idle"
    assert bench.store.refused == {"t2": "transaction_reused"}
    assert bench.store.outbox == []


def test_a_push_that_is_refused_for_a_transaction_that_was_not_sent_is_a_failure() -> None:
    bench = Bench(FakeStore("t1"))
    bench.api.fail = [("push", ServerRefused(409, "transaction_reused", errors={"t9": "transaction_reused"}))]

    end = bench.round()

    assert (end.phase, end.code) == ("failed", "transaction_reused")
    assert [item.id for item in bench.store.outbox] == ["t1"]


def test_a_round_is_one_line_of_counts_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(FakeStore("t1", "t2"))
    bench.api.remaining, bench.api.rows = {"": 3}, 3
    with caplog.at_level(logging.INFO):
        bench.round()
        bench.api.fail = [("pull", LinkBroke())]
        bench.round()

    lines = [{name: getattr(record, name) for name in LINE} for record in caplog.records]
    assert [record.getMessage() for record in caplog.records] == ["round", "round"]
    assert lines[0] == dict(zip(LINE, ("idle", "", 2, 3, 0, 0, 0), strict=True))
    assert lines[1] == dict(zip(LINE, ("offline", "link_broke", 0, 0, 0, 0, 0), strict=True))


def test_a_round_with_nothing_to_do_is_one_request() -> None:
    bench = Bench()
    bench.store.at = "c1"

    bench.round()

    assert bench.api.calls == ["pull"]


def test_an_edit_made_during_the_push_goes_with_the_next_batch() -> None:
    bench = Bench(FakeStore("t1"))
    bench.api.meanwhile = [transaction("t2")]

    bench.round()

    assert bench.api.calls == ["push", "push", "pull"]
    assert bench.store.outbox == []


def test_what_an_answer_changed_nothing_of_goes_again_with_the_next_round() -> None:
    bench = Bench(FakeStore("t1", "t2"))
    for held in ({"t2"}, set[str]()):
        bench.api.held = held
        bench.round()
    assert bench.api.calls == ["push", "push", "pull", "push", "pull"]


@pytest.mark.parametrize(
    ("error", "phase", "code"),
    [
        (Offline(), "offline", "offline"),
        (CaptivePortal(), "captive", "captive_portal"),
        (AnswerMalformed(), "failed", "answer_malformed"),
        (ProtocolTooOld(426), "outdated", "protocol_too_old"),
        (ServerRefused(503, "busy", retry_after_s=7.0), "failed", "busy"),
    ],
)
def test_a_round_that_fails_says_how_and_keeps_the_outbox(error: Exception, phase: str, code: str) -> None:
    bench = Bench(FakeStore("t1"))
    bench.api.fail = [("push", error)]

    end = bench.round()

    assert (end.phase, end.code) == (phase, code)
    assert len(bench.store.outbox) == 1
    assert bench.status.now.last_ok_at is None


def test_a_download_that_breaks_off_makes_searchable_what_it_brought() -> None:
    bench = Bench()
    bench.api.fail = [("pull", Offline())]

    bench.round()

    assert bench.store.finished == 1


def test_the_servers_wish_to_wait_is_passed_on() -> None:
    bench = Bench()
    bench.api.fail = [("pull", ServerRefused(429, "too_many", retry_after_s=30.0))]

    assert bench.round().retry_after_s == 30.0


def test_fault_24_an_access_token_that_ends_in_mid_batch_is_refreshed_once_without_a_sign_in() -> None:
    bench = Bench(FakeStore("t1"))
    bench.api.good = set()

    end = bench.round()

    assert end.phase == "idle"
    assert bench.api.calls == ["push", "refresh", "push", "pull"]
    assert bench.session.held == tokens(2)


def test_fault_25_of_two_calls_that_meet_the_end_of_the_token_one_refreshes_for_both() -> None:
    bench = Bench()
    bench.api.good = set()
    authorised = bench.engine.authorised

    async def both() -> None:
        await asyncio.gather(*(authorised(bench.api.pull, "c1", 10) for _ in range(2)))

    asyncio.run(both())

    assert bench.api.calls.count("refresh") == 1
    assert bench.session.held == tokens(2)


def test_a_token_about_to_end_is_refreshed_before_the_round() -> None:
    bench = Bench(session=FakeTokens(Tokens("access-1", 1_500, "refresh-1", 10**15)))

    bench.round()

    assert bench.api.calls[0] == "refresh"


def test_a_session_that_cannot_be_refreshed_pauses_sync_and_drops_nothing() -> None:
    bench = Bench(FakeStore("t1"))
    bench.api.good = set()
    bench.api.fail = [("refresh", SessionExpired(401))]

    end = bench.round()

    assert end.phase == "signed_out"
    assert len(bench.store.outbox) == 1


def test_without_tokens_a_person_has_to_sign_in() -> None:
    bench = Bench(session=FakeTokens(None))

    assert bench.round().phase == "signed_out"
    assert bench.api.calls == []


def test_fault_22_a_revoked_device_sends_nothing_more_and_is_wiped() -> None:
    bench = Bench(FakeStore("t1", "t2"))
    bench.api.fail = [("push", DeviceRevoked(403))]

    end = bench.round()

    assert end.phase == "revoked"
    assert bench.api.calls == ["push"]
    assert bench.met == ["revoked"]


def test_fault_11_a_page_that_answers_another_cursor_is_dropped() -> None:
    bench = Bench()
    bench.api.pages = [("", "c1", True)]
    bench.store.at = ""
    bench.api.pages.append(("c1", "c2", False))
    bench.api.fail = []
    original = bench.store.apply

    async def moved(answer: object) -> bool:
        bench.store.at = "elsewhere"
        return await original(answer)  # type: ignore[arg-type]

    bench.store.apply = moved  # type: ignore[method-assign]

    assert bench.round().code == "answer_malformed"


def test_the_progress_of_a_download_counts_up_to_one_total() -> None:
    bench = Bench()
    seen: list[tuple[int, int] | None] = []
    bench.status.subscribe(lambda state: seen.append(state.progress))
    bench.api.pages = [("", "c1", True), ("c1", "c2", True), ("c2", "c3", False)]
    bench.api.remaining = {"": 5, "c1": 3, "c2": 1}
    bench.api.rows = 2

    bench.round()

    assert [progress for progress in seen if progress is not None] == [(2, 5), (4, 5)]
