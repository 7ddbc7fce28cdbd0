"""A world for each test, closed at its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.world import World


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Lyon with Élodie, Thessaloniki with Nikos, Camille over both; the server on either engine."""
    made = World(tmp_path, request.getfixturevalue("ring").fresh() if request.param == "postgresql" else None)
    made.person("elodie", "rep", "Lyon")
    made.person("nikos", "rep", "Thessaloniki")
    made.person("camille", "manager", "Lyon", "Thessaloniki")
    yield made
    made.close()
