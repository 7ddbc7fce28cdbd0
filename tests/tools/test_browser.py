"""Which Chromium is used, and how one is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.browser import install_commands, system_chromium


def test_the_machines_own_chromium_is_found_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chromium = tmp_path / "chromium"
    chromium.write_text("#!/bin/sh\n")
    chromium.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert system_chromium() == chromium


def test_no_chromium_on_path_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert system_chromium() is None


def test_root_on_debian_installs_debians_package() -> None:
    commands = install_commands(root=True, apt=True)

    assert [command[:2] for command in commands] == [["apt-get", "update"], ["apt-get", "install"]]


@pytest.mark.parametrize(("root", "apt"), [(False, True), (True, False), (False, False)])
def test_everybody_else_gets_playwrights_own(root: bool, apt: bool) -> None:
    assert install_commands(root=root, apt=apt) == [[sys.executable, "-m", "playwright", "install", "chromium"]]
