"""What the screen acknowledged survives a power cut, and the test that says so can see a loss."""

from tests.power.runs import lost


def test_nothing_acknowledged_is_lost_when_the_power_goes_at_any_write() -> None:
    failures = {seed: gone for seed in range(1, 121) if (gone := lost(seed))}

    assert failures == {}


def test_the_same_runs_see_the_loss_that_a_lesser_durability_makes() -> None:
    assert any(lost(seed, synchronous="NORMAL") for seed in range(1, 61))
