"""The device wholly inside a browser, from the address that the sync server itself gives: no app server, no network, its own store."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from mobile_app.ui.i18n import words
from sync_server.demo import DEMO_LOGINS
from tests.e2e.actor import Actor
from tests.e2e.driver import PHONE, FletDriver, device, wait_until
from tests.e2e.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.web]
ELODIE = next(login for login in DEMO_LOGINS if login.login == "elodie")
CUSTOMER = "Maison Perrin"


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


def test_a_device_in_a_browser_works_with_the_server_stopped_and_loses_nothing(browser: Browser, web_stack: Stack) -> None:
    with device(browser, web_stack.app_url, PHONE, language="fr-FR") as driver:
        elodie = enrolled(driver)
        before = web_stack.transactions()
        web_stack.kill_server()
        started_anew(elodie)
        elodie.open_customer(CUSTOMER)
        elodie.change_customer({}, "Passer par la cour.")
        driver.move("/today")
        assert web_stack.transactions() == before
        started_anew(elodie)
        elodie.open_customer(CUSTOMER)
        elodie.d.sees("Passer par la cour.")

        web_stack.start_server()
        elodie.sync_now()
        elodie.synced()

        wait_until(lambda: web_stack.transactions() > before, "what was written without a server to arrive")
        driver.assert_self_contained()
