"""Drives the app in Chromium through Flutter's semantics, as a person with a screen reader would."""

import io
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlparse

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Request, Response, ViewportSize, expect, sync_playwright

from tests.e2e.scripts import MOVE, QUIET, SHOWN
from tests.e2e.witness import witnessed
from tools.browser import system_chromium

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
"""Seconds that anything may take: a machine with other work must not fail what is not about speed."""
STARTING = 300.0
"""Seconds that a start may take, as long as the start screen itself waits: Python in a browser, on a machine with other work."""
ARGS = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",)
NOT_OURS = ("rive_native.js",)
"""What Flet's own client asks for in vain."""

Role = Literal["button", "tab", "heading", "switch", "textbox", "link", "checkbox", "dialog", "img"]


@dataclass(frozen=True, slots=True)
class Screen:
    """A kind of device: its window and pixel density."""

    name: str
    width: int
    height: int
    density: float
    touch: bool


PHONE = Screen("phone", 390, 844, 2, touch=True)
TABLET = Screen("tablet", 1024, 768, 1, touch=False)


@dataclass
class FletDriver:
    """One device: a browser profile of its own with the app at ``url`` in it."""

    page: Page
    url: str
    variant: str = "phone-light-en"
    left_the_machine: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    _begun: bool = False

    def __post_init__(self) -> None:
        self.page.on("request", self._guard)
        self.page.on("response", self._note)

    def _guard(self, request: Request) -> None:
        if not request.url.startswith((urljoin(self.url, "/"), "data:", "blob:")) and not request.url.endswith(NOT_OURS):
            self.left_the_machine.add(request.url)

    def _note(self, response: Response) -> None:
        if response.status == 404 and not response.url.endswith(NOT_OURS):
            self.missing.add(response.url)

    def assert_self_contained(self) -> None:
        """Nothing was asked of another machine, and nothing that is not there."""
        assert (sorted(self.left_the_machine), sorted(self.missing)) == ([], [])

    # ---- moving about
    def begin(self) -> None:
        """Begin to load the app, while others do something: ``open`` goes on with it."""
        self._begun = self.page.goto(self.url + "/", wait_until="commit") is not None

    def open(self, path: str = "/") -> "FletDriver":
        """Load ``path`` and wait until it can be read."""
        if not (self._begun and path == "/"):
            self.page.goto(self.url + path)
        self._begun = False
        return self.enable_semantics()

    def move(self, path: str) -> None:
        """Go to ``path`` within the app that is open, as the browser's back button would; a tenth of a load's time."""
        self.page.evaluate(MOVE, path)
        self.settle()

    @property
    def at(self) -> str:
        """Where in the app one is; the app that the server serves keeps that after the #."""
        address = urlparse(self.page.url)
        return address.fragment if address.path.startswith("/app/") else address.path

    def open_anew(self, path: str) -> "FletDriver":
        """Load ``path`` as a new tab would: Flet goes on with a tab's session otherwise."""
        if self.page.url.startswith(self.url):
            self.page.evaluate("sessionStorage.clear()")
        return self.open(path)

    def reload(self) -> "FletDriver":
        """Load the page again, as pulling down in a browser does."""
        self.page.reload()
        return self.enable_semantics()

    def enable_semantics(self) -> "FletDriver":
        """Turn Flutter's semantics on; needed after each load. Its placeholder is one pixel off screen, so the click is dispatched."""
        placeholder = self.page.locator("flt-semantics-placeholder")
        placeholder.wait_for(state="attached", timeout=STARTING * 1_000)
        placeholder.dispatch_event("click")
        wait_until(lambda: bool(self.page.evaluate(SHOWN)), "the app's first screen", STARTING)
        self.settle()
        return self

    def settle(self, quiet: int = 150, timeout: int = 5_000) -> None:
        """Wait until the screen has not changed for ``quiet`` ms."""
        self.page.locator("flt-semantics-host").wait_for(state="attached")
        self.page.evaluate(QUIET, [quiet, timeout])

    # ---- finding
    def by_id(self, identifier: str) -> Locator:
        """Find what a component named with ``identifier``."""
        return self.page.locator(f'[flt-semantics-identifier="{identifier}"]')

    def role(self, role: Role, name: str, *, exact: bool = True) -> Locator:
        """Find by role and accessible name."""
        return self.page.get_by_role(role, name=name, exact=exact)

    def button(self, name: str, *, exact: bool = True) -> Locator:
        """Find a button, or a row that is one."""
        return self.role("button", name, exact=exact)

    def field(self, label: str) -> Locator:
        """Find a text field by its label."""
        return self.role("textbox", label)

    def text(self, words: str) -> Locator:
        """Find words anywhere, also inside longer ones and in accessible names."""
        escaped = words.replace('"', '\\"')
        return self.page.get_by_text(words, exact=False).or_(self.page.locator(f'flt-semantics[aria-label*="{escaped}"]'))

    def sees(self, words: str) -> None:
        """Assert that ``words`` come into sight."""
        expect(self.text(words).first).to_be_visible()

    # ---- acting
    def press(self, name: str, *, exact: bool = True) -> None:
        """Press the button called ``name``."""
        self.button(name, exact=exact).first.click()

    def press_id(self, identifier: str) -> None:
        """Press what is named ``identifier`` for tests."""
        self.by_id(identifier).first.click()

    def go(self, place: str) -> None:
        """Go to a place by its tab (phone) or the rail (tablet)."""
        tab = self.role("tab", place, exact=False).or_(self.button(place, exact=False))
        tab.first.click()
        self.settle()

    def fill(self, label: str, value: str, tries: int = 5) -> None:
        """Type into a field and wait until Flutter itself holds the text.

        The DOM's value alone proves nothing: while the editing connection is not attached, Flutter puts its own (empty) text back a
        moment later. So the value must still be there after the page has gone quiet.
        """
        target = self.field(label)
        for _ in range(tries):
            target.click()
            try:
                expect(target).to_be_focused(timeout=1_000)
                self.settle(quiet=100, timeout=1_500)
                target.fill(value)
                self.settle(quiet=120, timeout=1_500)
                expect(target).to_have_value(value, timeout=300)
            except AssertionError:
                self.settle()
            else:
                return
        expect(target).to_have_value(value)

    def scroll_until(self, found: Locator, dy: float = 600, steps: int = 60, at: tuple[float, float] | None = None) -> Locator:
        """Turn the wheel until ``found`` is on screen: rows beyond it do not exist yet."""
        size = self.page.viewport_size or ViewportSize(width=PHONE.width, height=PHONE.height)
        self.page.mouse.move(*(at or (size["width"] * 0.6, size["height"] * 0.6)))
        for _ in range(steps):
            if found.count() and found.first.is_visible():
                return found.first
            self.page.mouse.wheel(0, dy)
            self.settle(quiet=60, timeout=1_000)
        message = f"not found after scrolling: {found}"
        raise AssertionError(message)

    # ---- pictures
    def picture(self, name: str) -> None:
        """Keep a picture of this screen in the folder that ``SCREENS`` names, as ``NAME-VARIANT.png``; without it do nothing."""
        if folder := os.environ.get("SCREENS"):
            self.snapshot(ROOT / folder / f"{name}-{self.variant}.png")

    def snapshot(self, path: Path) -> None:
        """Write this screen to ``path`` with 256 colours: a third of the size, no visible loss on flat grounds."""
        self.page.mouse.move(2, 2)  # a resting mouse leaves its tint
        image = Image.open(io.BytesIO(self._painted())).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path, optimize=True)

    def _painted(self, tries: int = 12) -> bytes:
        """Give the screen once two looks at it are the same and not of one colour: what can be read may not be painted yet."""
        before = b""
        for _ in range(tries):
            self.settle(quiet=400)
            now = self.page.screenshot()
            if now == before and Image.open(io.BytesIO(now)).convert("RGB").getcolors(1) is None:
                break
            before = now
        return before


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium: the system's where there is one, else Playwright's own."""
    expect.set_options(timeout=PATIENCE * 1_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_chromium(), args=["--no-sandbox", *ARGS])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def device(
    browser: Browser, url: str, screen: Screen = PHONE, *, language: str = "en-GB", dark: bool = False, zone: str = "Europe/Paris"
) -> Iterator[FletDriver]:
    """Give a new browser profile of ``screen``'s size, whose clock is in ``zone``; it is forgotten at the end."""
    with browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=screen.density if os.environ.get("SCREENS") else 1,
        has_touch=screen.touch,
        locale=language,
        timezone_id=zone,
        color_scheme="dark" if dark else "light",
    ) as context:
        context.set_default_timeout(PATIENCE * 1_000)
        driver = FletDriver(context.new_page(), url, f"{screen.name}-{'dark' if dark else 'light'}-{language[:2]}")
        with witnessed(driver.page):
            yield driver


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(command: Sequence[str], url: str, environment: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` until the end of the block, once ``url`` answers.

    Raises:
        TimeoutError: it did not.
    """
    started = subprocess.Popen(list(command), cwd=ROOT, env={**os.environ, **(environment or {})})
    try:
        wait_until(lambda: started.poll() is None and _answers(url), f"{url} to answer")
        yield started
    finally:
        started.terminate()
        started.wait(PATIENCE)


def wait_until(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Ask every 50 ms until ``true``.

    Raises:
        TimeoutError: it did not become so in time; the message says ``what``.
    """
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            message = f"waited {patience:.0f} s for {what}"
            raise TimeoutError(message)
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own http address
            return bool(answer.status < 500)
    except OSError:
        return False
