"""How much goes in one request, on links of every kind: nobody sleeps, the clock is told how long a request took."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_app.sync.batches import TARGET_MS, Batch
from mobile_app.sync.http_api import CaptivePortal
from shared.errors import AnswerMalformed, LinkBroke, Offline, ServerRefused
from tests.fakes.device import FakeClock

MOST, LEAST = 500, 4


class Link:
    """Takes ``latency`` ms for each request and ``each`` ms for each thing in it."""

    def __init__(self, latency: int, each: int, first: int | None = None) -> None:
        self.latency, self.each = latency, each
        self.clock = FakeClock()
        self.batch = Batch(self.clock, MOST, LEAST, first)

    def carry(self, waiting: int = MOST, error: Exception | None = None) -> int:
        """Carry one batch; the ms it took."""
        carried = min(self.batch.size, waiting)
        took = self.latency + carried * self.each

        async def request() -> int:
            self.clock.forward(took)
            if error is not None:
                raise error
            return carried

        asyncio.run(self.batch.carry(request(), lambda count: count))
        return took


@given(st.integers(0, 1_500), st.integers(0, 1_000))
def test_on_any_steady_link_a_batch_soon_takes_a_few_seconds_at_most(latency: int, each: int) -> None:
    link = Link(latency, each)

    took = [link.carry() for _ in range(8)][-1]

    assert LEAST <= link.batch.size <= MOST
    assert took <= TARGET_MS + latency or link.batch.size == LEAST


@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 2_000), st.booleans()), max_size=30))
def test_whatever_happens_a_batch_stays_within_its_bounds(story: list[tuple[int, int, bool]]) -> None:
    link = Link(0, 0)
    for latency, each, broken in story:
        link.latency, link.each = latency, each
        if broken:
            with pytest.raises(LinkBroke):
                link.carry(error=LinkBroke())
        else:
            link.carry()

        assert LEAST <= link.batch.size <= MOST


@pytest.mark.parametrize(
    "error", [LinkBroke(), CaptivePortal(), AnswerMalformed(), ServerRefused(413, "body_too_large"), ServerRefused(408, "body_too_slow")]
)
def test_a_request_that_broke_or_was_too_large_is_followed_by_a_smaller_one(error: Exception) -> None:
    link = Link(0, 0)

    with pytest.raises(type(error)):
        link.carry(error=error)

    assert link.batch.size == MOST // 4


@pytest.mark.parametrize("error", [Offline(), ServerRefused(503, "server_busy")])
def test_a_server_that_is_not_reached_or_busy_says_nothing_about_the_link(error: Exception) -> None:
    link = Link(0, 0)

    with pytest.raises(type(error)):
        link.carry(error=error)

    assert link.batch.size == MOST


def test_batches_grow_again_once_the_link_is_quick() -> None:
    link = Link(0, 4_000)
    for _ in range(6):
        link.carry()
    assert link.batch.size == LEAST

    link.each = 1
    sizes = [link.batch.size for _ in range(8) if link.carry()]

    assert sizes == sorted(sizes)
    assert sizes[-1] == MOST


def test_a_batch_that_was_not_full_proves_nothing() -> None:
    link = Link(0, 4_000)
    for _ in range(6):
        link.carry()

    link.each = 1
    link.carry(waiting=1)

    assert link.batch.size == LEAST


def test_a_batch_that_begins_small_is_as_large_as_any_after_two_quick_ones() -> None:
    link = Link(latency=20, each=1, first=MOST // 4)
    sizes = []
    for _ in range(4):
        sizes.append(link.batch.size)
        link.carry()

    assert sizes == [MOST // 4, MOST // 2, MOST, MOST]
