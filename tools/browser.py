"""Finds the Chromium that the browser tests drive, and installs one where there is none.

Run as ``python -m tools.browser``. The machine's own Chromium comes first, since Playwright's download does not run everywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def system_chromium() -> Path | None:
    """Return the machine's own Chromium, or None when there is none on PATH."""
    found = shutil.which("chromium")
    return Path(found) if found else None


def playwright_chromium() -> Path | None:
    """Return the Chromium that Playwright has downloaded for its own version, or None."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, and needed only where there is no Chromium

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def install_commands(*, root: bool, apt: bool) -> list[list[str]]:
    """Return the commands that bring a Chromium: Debian's package for root, else Playwright's own."""
    if root and apt:
        return [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]]
    return [[sys.executable, "-m", "playwright", "install", "chromium"]]


def main() -> int:
    """Make sure of a Chromium and return the exit status; does nothing where there is one."""
    if system_chromium() or playwright_chromium():
        return 0
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    for command in install_commands(root=root, apt=shutil.which("apt-get") is not None):
        print("Installing a Chromium for the browser tests:", *command)
        if status := subprocess.run(command, check=False).returncode:
            return status
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
