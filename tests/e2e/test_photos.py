"""A photo taken without signal on a phone arrives on the manager's tablet. With ``SCREENS`` set, pictures of the way are kept."""

from __future__ import annotations

import io
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, expect

from mobile_app.ui.i18n import words
from sync_server.demo import DEMO_LOGINS
from tests.e2e.actor import Actor
from tests.e2e.driver import PHONE, TABLET, FletDriver
from tests.e2e.stack import person, running

pytestmark = pytest.mark.browser

CUSTOMER = "Maison Perrin"
LOGINS = {login.login: login for login in DEMO_LOGINS}


def photo() -> bytes:
    """A shop window as a phone's camera would write it: 3 megapixels, some hundred kB."""
    picture = Image.effect_noise((2_000, 1_500), 40).convert("RGB")
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((200, 300, 1_800, 1_300), fill=(224, 196, 140))
    drawing.ellipse((700, 500, 1_300, 1_100), fill=(150, 80, 40))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88)
    return written.getvalue()


def add_photo(driver: FletDriver) -> None:
    """Press the button, and choose a file in the browser's own dialog."""
    with driver.page.expect_file_chooser() as chooser:
        driver.scroll_until(driver.by_id("add-photo")).click()
    chooser.value.set_files(FilePayload(name="vitrine.jpg", mimeType="image/jpeg", buffer=photo()))


def test_a_photo_added_offline_on_the_phone_arrives_on_the_managers_tablet(browser: Browser, organisation: Path, tmp_path: Path) -> None:
    with ExitStack() as exits:
        stack = exits.enter_context(running(tmp_path, organisation))
        people = {}
        roles = (("elodie", PHONE), ("camille", TABLET))
        started = [exits.enter_context(person(browser, stack, screen, dark=screen is TABLET)) for _, screen in roles]
        for driver, _ in started:
            driver.begin()
        for (login, _), (driver, link) in zip(roles, started, strict=True):
            known = LOGINS[login]
            actor = Actor(driver, words(known.language), known.pin)
            actor.enrol(link.url, known.login, known.password, "fr")
            actor.synced()
            people[login] = actor, link
        (elodie, signal), (camille, _) = people["elodie"], people["camille"]

        signal.cut()
        elodie.visit(CUSTOMER, "Une nouvelle vitrine.")
        add_photo(elodie.d)
        first = elodie.t("Photo {n} of {count}", n=1, count=1)
        elodie.d.sees(f"{first}, {elodie.t('Not sent yet')}")
        elodie.d.picture("visit-photo")
        elodie.d.press_id("photo-1")
        expect(elodie.d.by_id("photo")).to_be_visible()
        elodie.fill("What the photo shows", "La vitrine refaite")
        elodie.d.picture("photo")
        elodie.d.press_id("back")
        elodie.d.sees("La vitrine refaite")

        signal.mend()
        elodie.sync_now()
        elodie.synced()
        camille.sync_now()
        camille.d.move("/review")
        camille.d.press(CUSTOMER, exact=False)
        camille.d.scroll_until(camille.d.by_id("photo-1"))
        camille.d.sees(f"{first}, La vitrine refaite")
        camille.d.picture("review-photo")
        camille.d.press_id("photo-1")
        expect(camille.d.by_id("photo")).to_be_visible()
        camille.gone("The photo is still at the office or with {name}. It comes with the next exchange.")
        camille.d.picture("photo-review")
        camille.d.assert_self_contained()
