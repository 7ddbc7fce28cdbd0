"""A folder of its own for each test, and the command line to use on it."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sync_server.cli import app

Tournee = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "server"


@pytest.fixture
def tournee(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Tournee:
    """Run `tournee …` on the folder; hashes are cheap."""
    monkeypatch.setenv("TOURNEE_SERVER_DATA", str(folder))
    monkeypatch.setenv("TOURNEE_SERVER_SCRYPT_LOG_N", "14")

    def run(*words: str, typed: str | bytes = "") -> Result:
        root = logging.getLogger()
        before, level = root.handlers[:], root.level
        try:
            return CliRunner().invoke(app, words, input=typed)
        finally:
            root.handlers[:] = before  # `serve` logs to the runner's output, which is closed now
            root.setLevel(level)

    return run


@pytest.fixture
def organisation(tournee: Tournee) -> Tournee:
    """The same, with an organisation in the folder."""
    assert tournee("init", "--name", "Maison Fournil").exit_code == 0
    return tournee
