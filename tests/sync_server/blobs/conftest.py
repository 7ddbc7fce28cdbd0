"""The people whose photos most of these tests are about."""

from pathlib import Path

import pytest

from tests.sync_server.blobs.line import Line, Sender


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


@pytest.fixture
def elodie(line: Line) -> Sender:
    return line.phone(line.world.elodie)
