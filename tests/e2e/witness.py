"""What is said of a page that a test gave up on: whether it still answers, and what the browser's processes computed meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Error, Page

PATIENCE_MS = 5_000
_TYPES = ("renderer", "gpu-process")


@contextmanager
def witnessed(page: Page) -> Iterator[None]:
    """Add to whatever fails in the block how the page was then: silent because it computes, silent though it does not, or well."""
    try:
        yield
    except Exception as error:
        error.add_note(account_of(page))
        raise


def account_of(page: Page, patience_ms: int = PATIENCE_MS) -> str:
    """Ask a page for a word, and say what came of it."""
    before = _seconds()
    try:
        page.wait_for_function("true", timeout=patience_ms)
        hosts = page.locator("flt-semantics-host").count()
        said = f"answers, at {page.url}, with {hosts} roots of semantics"
    except Error as error:
        said = f"does not: {error.message.splitlines()[0]}"
    computed = {name: spent - before.get(name, 0.0) for name, spent in _seconds().items()}
    busy = ", ".join(f"{name} {spent:.1f} s" for name, spent in sorted(computed.items()) if spent >= 0.1)
    return f"Asked for a word, the page {said}. Meanwhile computed: {busy or 'nobody'}."


def _seconds() -> dict[str, float]:
    """Give what each of a browser's processes on this machine has computed, in seconds, where the system has ``/proc``."""
    found: dict[str, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().decode(errors="replace")
            kind = next((each for each in _TYPES if f"--type={each}" in words), None)
            if kind is not None:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                found[f"{kind} {folder.name}"] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found
