"""A person at a device: says what she does in the app's own words, in her language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from mobile_app.ui.i18n import Words, words
from tests.e2e.driver import FletDriver

OPENINGS = 4
LOOK_MS = 20_000
A_CUSTOMER = re.compile(r"/customers/[^/]+$")
"""The address of a customer's page."""


@dataclass
class Actor:
    """``t`` gives the words on her screen, ``d`` drives it."""

    d: FletDriver
    t: Words
    pin: str

    def enrol(self, server: str, login: str, password: str, shown_in: str) -> None:
        """Open the app and begin with it."""
        self.d.open()
        self.begin(server, login, password, shown_in)

    def begin(self, server: str, login: str, password: str, shown_in: str) -> None:
        """Sign in for the first time, in the words of the browser's language ``shown_in``, and choose the PIN."""
        t = words(shown_in)
        if server:
            self.d.fill(t("Server address"), server)
        self.d.fill(t("Login"), login)
        self.d.fill(t("Password"), password)
        self.d.press(t("Go on"))
        self.d.sees(t("Choose a PIN"))
        self.type_pin()
        self.d.sees(t("Once more"))
        self.type_pin()

    def type_pin(self) -> None:
        """Enter the PIN, digit by digit."""
        self.d.settle()
        for digit in self.pin:
            self.d.press(digit)

    def wake(self) -> None:
        """Come back to the device, which has locked itself if that was long ago."""
        self.d.settle()
        if self.d.button(self.pin[0]).count():
            self.type_pin()
            expect(self.d.button(self.pin[0])).to_have_count(0)

    def sees(self, message: str) -> None:
        """Assert that a sentence of the app is in sight, whatever its language."""
        self.d.sees(self.t(message))

    def press(self, message: str) -> None:
        """Press the button whose words these are."""
        self.d.press(self.t(message))

    def fill(self, label: str, value: str) -> None:
        """Type into the field of this label."""
        self.d.fill(self.t(label), value)

    def gone(self, message: str) -> None:
        """Assert that a sentence has left the screen."""
        expect(self.d.text(self.t(message))).to_have_count(0)

    def left(self, identifier: str) -> None:
        """Wait until what was pressed has done its work and gone with its screen."""
        expect(self.d.by_id(identifier)).to_have_count(0)
        self.d.settle()

    # ---- sync
    def synced(self) -> None:
        """Wait until the badge says that everything is sent."""
        self.sees("Up to date")

    def sync_now(self) -> None:
        """Open the sync sheet, run a round, close the sheet."""
        self.d.move("/todo")
        self._open_sheet()
        self.d.settle()
        self.d.press_id("sync-now")
        self.d.page.keyboard.press("Escape")
        self.d.settle()

    def _open_sheet(self) -> None:
        """Press the badge. On a screen that was about to go the sheet goes with it: then once more, as people do."""
        for _ in range(OPENINGS):
            self.d.press_id("sync-badge")
            try:
                self.d.by_id("sync-now").first.wait_for(timeout=LOOK_MS)
            except PlaywrightTimeout:
                continue
            return
        raise AssertionError("the sync sheet did not open")

    # ---- customers
    def open_customer(self, name: str) -> None:
        """Search a customer and open the page. Where the app was still on its way elsewhere, once more, as people do."""
        for _ in range(OPENINGS):
            self.d.move("/customers")
            self.fill("Name, town, phone, VAT id", name)
            try:
                self.d.button(f"{name}, ", exact=False).first.click(timeout=LOOK_MS)
                expect(self.d.page).to_have_url(A_CUSTOMER, timeout=LOOK_MS)
            except (PlaywrightTimeout, AssertionError):
                self.fill("Name, town, phone, VAT id", "")  # the same words again would be no change
                continue
            self.d.settle()
            return
        message = f"{name} did not open"
        raise AssertionError(message)

    def change_customer(self, fields: Mapping[str, str], note: str) -> None:
        """Change these fields (by label) of the customer that is open, and write a line under its notes."""
        self.d.move(self.d.at + "/edit")
        for label, value in fields.items():
            self.scroll_to(label)
            self.fill(label, value)
        notes = self.scroll_to("Notes")
        notes.click()  # only a field in focus tells its text
        self.d.settle()
        self.fill("Notes", f"{notes.input_value()}\n{note}".strip())
        self.d.press_id("save-customer")
        self.left("save-customer")

    def add_contact(self, customer: str, fields: Mapping[str, str]) -> None:
        """Add a person to a customer."""
        self.open_customer(customer)
        self.d.move(self.d.at + "/contacts/new")
        for label, value in fields.items():
            self.scroll_to(label)
            self.fill(label, value)
        self.d.press_id("save-contact")
        self.left("save-contact")

    def scroll_to(self, label: str) -> Locator:
        """Bring the field of this label on screen; rows beyond it do not exist yet."""
        found = self.d.field(self.t(label))
        return self.d.scroll_until(found, dy=250)

    # ---- the day
    def visit(self, customer: str, note: str) -> None:
        """Check in at the next stop, which is ``customer``, write what was said, check out."""
        self.d.move("/today")
        self.d.sees(customer)
        self.d.press_id("check-in")
        expect(self.d.field(self.t("What was said"))).to_be_visible()
        self.fill("What was said", note)
        self.d.press_id("check-out")
        self.sees("What came of it")

    def quote(self, customer: str, products: Mapping[str, str]) -> None:
        """Make a quote for a customer; each product is searched by a word and known by its name."""
        self.open_customer(customer)
        self.d.press_id("new-quote")
        self.sees("Nothing on this quote yet")
        self.add_products(products)

    def add_products(self, products: Mapping[str, str]) -> None:
        """Add these to the quote that is open, which is empty so far."""
        self.d.press_id("add-product")
        for query, name in products.items():
            self.fill("Product or number", query)
            row = self.d.page.get_by_role("button").filter(has_text=name).first
            expect(row).to_be_visible()
            self.d.settle()
            before = row.text_content() or ""
            row.click()
            expect(row).not_to_have_text(before)
        self.d.press_id("search-done")
        self.gone("Nothing on this quote yet")
