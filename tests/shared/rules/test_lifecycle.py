"""The life cycles of visits and quotes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.lifecycle import (
    QUOTE,
    VISIT,
    Lifecycle,
    left_after_arrival,
    quote_is_frozen,
    quote_is_immutable,
)

machines = pytest.mark.parametrize("machine", [VISIT, QUOTE], ids=["visit", "quote"])


def paths(machine: Lifecycle) -> st.SearchStrategy[list[str]]:
    """Draw a run through ``machine`` from its first state on."""

    @st.composite
    def walk(draw: st.DrawFn) -> list[str]:
        path = [machine.initial]
        for _ in range(draw(st.integers(0, 6))):
            following = sorted(machine.transitions[path[-1]])
            if not following:
                break
            path.append(draw(st.sampled_from(following)))
        return path

    return walk()


@machines
def test_every_state_is_reachable_ranked_once_and_known(machine: Lifecycle) -> None:
    ranks = list(machine.precedence.values())

    assert set(machine.precedence) == machine.states
    assert len(set(ranks)) == len(ranks)
    assert all(following <= machine.states for following in machine.transitions.values())
    assert all(machine.reachable(machine.initial, state) for state in machine.states - {machine.initial})


@machines
def test_no_state_follows_itself(machine: Lifecycle) -> None:
    assert not any(machine.legal(state, state) for state in machine.states)


@machines
def test_unknown_states_are_legal_from_nowhere(machine: Lifecycle) -> None:
    assert not machine.legal(machine.initial, "flying")
    assert not machine.legal("flying", machine.initial)
    assert not machine.legal(None, "flying")
    assert not machine.reachable("flying", machine.initial)


def test_the_declared_precedences_hold() -> None:
    assert VISIT.precedence["checked_out"] > VISIT.precedence["checked_in"] > VISIT.precedence["cancelled"]
    assert QUOTE.precedence["accepted"] > QUOTE.precedence["declined"] > QUOTE.precedence["expired"]


@given(paths(VISIT))
def test_a_visit_is_left_only_after_checking_in_and_reviewed_only_after_leaving(path: list[str]) -> None:
    for before, after in pairwise(path):
        assert VISIT.legal(before, after)
        assert after != "checked_out" or before == "checked_in"
        assert after != "reviewed" or before == "checked_out"
        assert before not in ("checked_in", "checked_out") or after in ("checked_out", "reviewed")


@given(paths(QUOTE))
def test_a_frozen_quote_never_thaws_and_was_sent(path: list[str]) -> None:
    for before, after in pairwise(path):
        assert not quote_is_frozen(before) or quote_is_frozen(after)
        assert quote_is_frozen(before) or not quote_is_frozen(after) or after == "sent"
        assert not quote_is_immutable(before)


@given(paths(QUOTE))
def test_any_later_state_of_a_run_is_reachable_from_any_earlier_one(path: list[str]) -> None:
    for start, earlier in enumerate(path):
        assert all(QUOTE.reachable(earlier, later) for later in path[start + 1 :])


def test_a_visit_may_begin_with_the_check_in_and_a_quote_only_as_a_draft() -> None:
    assert [state for state in sorted(VISIT.states) if VISIT.legal(None, state)] == ["checked_in", "en_route", "planned"]
    assert [state for state in sorted(QUOTE.states) if QUOTE.legal(None, state)] == ["draft"]


def test_an_accepted_quote_is_immutable_and_a_draft_is_not_frozen() -> None:
    assert quote_is_immutable("accepted")
    assert not quote_is_immutable("sent")
    assert not any(quote_is_frozen(state) for state in ("draft", "pending_approval", "approved"))


@pytest.mark.parametrize(("arrived", "left", "agree"), [(None, None, True), (5, None, True), (5, 5, True), (5, 4, False), (None, 5, False)])
def test_nobody_leaves_before_arriving(arrived: int | None, left: int | None, *, agree: bool) -> None:
    assert left_after_arrival(arrived, left) is agree
