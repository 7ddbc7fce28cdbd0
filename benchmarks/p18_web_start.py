"""P18: the app in the browser itself: its second start, with the server stopped, to the unlock screen; beside it Flet's hello world.

Both are asked the same way, in the same browser, in turns: from opening the address until a person with a screen reader hears the first
words. The first visit's size is what the service worker keeps, as it travels.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from playwright.sync_api import BrowserContext

from benchmarks import hello
from benchmarks.figures import middle, report
from mobile_app.ui.i18n import words
from sync_server.demo import DEMO_LOGINS
from tests.e2e.actor import Actor
from tests.e2e.driver import PHONE, FletDriver, chromium, device, free_port, process
from tests.e2e.stack import Stack, seed
from tools.web.build import LATER, build

GOAL: Final = 1.6
FIRST_VISIT_MB: Final = 36.0
_SERVER: Final = """
import functools, http.server, sys
quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *said: None})
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), functools.partial(quiet, directory=sys.argv[1])).serve_forever()
"""
_HEARD: Final = """() => new Promise((done) => {
  const look = () => {
    document.querySelector('flt-semantics-placeholder')?.click();
    const nodes = [...document.querySelectorAll('flt-semantics-host flt-semantics')];
    const heard = nodes.map((node) => node.getAttribute('aria-label') || node.textContent).join('').trim();
    if (heard !== '' && !heard.startsWith('Working...')) done(performance.now() / 1000);
    else setTimeout(look, 20);
  };
  look();
})"""


class _Packed(msgspec.Struct, frozen=True):
    packed: int


class _Listed(msgspec.Struct, frozen=True):
    files: dict[str, _Packed]


def first_visit_mb(folder: Path) -> float:
    """Give what Chromium fetches at its first visit of the build in ``folder``."""
    files = msgspec.json.decode((folder / "files.json").read_bytes(), type=_Listed).files
    kept = [file.packed for path, file in files.items() if path not in LATER and not path.startswith("canvaskit/canvaskit")]
    return sum(kept) / 1e6


def start_s(context: BrowserContext, url: str) -> float:
    """Open ``url`` in a new tab; give the seconds until its first words are heard."""
    page = context.new_page()
    page.goto(url)
    seconds = float(page.evaluate(_HEARD))
    page.close()
    return seconds


@contextmanager
def greeted(context: BrowserContext, folder: Path) -> Iterator[str]:
    """Visit hello world once, stop its server, give its address."""
    hello.publish(folder)
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    with process((sys.executable, "-c", _SERVER, str(folder), str(port)), url):
        page = context.new_page()
        page.goto(url)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        page.evaluate(_HEARD)
        page.close()
    yield url


def enrol(stack: Stack, driver: FletDriver) -> None:
    """Make the browser Élodie's device with everything on it, and stop the server."""
    known = next(login for login in DEMO_LOGINS if login.login == "elodie")
    elodie = Actor(driver, words(known.language), known.pin)
    elodie.enrol("", known.login, known.password, known.language)
    elodie.synced()
    stack.kill_server()
    driver.page.goto("about:blank")


def main(starts: int = 3) -> None:
    """Measure and report."""
    folder = build()
    os.environ["TOURNEE_SERVER_APP"] = str(folder)
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        port = free_port()
        stack = Stack(Path(name), port, f"http://127.0.0.1:{port}/app")
        seed(Path(name) / "server")
        stack.start_server()
        with device(browser, stack.app_url, PHONE, language="fr-FR") as driver:
            enrol(stack, driver)
            context = driver.page.context
            with greeted(context, Path(name) / "hello") as url:
                pairs = [(start_s(context, f"{stack.app_url}/"), start_s(context, url)) for _ in range(starts)]
    ours, floors = [one for one, _ in pairs], [other for _, other in pairs]
    size = first_visit_mb(folder)
    report(
        "P18",
        middle([one / other for one, other in pairs]),
        GOAL,
        f"Flet's hello world, compiled and kept offline too, {middle(floors):.2f} s; the app with its server stopped {middle(ours):.2f} s",
        also=size <= FIRST_VISIT_MB,
        first_visit_mb=round(size, 1),
    )


if __name__ == "__main__":
    main()
