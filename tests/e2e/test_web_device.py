"""The device wholly inside a browser, from the address that the sync server itself gives: no app server, no network, its own store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mobile_app.ui.i18n import words
from sync_server.demo import DEMO_LOGINS
from tests.e2e.actor import Actor
from tests.e2e.driver import PHONE, FletDriver, device, free_port, wait_until
from tests.e2e.stack import Stack, copied

pytestmark = [pytest.mark.browser, pytest.mark.web]
ELODIE = next(login for login in DEMO_LOGINS if login.login == "elodie")
CUSTOMER = "Maison Perrin"


@pytest.fixture
def stack(organisation: Path, web_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A sync server that serves the app."""
    monkeypatch.setenv("TOURNEE_SERVER_APP", str(web_build))
    port = free_port()
    made = Stack(copied(organisation, tmp_path), port, f"http://127.0.0.1:{port}/app")
    made.start_server()
    yield made
    made.stop()


def enrolled(driver: FletDriver) -> Actor:
    """Give Élodie, at her device for the first time; everything has arrived."""
    elodie = Actor(driver, words("fr"), ELODIE.pin)
    elodie.enrol("", ELODIE.login, ELODIE.password, "fr")
    elodie.synced()
    return elodie


def started_anew(elodie: Actor) -> None:
    """End the app as closing its tab does, and open it again to what is behind the PIN."""
    elodie.d.page.goto("about:blank")
    elodie.d.open()
    elodie.type_pin()


def test_a_device_in_a_browser_works_with_the_server_stopped_and_loses_nothing(browser: Browser, stack: Stack) -> None:
    with device(browser, stack.app_url, PHONE, language="fr-FR") as driver:
        elodie = enrolled(driver)
        before = stack.transactions()
        stack.kill_server()
        started_anew(elodie)
        elodie.open_customer(CUSTOMER)
        elodie.change_customer({}, "Passer par la cour.")
        driver.move("/today")
        assert stack.transactions() == before
        started_anew(elodie)
        elodie.open_customer(CUSTOMER)
        elodie.d.sees("Passer par la cour.")

        stack.start_server()
        elodie.sync_now()
        elodie.synced()

        wait_until(lambda: stack.transactions() > before, "what was written without a server to arrive")
        driver.assert_self_contained()
