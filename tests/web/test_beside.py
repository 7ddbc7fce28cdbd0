"""The app in a browser and what is around it: the page hears what it has to know, and the storage is what the browser says."""

from __future__ import annotations

from typing import Any

import pytest

from mobile_app.data.vault_schema import STEPS
from shared.sync.codec import PAYLOAD_VERSION
from tests.web.pyodide import seen_in_pyodide


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What ``tests/web/beside.py`` saw."""
    return seen_in_pyodide("tests.web.beside", tmp_path_factory.mktemp("beside"))


def test_the_page_hears_how_the_start_ended_what_is_open_and_what_is_unsent_in_which_versions(found: dict[str, Any]) -> None:
    assert found["said"] == [
        {"kind": "shown"},
        {"kind": "failed"},
        {"kind": "busy", "busy": True},
        {"kind": "busy", "busy": False},
        {"kind": "unsent", "count": 3, "schema": {"vault": len(STEPS), "payload": PAYLOAD_VERSION}},
    ]


def test_the_page_asks_the_browser_to_keep_the_storage_and_the_app_hears_whether_it_will(found: dict[str, Any]) -> None:
    assert found["kept"] == [[70, 6000, False], True, [70, 6000, True]]
    assert found["refused"] == [[70, 6000, False], False, [70, 6000, False]]
