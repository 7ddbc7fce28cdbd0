"""The fleet under a seeded scheduler: nothing lost, nobody apart, nothing twice, no effect without its cause, nobody stuck."""

import pytest

from tests.simulation.fleet.story import run

SEEDS = 12


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_a_seed_breaks_nothing(seed: int) -> None:
    report = run(seed)

    assert not report.broken, f"replay with: python -m tools.soak --replay {seed}"


def test_the_same_seed_tells_the_same_story() -> None:
    first, again, other = run(7), run(7), run(8)

    assert first == again
    assert first.trace != other.trace
