"""The oracles are tested too: a few planted bugs, each found within a few seeds. ``make mutants`` has them all."""

import pytest

from tests.simulation.fleet.mutants import MUTANTS, planted, stand_in
from tools import mutants
from tools.mutants import hunt


@pytest.mark.parametrize(
    "name",
    [
        "the_screen_keeps_what_the_disk_refused",
        "acknowledged_before_the_commit",
        "a_conflict_is_not_recorded",
        "rights_are_judged_on_pull_only",
        "need_full_is_ignored",
    ],
)
def test_a_planted_bug_is_found(name: str) -> None:
    _, seeds, what = hunt(name, seeds=40)

    assert seeds, f"{name} got away"
    assert what


def test_there_are_bugs_enough() -> None:
    assert len(MUTANTS) >= 24


@pytest.mark.parametrize("name", MUTANTS)
def test_each_planted_bug_fits_the_code_that_there_is(name: str) -> None:
    with planted(name):
        pass


def test_what_takes_less_than_the_code_that_there_is_is_no_planted_bug() -> None:
    with pytest.raises(TypeError, match="hunt takes"):
        stand_in(mutants, "hunt", lambda _name: None)
