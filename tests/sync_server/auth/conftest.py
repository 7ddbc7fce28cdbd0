"""The doorway of each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync_server.auth.doorway import Doorway


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Doorway]:
    doorway = Doorway(tmp_path)
    yield doorway
    doorway.database.close()
