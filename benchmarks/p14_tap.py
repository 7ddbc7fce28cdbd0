"""P14: from a tap to the changed screen in a real Chromium, 10,000 customers on the device; from opening the page to first content.

A tap is timed inside the page: from the click on a place's tab until what that place is known by stands on the screen. Run under the same
driver as the browser tests; there is no floor, the goals are seconds.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import urlparse

from benchmarks.customers import ACCOUNTS_IN_TEN
from benchmarks.figures import middle, p95, report
from benchmarks.organisation import LOGIN, PASSWORD, create, served
from mobile_app.ui.i18n import words
from tests.e2e.actor import Actor
from tests.e2e.driver import PHONE, ROOT, chromium, device, free_port, process

PIN: Final = "258013"
FIRST_CONTENT_S: Final = 1.5
_TAP: Final = """
([tab, mark]) => new Promise((done, failed) => {
  const host = document.querySelector('flt-semantics-host');
  const all = (root) => [...root.querySelectorAll('*')];
  const named = (node) => (node.getAttribute('aria-label') || node.textContent || '');
  const button = all(host).find((node) => ['tab', 'button'].includes(node.getAttribute('role')) && named(node).startsWith(tab));
  if (!button) { failed(new Error('no ' + tab)); return; }
  const began = performance.now();
  const there = () => all(host).some((node) => named(node).includes(mark) && node.getAttribute('role') !== 'tab');
  const look = new MutationObserver(() => { if (there()) { look.disconnect(); done((performance.now() - began) / 1000); } });
  look.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  button.click();
  setTimeout(() => { look.disconnect(); failed(new Error('nothing changed after ' + tab)); }, 10000);
})
"""


def main(customers: int = 10_000, taps: int = 30) -> None:
    """Measure and report."""
    t = words("fr")  # the rep's own language, which the app takes on once she has signed in
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        config = create(folder / "server", customers * 10 // ACCOUNTS_IN_TEN)
        port = free_port()
        environment = {"APP_HOST": "127.0.0.1", "APP_PORT": str(port), "TOURNEE_DATA": str(folder / "devices"), "PYTHONUTF8": "1"}
        url = f"http://127.0.0.1:{port}"
        with (
            served(config) as sync,
            process((sys.executable, str(ROOT / "main.py")), url, {**os.environ, **environment}),
            device(browser, url, PHONE) as driver,
        ):
            driver.page.goto(url)
            driver.enable_semantics()
            driver.field(words("en")("Server address")).wait_for()
            shown = float(driver.page.evaluate("performance.now()")) / 1000
            actor = Actor(driver, t, PIN)
            actor.enrol(urlparse(sync).geturl(), LOGIN, PASSWORD, "en")
            actor.synced()
            driver.settle()
            places = ((t("Customers"), t("Name, town, phone, VAT id")), (t("Quotes"), t("Customer or number")))
            times = [float(driver.page.evaluate(_TAP, list(places[number % 2]))) for number in range(taps)]
        report(
            "P14",
            middle(times),
            0.2,
            f"seconds from a tap to the changed screen among {customers} customers; first content in {shown:.2f} s",
            also=shown <= FIRST_CONTENT_S,
            p95=round(p95(times), 3),
            first_content_s=round(shown, 2),
        )


if __name__ == "__main__":
    main()
