"""The benchmarks' output and its summary."""

from __future__ import annotations

import msgspec
import pytest

from tools.bench import Figure, figures_in, summary

LINE = '{"id": "P5", "value": 5.1, "goal": 8.0, "ok": true, "floor": "plain insert"}'


def test_figures_are_read_from_the_json_lines_only() -> None:
    output = f"warming up\n{LINE}\n"

    assert figures_in(output) == [Figure(id="P5", value=5.1, goal=8.0, ok=True, floor="plain insert")]


def test_a_json_line_that_is_no_figure_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError):
        figures_in('{"id": "P5"}')


def test_the_summary_names_what_missed_its_goal_and_what_did_not_run() -> None:
    figures = [
        Figure(id="P1", value=1, goal=2, ok=True, floor="a read"),
        Figure(id="P5", value=9.5, goal=8, ok=False, floor="plain insert"),
        Figure(id="P5-browser", value=9.5, goal=None, ok=True, floor="the same natively"),
    ]

    assert summary(figures, ["p14"]).splitlines() == [
        "1 of 2 figures meet their goals.",
        "  P5: 9.5, goal 8 (plain insert)",
        "  p14: did not run to its end",
    ]
