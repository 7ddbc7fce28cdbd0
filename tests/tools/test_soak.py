"""The soak's bookkeeping: chunks, what is added up, one line, and going on after a stop."""

from pathlib import Path

import msgspec
import pytest

from tools import soak
from tools.soak import Tally, chunks


def test_chunks_cover_every_seed_once_and_leave_out_what_is_done() -> None:
    parts = list(chunks(1, 60))

    assert parts == [(1, 25), (26, 25), (51, 10)]
    assert list(chunks(1, 60, done=[26])) == [(1, 25), (51, 10)]


def test_tallies_add_up_to_one_line() -> None:
    total = Tally(1, 50)

    total.add(Tally(1, 25, [1], {"torn_answer": 2}, {}))
    total.add(Tally(26, 25, [26], {"torn_answer": 1, "twice": 1}, {"lost": 1}, {30: "lost: a name"}))

    assert total.line() == "seeds=50 faults=4 lost=1 diverged=0 doubled=0 causality=0 scope=0 stuck=0"
    assert total.failed == {30: "lost: a name"}


def test_a_soak_that_was_stopped_goes_on_and_a_finished_one_begins_anew(tmp_path: Path) -> None:
    state = tmp_path / "soak.json"
    state.write_bytes(msgspec.json.encode(Tally(1, 50, [26], {"twice": 3})))

    resumed, other = soak._resumed(1, 50, state), soak._resumed(1, 75, state)
    state.write_bytes(msgspec.json.encode(Tally(1, 50, [26, 1])))

    assert resumed.done == [26]
    assert other.done == []
    assert soak._resumed(1, 50, state).done == []


def test_a_replay_tells_the_story_of_a_seed(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.replay(3) == 0

    told = capsys.readouterr().out
    assert "elodie" in told
    assert "trace " in told
