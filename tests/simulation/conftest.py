"""A world for each test, closed at its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Lyon with Élodie, Thessaloniki with Nikos, Camille over both, and a few accounts."""
    made = World(tmp_path)
    made.person("elodie", "rep", "Lyon")
    made.person("nikos", "rep", "Thessaloniki")
    made.person("camille", "manager", "Lyon", "Thessaloniki")
    yield made
    made.close()
