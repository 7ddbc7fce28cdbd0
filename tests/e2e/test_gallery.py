"""Every component in a real browser: it is drawn, it has a name, one press is one answer, and nothing is asked of another machine."""

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.driver import PHONE, TABLET, FletDriver, device, free_port, process

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with process([sys.executable, "-m", "tests.e2e.gallery"], address, {"PORT": str(port)}):
        yield address


@pytest.fixture(scope="module")
def phone(browser: Browser, url: str) -> Iterator[FletDriver]:
    """One phone for all of them: to load the app costs more than all that is looked at in it."""
    with device(browser, url) as made:
        yield made.open("/today/fr/light")


@pytest.fixture(scope="module")
def tablet(browser: Browser, url: str) -> Iterator[FletDriver]:
    """One tablet, likewise."""
    with device(browser, url, TABLET, dark=True) as made:
        yield made.open("/today/el/dark")


def test_a_tile_is_one_button_and_one_press_is_one_answer(phone: FletDriver) -> None:
    phone.move("/today/fr/light?tile")

    phone.press("08:15, Maison Perrin", exact=False)

    expect(phone.by_id("sync-badge")).to_have_text("1 Perrin")
    phone.assert_self_contained()


def test_an_icon_alone_has_a_name_and_a_touch_target_of_48_px(phone: FletDriver) -> None:
    phone.move("/today/fr/light?icon")

    phone.press("Navigate")

    expect(phone.by_id("sync-badge")).to_have_text("1 Navigate")
    box = phone.button("Navigate").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 48


@pytest.mark.parametrize("page", ["today", "customer", "quote", "form", "conflicts"])
def test_every_button_in_sight_has_a_name_and_room_for_a_thumb(phone: FletDriver, page: str) -> None:
    phone.move(f"/{page}/fr/light?thumb")
    seen = phone.page.locator('[role="button"]').all()
    small, nameless = [], []
    for button in seen:
        name, box = button.get_attribute("aria-label") or button.inner_text(), button.bounding_box()
        if not name.strip():
            nameless.append(str(box))
        if box is not None and min(box["width"], box["height"]) < 47.5 and 60 < box["y"] < PHONE.height - 150:
            small.append(f"{name}: {box['width']:.0f} × {box['height']:.0f}")

    assert seen
    assert (nameless, small) == ([], [])


def test_what_is_typed_arrives_and_a_switch_has_its_words_as_name(phone: FletDriver) -> None:
    phone.move("/form/en/light?typed")
    phone.fill("Name", "Élodie Παπαδοπούλου")
    phone.sees("typed Élodie Παπαδοπούλου")

    phone.scroll_until(phone.role("switch", "Travailler hors ligne", exact=False)).click()

    phone.sees("switch on")


def test_the_pin_is_counted_and_not_shown(phone: FletDriver) -> None:
    phone.move("/unlock/fr/light?pin")

    phone.press_id("pin-4")
    phone.press_id("pin-0")
    phone.sees("2 chiffres sur 6")
    phone.press("Effacer le dernier chiffre")

    phone.sees("1 chiffres sur 6")


def test_a_tablet_has_a_rail_with_names(tablet: FletDriver) -> None:
    tablet.move("/customers/el/dark")

    expect(tablet.button("Πελάτες", exact=False).first).to_be_visible()
    tablet.sees("Αρτοποιείο Παπαδόπουλος")


@pytest.mark.parametrize("which", ["phone", "tablet"])
@pytest.mark.parametrize("page", ["states", "conflicts"])
def test_both_themes_and_the_longest_words_are_drawn(request: pytest.FixtureRequest, page: str, which: str) -> None:
    one: FletDriver = request.getfixturevalue(which)

    one.move(f"/{page}/el/dark?drawn")

    expect(one.page.get_by_role("heading").first).to_be_visible()
    one.assert_self_contained()


def test_a_choice_from_a_list_says_its_label_and_takes_another(phone: FletDriver) -> None:
    phone.move("/form/en/light?choice")

    phone.press("Language, Français")
    phone.settle()
    phone.press("Ελληνικά")

    phone.sees("typed el")
