"""What a device in a browser keeps: through kills of the browser, a full quota, an eviction, and a second tab."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.bare import Bare
from tests.e2e.driver import PATIENCE
from tools.browser import system_chromium
from tools.web import build

pytestmark = [pytest.mark.browser, pytest.mark.web]
KILLS = int(os.environ.get("WEB_KILLS", "2"))
ROOM = 30_000_000
"""Bytes of quota."""


@pytest.fixture(scope="module")
def served() -> Path:
    """The build."""
    return build.build()


@pytest.fixture
def bare(served: Path) -> Iterator[Bare]:
    """A server that hears what devices say."""
    made = Bare(served)
    yield made
    made.stop()


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def kept_profile(browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """One that lies on the disk: a private window says of a quota only that writing failed."""
    context = browser.browser_type.launch_persistent_context(str(tmp_path), executable_path=system_chromium(), args=["--no-sandbox"])
    yield context
    context.close()


def test_what_was_acknowledged_survives_kills_of_the_browser(bare: Bare, tmp_path: Path) -> None:
    chance = random.Random(11)  # noqa: S311
    bare.order = "save"
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        with killable_browser(bare.url + "/bare/index.html", tmp_path) as chromium:
            here = set(bare.waits_for("found", seconds=PATIENCE * 2).decode().split("\n"))
            assert acknowledged <= here
            for _ in range(chance.randint(1, 12)):
                what, name = bare.hears(seconds=PATIENCE)
                assert what == "saved", name
                acknowledged.add(name)
            os.killpg(chromium.pid, signal.SIGKILL)
        acknowledged |= {name for what, name in bare.forget() if what == "saved"}
    bare.order = "nothing"
    with killable_browser(bare.url + "/bare/index.html", tmp_path):
        here = set(bare.waits_for("found", seconds=PATIENCE * 2).decode().split("\n"))

    assert acknowledged
    assert acknowledged <= here


def test_a_full_quota_is_said_and_takes_nothing_that_was_acknowledged(bare: Bare, kept_profile: BrowserContext) -> None:
    page = kept_profile.new_page()
    page.goto(bare.url + "/bare/order")
    quota(page, bare, ROOM)
    bare.order = "fill"
    page.goto(bare.url + "/bare/index.html")
    bare.waits_for("found", seconds=PATIENCE * 2)
    saved, there = set(), ""
    while not there:
        what, told = bare.hears(seconds=PATIENCE)
        assert what in ("saved", "full"), told
        saved |= {told} if what == "saved" else set()
        there = told if what == "full" else ""
    quota(page, bare, ROOM * 4)
    bare.order = "one more"
    page.reload()
    again = bare.waits_for("there", seconds=PATIENCE * 2).decode().split("\n")

    assert saved == set(there.split("\n"))
    assert set(again) == saved | {"one more"}


def test_an_evicted_device_takes_its_outbox_back_from_the_file_that_was_saved(bare: Bare, profile: BrowserContext) -> None:
    bare.order = "give"
    page = profile.new_page()
    page.goto(bare.url + "/bare/index.html")
    bare.file = bare.waits_for("file", seconds=PATIENCE * 2)
    page.goto("about:blank")
    profile.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": bare.url, "storageTypes": "all"})
    bare.order = "take"
    page.goto(bare.url + "/bare/index.html")
    before = bare.waits_for("found", seconds=PATIENCE * 2)
    count, *names = bare.waits_for("taken", seconds=PATIENCE * 2).decode().split("\n")

    assert before == b""
    assert (count, names) == ("3", ["given 0", "given 1", "given 2"])


def test_a_second_tab_does_not_get_the_device(bare: Bare, profile: BrowserContext) -> None:
    profile.new_page().goto(bare.url + "/bare/index.html")
    bare.waits_for("found", seconds=PATIENCE * 2)
    profile.new_page().goto(bare.url + "/bare/index.html")

    assert bare.hears(seconds=PATIENCE * 2) == ("failed", "in_use")


def quota(page: Page, bare: Bare, size: int) -> None:
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", {"origin": bare.url, "quotaSize": size})


@contextmanager
def killable_browser(url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run Chromium in a process group of its own, always on the same profile."""
    chromium = system_chromium()
    assert chromium is not None
    plain = ("--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", f"--user-data-dir={folder / 'profile'}")
    with (folder / "chromium.log").open("ab") as log:
        process = subprocess.Popen([str(chromium), *plain, url], stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
