"""Every component in a real browser: it is drawn, it has a name, one press is one answer, and nothing is asked of another machine."""

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.driver import PHONE, TABLET, Screen, device, free_port, process

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with process([sys.executable, "-m", "tests.e2e.gallery"], address, {"PORT": str(port)}):
        yield address


def test_a_tile_is_one_button_and_one_press_is_one_answer(browser: Browser, url: str) -> None:
    with device(browser, url) as phone:
        phone.open("/today/fr/light")

        phone.press("08:15, Maison Perrin", exact=False)

        expect(phone.by_id("sync-badge")).to_have_text("1 Perrin")
        phone.assert_self_contained()


def test_an_icon_alone_has_a_name_and_a_touch_target_of_48_px(browser: Browser, url: str) -> None:
    with device(browser, url) as phone:
        phone.open("/today/fr/light")

        phone.press("Navigate")

        expect(phone.by_id("sync-badge")).to_have_text("1 Navigate")
        box = phone.button("Navigate").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 48


@pytest.mark.parametrize("page", ["today", "customer", "quote", "form", "conflicts"])
def test_every_button_in_sight_has_a_name_and_room_for_a_thumb(browser: Browser, url: str, page: str) -> None:
    with device(browser, url) as phone:
        phone.open(f"/{page}/fr/light")
        seen = phone.page.locator('[role="button"]').all()
        small, nameless = [], []
        for button in seen:
            name, box = button.get_attribute("aria-label") or button.inner_text(), button.bounding_box()
            if not name.strip():
                nameless.append(str(box))
            if box is not None and min(box["width"], box["height"]) < 47.5 and 60 < box["y"] < PHONE.height - 150:
                small.append(f"{name}: {box['width']:.0f} × {box['height']:.0f}")

        assert (nameless, small) == ([], [])


def test_what_is_typed_arrives_and_a_switch_has_its_words_as_name(browser: Browser, url: str) -> None:
    with device(browser, url) as phone:
        phone.open("/form/en/light")
        phone.fill("Name", "Élodie Παπαδοπούλου")
        phone.sees("typed Élodie Παπαδοπούλου")

        phone.scroll_until(phone.role("switch", "Travailler hors ligne", exact=False)).click()

        phone.sees("switch on")


def test_the_pin_is_counted_and_not_shown(browser: Browser, url: str) -> None:
    with device(browser, url) as phone:
        phone.open("/unlock/fr/light")

        phone.press_id("pin-4")
        phone.press_id("pin-0")
        phone.sees("2 chiffres sur 6")
        phone.press("Effacer le dernier chiffre")

        phone.sees("1 chiffres sur 6")


def test_a_tablet_has_a_rail_with_names(browser: Browser, url: str) -> None:
    with device(browser, url, TABLET) as tablet:
        tablet.open("/customers/el/dark")

        expect(tablet.button("Πελάτες", exact=False).first).to_be_visible()
        tablet.sees("Αρτοποιείο Παπαδόπουλος")


@pytest.mark.parametrize("screen", [PHONE, TABLET], ids=lambda screen: screen.name)
@pytest.mark.parametrize("page", ["states", "conflicts"])
def test_both_themes_and_the_longest_words_are_drawn(browser: Browser, url: str, page: str, screen: Screen) -> None:
    with device(browser, url, screen, dark=True) as one:
        one.open(f"/{page}/el/dark")

        expect(one.page.get_by_role("heading").first).to_be_visible()
        one.assert_self_contained()


def test_a_choice_from_a_list_says_its_label_and_takes_another(browser: Browser, url: str) -> None:
    with device(browser, url) as phone:
        phone.open("/form/en/light")

        phone.press("Language, Français")
        phone.settle()
        phone.press("Ελληνικά")

        phone.sees("typed el")
