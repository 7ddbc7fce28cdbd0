"""What browser tests share: one Chromium and one seeded organisation for the session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.driver import chromium, free_port
from tests.e2e.stack import Stack, copied, seed
from tools.web.build import build


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests; each device is a profile of its own in it."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo organisation as its server keeps it; each product that runs takes a copy."""
    folder = tmp_path_factory.mktemp("organisation") / "server"
    seed(folder)
    return folder


@pytest.fixture(scope="session")
def web_build() -> Path:
    """The app for browsers, built from this tree unless it is there."""
    return build()


@pytest.fixture
def web_stack(organisation: Path, web_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A sync server that serves the app."""
    monkeypatch.setenv("TOURNEE_SERVER_APP", str(web_build))
    port = free_port()
    made = Stack(copied(organisation, tmp_path), port, f"http://127.0.0.1:{port}/app")
    made.start_server()
    yield made
    made.stop()
