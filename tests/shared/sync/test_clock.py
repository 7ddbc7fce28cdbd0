"""Stamps rise, and a wrong clock harms nobody else."""

from hypothesis import given
from hypothesis import strategies as st

from shared.sync.clock import HybridClock, effective, millis, pack


@given(st.lists(st.integers(0, 1000), min_size=2))
def test_fault_17_stamps_rise_whatever_the_wall_clock_does(wall: list[int]) -> None:
    times = iter(wall)
    clock = HybridClock(lambda: next(times))

    given_out = [clock.tick() for _ in wall]

    assert given_out == sorted(set(given_out))


@given(st.integers(0, 2**47), st.integers(0, 1000))
def test_what_is_written_after_seeing_a_stamp_is_later(seen: int, wall: int) -> None:
    clock = HybridClock(lambda: wall)

    clock.observe(pack(seen))

    assert clock.tick() > pack(seen)


def test_fault_18_a_clock_ten_years_ahead_is_clamped_to_the_servers_now() -> None:
    now = 1_800_000_000_000
    ahead = pack(now + 10 * 365 * 86_400_000)

    stamp, clamped = effective(ahead, 0, now)

    assert clamped
    assert millis(stamp) == now


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**6))
def test_a_measured_offset_is_corrected(offset: int, ago: int) -> None:
    now = 1_800_000_000_000
    device_says = pack(now - ago - offset)

    stamp, clamped = effective(device_says, offset, now)

    assert not clamped
    assert millis(stamp) == now - ago
