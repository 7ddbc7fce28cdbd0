"""What starts the app in a browser: the first download, a start without a server, a new version and the way back, one tab at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.driver import PATIENCE
from tests.e2e.shop import Shop

pytestmark = pytest.mark.browser
FAULT = "throw new Error('it does not start');"
UPDATE = "A new version of Tournée is ready."


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    made.offer("one")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    context.close()


def opened(profile: BrowserContext, shop: Shop, version: str = "one") -> Page:
    """Open the app in a new tab, and see that it is ``version``."""
    page = profile.new_page()
    page.goto(shop.url)
    shows(page, version)
    return page


def shows(page: Page, version: str) -> None:
    """See that ``version`` of the app is on the screen."""
    expect(page.locator(f'body[data-version="{version}"]')).to_be_attached(timeout=PATIENCE * 1000)
    expect(page.locator("#start")).to_be_hidden(timeout=PATIENCE * 1000)


def says(page: Page, sentence: str) -> None:
    """See that the start screen says ``sentence``."""
    expect(page.locator("#said")).to_have_text(sentence, timeout=PATIENCE * 1000)


def notice(page: Page, sentence: str) -> None:
    """See that the notice over the app says ``sentence``."""
    expect(page.locator("#notice-said")).to_have_text(sentence, timeout=PATIENCE * 1000)
    expect(page.locator("#notice")).to_be_visible()


def tell(page: Page, message: str) -> None:
    """Say something as the app in its worker would."""
    page.evaluate(f'() => new BroadcastChannel("tournee-shell").postMessage({message})')


def waits(page: Page) -> None:
    """Wait until a new version has arrived."""
    page.evaluate("""async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        while (!registration.waiting) await new Promise((resolve) => setTimeout(resolve, 20));
    }""")


def test_after_the_first_visit_it_starts_with_the_server_stopped(shop: Shop, profile: BrowserContext) -> None:
    first = opened(profile, shop)
    first.close()
    shop.stop()

    opened(profile, shop)


def test_a_download_that_was_cut_goes_on_where_it_stopped(shop: Shop, profile: BrowserContext) -> None:
    shop.refused.add("app.zip")
    page = profile.new_page()
    page.goto(shop.url)
    says(page, "The download stopped. What has arrived is kept; it goes on from there.")
    before = shop.asked["packages.zip"]
    shop.refused.clear()
    page.get_by_role("button", name="Try again").click()

    shows(page, "one")
    assert shop.asked["packages.zip"] == before == 1


def test_the_start_screen_speaks_the_browsers_language(shop: Shop, browser: Browser) -> None:
    shop.refused.add("app.zip")
    spoken = {
        "fr-FR": ("Réessayer", "manifest.fr.webmanifest"),
        "el-GR": ("Δοκιμάστε ξανά", "manifest.el.webmanifest"),
        "de-DE": ("Try again", "manifest.webmanifest"),
    }
    for locale, (sentence, manifest) in spoken.items():
        context = browser.new_context(locale=locale)
        page = context.new_page()
        page.goto(shop.url)
        expect(page.get_by_role("button", name=sentence)).to_be_visible(timeout=PATIENCE * 1000)
        expect(page.locator("link[rel=manifest]")).to_have_attribute("href", manifest)
        context.close()


def test_a_new_version_waits_until_somebody_says_yes(shop: Shop, profile: BrowserContext) -> None:
    opened(profile, shop).close()
    files = shop.offer("two")
    page = opened(profile, shop)
    notice(page, UPDATE)
    page.get_by_role("button", name="Later").click()
    expect(page.locator("#notice")).to_be_hidden()
    page.reload()
    shows(page, "one")
    notice(page, UPDATE)
    page.get_by_role("button", name="Use it now").click()

    shows(page, "two")
    page.close()
    shop.stop()
    left = opened(profile, shop, "two").evaluate("async () => (await (await caches.open('tournee-contents')).keys()).length")
    assert left == files


def test_a_new_version_asks_over_no_form(shop: Shop, profile: BrowserContext) -> None:
    opened(profile, shop).close()
    shop.offer("two")
    page = profile.new_page()
    page.goto(f"{shop.url}#/customers/new")
    shows(page, "one")
    waits(page)
    tell(page, '{ kind: "busy", busy: true }')
    page.evaluate("() => (location.hash = '/today')")
    expect(page.locator("#notice")).to_be_hidden()
    tell(page, '{ kind: "busy", busy: false }')
    notice(page, UPDATE)
    page.evaluate("() => (location.hash = '/customers/new')")

    expect(page.locator("#notice")).to_be_hidden()


def test_a_new_version_that_cannot_read_what_is_unsent_is_not_offered(shop: Shop, profile: BrowserContext) -> None:
    shop.offer("one", payload=2)
    opened(profile, shop).close()
    shop.offer("two", payload=1)
    page = opened(profile, shop)
    waits(page)
    tell(page, '{ kind: "unsent", count: 3 }')
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 100))")
    expect(page.locator("#notice")).to_be_hidden()
    tell(page, '{ kind: "unsent", count: 0 }')

    notice(page, UPDATE)


@pytest.mark.parametrize(("fault", "says_it"), [(FAULT, "shown"), ("", "failed")], ids=["no Python", "no screen"])
def test_a_version_that_does_not_start_gives_way_to_the_one_before(shop: Shop, profile: BrowserContext, fault: str, says_it: str) -> None:
    opened(profile, shop).close()
    shop.offer("two", fault=fault, says=says_it)
    page = opened(profile, shop)
    notice(page, UPDATE)
    page.get_by_role("button", name="Use it now").click()
    says(page, "The new version did not start. You go on with the one before; nothing is lost.")
    page.get_by_role("button", name="Try again").click()
    shows(page, "one")
    shop.offer("three")
    page.reload()
    notice(page, UPDATE)
    page.get_by_role("button", name="Use it now").click()

    shows(page, "three")


def test_a_first_version_that_does_not_start_says_so(shop: Shop, profile: BrowserContext) -> None:
    shop.offer("broken", fault=FAULT)
    page = profile.new_page()
    page.goto(shop.url)

    says(page, "Tournée could not start. What you have saved is still on this device.")


def test_a_second_tab_is_told_and_can_take_over(shop: Shop, profile: BrowserContext) -> None:
    first = opened(profile, shop)
    second = profile.new_page()
    second.goto(shop.url)
    says(second, "Tournée is open in another tab.")
    second.get_by_role("button", name="Use it here").click()

    shows(second, "one")
    says(first, "Tournée goes on in another tab.")


def test_installing_is_offered_from_the_second_start_on_and_not_again_after_a_no(shop: Shop, profile: BrowserContext) -> None:
    profile.add_init_script(
        "addEventListener('load', () => setTimeout(() => dispatchEvent(new Event('beforeinstallprompt')), 0), { once: true })"
    )
    page = opened(profile, shop)
    expect(page.locator("#notice")).to_be_hidden()
    page.reload()
    notice(page, "Keep Tournée on this device like any app.")
    page.get_by_role("button", name="Later").click()
    page.reload()
    shows(page, "one")

    expect(page.locator("#notice")).to_be_hidden()
