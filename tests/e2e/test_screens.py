"""Every screen as its users see it: three languages, two themes, phone and tablet. With ``SCREENS`` set, pictures of all are kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlparse
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from mobile_app.ui.i18n import words
from sync_server.demo import DEMO_LOGINS
from tests.e2e.actor import Actor
from tests.e2e.driver import PHONE, TABLET, Screen, device
from tests.e2e.stack import ZONE, Stack, running

pytestmark = pytest.mark.browser

LOGINS = {login.login: login for login in DEMO_LOGINS}
BROWSERS = {"en": "en-GB", "fr": "fr-FR", "el": "el-GR"}
SOME = [("elodie", PHONE, "fr", False), ("camille", TABLET, "en", True)]
ALL = [
    (login, screen, language, dark)
    for login, screen in (("elodie", PHONE), ("camille", TABLET))
    for language in ("en", "fr", "el")
    for dark in (False, True)
]


GRASLIN = "de l’adresse"
"""What French says of a place near an address."""


@pytest.fixture(scope="module")
def stack(organisation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run one product for all of them: each test is a device of its own in it."""
    with running(tmp_path_factory.mktemp("screens"), organisation) as started:
        yield started


Variant = tuple[str, Screen, str, bool]


@pytest.mark.parametrize("variant", ALL if os.environ.get("SCREENS") else SOME)
def test_every_screen_is_there_in_the_chosen_language(browser: Browser, stack: Stack, variant: Variant) -> None:
    login, screen, language, dark = variant
    known, t = LOGINS[login], words(language)
    with ExitStack() as exits:
        zone = "Europe/Athens" if dark else ZONE
        d = exits.enter_context(device(browser, stack.app_url, screen, language=BROWSERS[language], dark=dark, zone=zone))
        actor = Actor(d, t, known.pin)
        d.open()
        other = next(code for code in BROWSERS if code != language)
        d.press_id(f"language-{other}")
        d.settle()
        d.press_id(f"language-{language}")  # chosen, not only the browser's: it stands over the profile's
        d.picture("sign-in")
        actor.enrol("", known.login, known.password, language)
        actor.synced()
        for name, path in (("team", "/team"), ("review", "/review")) if login == "camille" else (("today", "/today"),):
            d.move(path)
            if name == "today":
                expect(d.by_id("check-in")).to_be_visible()  # the tour, and not the grey of one that is being read
            d.picture(name)
        actor.open_customer("Maison Perrin")
        d.picture("customer")
        d.open(urlparse(d.page.url).path + "/edit")  # a page that is loaded anew: it comes back where it was
        d.picture("customer-edit")
        for name, path, heading in (("quotes", "/quotes", "Quotes"), ("todo", "/todo", "To do"), ("settings", "/settings", "Settings")):
            d.move(path)
            d.sees(t(heading))
            d.picture(name)
        d.move("/customers")
        d.picture("customers")
        d.press_id("sync-badge")
        actor.sees("Sync now")
        assert any(d.text(clock).count() for clock in last_minutes(zone))  # the browser's clock, which is not the process's
        d.picture("sync")
        d.assert_self_contained()


def last_minutes(zone: str) -> list[str]:
    """What clocks in ``zone`` have shown in the last five minutes."""
    now = datetime.now(ZoneInfo(zone))
    return [f"{now - timedelta(minutes=back):%H:%M}" for back in range(5)]


def test_a_visit_and_a_quote_on_the_phone(browser: Browser, stack: Stack, tmp_path: Path) -> None:
    known = LOGINS["loic"]
    with device(browser, stack.app_url, PHONE, language="fr-FR") as d:
        actor = Actor(d, words("fr"), known.pin)
        actor.enrol("", known.login, known.password, "fr")
        actor.synced()
        d.page.context.grant_permissions(["geolocation"], origin=stack.app_url)
        d.page.context.set_geolocation({"latitude": 47.2135, "longitude": -1.5615, "accuracy": 12})
        d.move("/today")
        d.press_id("check-in")
        expect(d.field(actor.t("What was said"))).to_be_visible()
        d.sees(GRASLIN)  # one fix: how far from the address, and how sure
        d.picture("visit")
        d.press_id("check-out")
        actor.sees("What came of it")
        d.picture("visit-ended")
        d.move("/customers")
        d.page.get_by_role("button").filter(has_text=", ").nth(2).click()
        d.settle()
        d.press_id("new-quote")
        actor.sees("Nothing on this quote yet")
        d.picture("quote-empty")
        actor.add_products({"farine": "Farine", "levure": "Levure"})
        d.picture("quote")
