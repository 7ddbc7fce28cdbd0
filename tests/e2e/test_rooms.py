"""The app in states that a day rarely shows, in a real browser. With ``SCREENS`` set, pictures of all of them in every variant."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from mobile_app.ui.i18n import words
from tests.e2e.driver import PHONE, TABLET, FletDriver, Screen, device, free_port, process
from tests.e2e.gallery.rooms import ROOMS

pytestmark = pytest.mark.browser

BROWSERS = {"en": "en-GB", "fr": "fr-FR", "el": "el-GR"}
SOME = ("revoked", "pin_wait", "outdated", "attention")
"""Looked at in each run: a refusal at the door, a running clock, a banner over the app, a list to settle."""
VARIANTS = [(screen, language, dark) for screen in (PHONE, TABLET) for language in BROWSERS for dark in (False, True)]
UNDER = """([upper, lower]) => {
    const top = id => document.querySelector(`[flt-semantics-identifier="${id}"]`)?.getBoundingClientRect().top;
    return top(upper) < top(lower);
}"""
"""Whether one thing, by its name for tests, stands higher than another."""
ENLARGE = "document.addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '32px'; })"
"""A browser's own text set to twice its size: Flutter follows it."""
NOTE_OPENED = "window.opened = []; window.open = (url) => { window.opened.push(String(url)); return null; }"
"""In the place of leaving the page for the phone or the mail app."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with process([sys.executable, "-m", "tests.e2e.gallery"], address, {"PORT": str(port)}):
        yield address


def enter(d: FletDriver, name: str, language: str, *, dark: bool) -> None:
    """Go into a room and do what is done there."""
    room, t = ROOMS[name], words(language)
    d.open_anew(f"{room.path}?room={name}&language={language}&theme={'dark' if dark else 'light'}")
    label, text = room.typed
    if label:
        d.fill(t(label), text)
    for identifier in room.press:
        d.scroll_until(d.by_id(identifier)).click()
        d.settle()
    for digit in room.pin:
        d.press_id(f"pin-{digit}")


def test_what_a_day_rarely_shows_is_said_in_sentences(browser: Browser, url: str) -> None:
    with device(browser, url) as phone:
        for name in SOME:
            enter(phone, name, "fr", dark=False)
            phone.sees(
                {"revoked": "retiré cet appareil", "pin_wait": "Attendez", "outdated": "trop ancienne", "attention": "À corriger"}[name]
            )
        phone.assert_self_contained()


def test_the_pin_can_be_typed_with_text_of_twice_the_size(browser: Browser, url: str) -> None:
    with device(browser, url, language="fr-FR") as phone:
        phone.page.add_init_script(ENLARGE)
        enter(phone, "pin_wrong", "fr", dark=False)
        phone.picture("pin_large")

        dots = phone.text(words("fr")("{n} of {length} digits", n=0, length=6)).first.bounding_box()
        first, last = (phone.by_id(f"pin-{digit}").bounding_box() for digit in (1, 0))

        assert dots is not None
        assert first is not None
        assert last is not None
        assert dots["y"] + dots["height"] <= first["y"]
        assert last["y"] + last["height"] <= PHONE.height


def test_a_customer_is_called_written_to_and_driven_to_by_the_browsers_own_links(browser: Browser, url: str) -> None:
    with device(browser, url) as phone:
        phone.page.add_init_script(NOTE_OPENED)
        enter(phone, "customer_reached", "en", dark=False)

        for way in ("call", "message", "mail", "navigate"):
            phone.press_id(way)
        phone.page.wait_for_function("window.opened.length === 4")

        assert phone.page.evaluate("window.opened") == [
            "tel:+33478281906",
            "sms:+33478281906",
            "mailto:perrin@example.org",
            "https://www.openstreetmap.org/directions?to=45.76235%2C4.82735",
        ]


def test_what_stands_beside_each_other_goes_under_each_other_where_the_device_writes_twice_as_large(browser: Browser, url: str) -> None:
    with device(browser, url) as phone:
        phone.page.add_init_script(ENLARGE)
        enter(phone, "customer_reached", "en", dark=False)
        phone.picture("customer_large")

        expect(phone.by_id("mail")).to_be_visible()
        phone.page.wait_for_function(UNDER, arg=["call", "mail"])


@pytest.mark.skipif("SCREENS" not in os.environ, reason="pictures are made on demand")
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: f"{v[0].name}-{v[1]}-{'dark' if v[2] else 'light'}")
def test_pictures_of_all_of_them(browser: Browser, url: str, variant: tuple[Screen, str, bool]) -> None:
    screen, language, dark = variant
    with device(browser, url, screen, language=BROWSERS[language], dark=dark) as d:
        for name in ROOMS:
            enter(d, name, language, dark=dark)
            d.picture(name)


@pytest.mark.skipif("SCREENS" not in os.environ, reason="pictures are made on demand")
def test_pictures_of_all_of_them_with_text_of_twice_the_size(browser: Browser, url: str) -> None:
    with device(browser, url, language="fr-FR") as d:
        d.variant = "phone-large-fr"
        d.page.add_init_script(ENLARGE)
        for name in ROOMS:
            enter(d, name, "fr", dark=False)
            d.picture(name)
