"""A new version of the app reaches a device in a browser that has work on board which is not sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from mobile_app.ui.i18n import words
from shared.sync.codec import PAYLOAD_VERSION
from sync_server.demo import DEMO_LOGINS
from tests.e2e.actor import Actor
from tests.e2e.driver import PHONE, device, wait_until
from tests.e2e.stack import Stack
from tools.web import build, packing

pytestmark = [pytest.mark.browser, pytest.mark.web]
ELODIE = next(login for login in DEMO_LOGINS if login.login == "elodie")
CUSTOMER = "Maison Perrin"
EVERY_CALL = "**/v1/**"
VERSION_OF = """async (which) => {
    const registration = await navigator.serviceWorker.getRegistration();
    if (which === "waiting") await registration.update();
    const worker = registration[which];
    if (!worker) return "";
    const channel = new MessageChannel();
    const told = new Promise((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data.version)));
    worker.postMessage({ kind: "about" }, [channel.port2]);
    return told;
}"""


def renewed(made: Path, folder: Path, name: str, payload: int = PAYLOAD_VERSION) -> Path:
    """Build the same code under another version, which reads payloads up to ``payload``."""
    listed = json.loads((made / packing.LIST).read_bytes())["files"]
    files = {path: (made / "files" / path).read_bytes() for path in listed} | build.page() | {"licences.txt": name.encode()}
    version, named = build.versioned(files, payload=payload)
    packing.write(folder / version, named, {"version": version}, build.KEPT)
    return folder / version


def arrives(page: Page, version: str) -> None:
    """Wait until the browser holds ``version`` whole, beside the one that runs."""
    wait_until(lambda: page.evaluate(VERSION_OF, "waiting") == version, "the new version to arrive")


def test_an_update_waits_for_a_quiet_moment_and_unsent_work_is_there_after_it(
    browser: Browser, web_stack: Stack, web_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(version: Path) -> str:
        monkeypatch.setenv("TOURNEE_SERVER_APP", str(version))
        web_stack.kill_server()
        web_stack.start_server()
        return version.name

    def cut(route: Route) -> None:
        route.abort()

    with device(browser, web_stack.app_url, PHONE, language="fr-FR") as driver:
        page, question = driver.page, driver.page.locator("#notice")
        elodie = Actor(driver, words("fr"), ELODIE.pin)
        elodie.enrol("", ELODIE.login, ELODIE.password, "fr")
        elodie.synced()
        before = web_stack.transactions()
        page.route(EVERY_CALL, cut)
        elodie.open_customer(CUSTOMER)
        at = driver.at
        elodie.change_customer({}, "Passer par la cour.")

        driver.move("/today")
        arrives(page, serve(renewed(web_build, tmp_path, "of old", payload=PAYLOAD_VERSION - 1)))
        driver.settle()
        expect(question).to_be_hidden()  # it could not read the change

        driver.move(f"{at}/edit")
        newer = serve(renewed(web_build, tmp_path, "newer"))
        arrives(page, newer)
        driver.settle()
        expect(question).to_be_hidden()  # a form is open

        driver.move("/today")
        expect(question).to_contain_text("Une nouvelle version de Tournée est prête.")
        web_stack.kill_server()  # a page that begins anew may be ahead of what cuts its calls
        with page.expect_navigation():
            page.locator("#notice-yes").click()
        driver.enable_semantics()
        elodie.type_pin()
        elodie.open_customer(CUSTOMER)
        driver.sees("Passer par la cour.")
        assert page.evaluate(VERSION_OF, "active") == newer
        assert web_stack.transactions() == before

        page.unroute(EVERY_CALL, cut)
        web_stack.start_server()
        elodie.sync_now()
        elodie.synced()
        wait_until(lambda: web_stack.transactions() > before, "what was written before the update to arrive")
