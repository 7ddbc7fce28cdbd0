"""What browser tests share: one Chromium for the session."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.driver import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests; each device is a profile of its own in it."""
    with chromium() as started:
        yield started
