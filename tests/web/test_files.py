"""The device's files in a browser: SQLite over a pool of OPFS files keeps what it acknowledged, through power cuts and a full disk."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.pyodide import seen_in_pyodide


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What ``tests/web/cuts.py`` saw."""
    return seen_in_pyodide("tests.web.cuts", tmp_path_factory.mktemp("files"))


def test_nothing_acknowledged_is_lost_at_a_power_cut(found: dict[str, Any]) -> None:
    cuts = found["cuts"]

    assert cuts["acknowledged"] > 0
    assert (cuts["flushed"], cuts["lost"]) == (cuts["acknowledged"], 0)


def test_a_file_is_replaced_whole_or_not_at_all(found: dict[str, Any]) -> None:
    assert found["renames"] == {"torn": 0, "left": 0}


def test_a_full_disk_is_said_and_takes_nothing_that_was_acknowledged(found: dict[str, Any]) -> None:
    full = found["full"]

    assert full["said"] == full["expected"]
    assert full["first"] == "before"
    assert full["same"]
