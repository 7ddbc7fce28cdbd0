"""The same story on three real devices, each wholly inside a browser profile of its own, from the address that the sync server gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from mobile_app.ui.i18n import words
from tests.e2e.actor import Actor
from tests.e2e.driver import device
from tests.e2e.proxy import FaultProxy
from tests.e2e.slots import take_out
from tests.e2e.stack import Stack
from tests.e2e.story import LOGINS, ROLES, Cast, come_back, everybody_is_alike, lose_the_answer, office_works_meanwhile, work_offline

pytestmark = [pytest.mark.browser, pytest.mark.web]


@dataclass
class Signal:
    """A browser's own signal, and the proxy through which it was given the app and reaches the server: its only origin."""

    context: BrowserContext
    proxy: FaultProxy

    @property
    def carried(self) -> Sequence[bytes]:
        """What the server answered since the app was there."""
        return self.proxy.carried

    def cut(self) -> None:
        """The browser is offline."""
        self.context.set_offline(True)

    def mend(self) -> None:
        """It is online again."""
        self.context.set_offline(False)

    def lose_answer(self, path: str, then: Callable[[], None]) -> None:
        """See ``FaultProxy``."""
        self.proxy.lose_answer(path, then)


@pytest.fixture
def cast(browser: Browser, web_stack: Stack, tmp_path: Path) -> Iterator[Cast]:
    """Give everybody a device of her own."""
    with ExitStack() as exits:
        people: list[tuple[Actor, Signal]] = []
        for login, screen, language in ROLES:
            link = web_stack.proxy()
            driver = exits.enter_context(device(browser, f"{link.url}/app", screen, language=language))
            known = LOGINS[login]
            actor = Actor(driver, words(known.language), known.pin)
            driver.open()
            link.carried.clear()  # the app itself
            actor.begin("", known.login, known.password, language[:2])
            actor.synced()
            people.append((actor, Signal(driver.page.context, link)))
        actors = [actor for actor, _ in people]
        yield Cast(web_stack, *people[0], *people[1], actors[2], lambda: devices(actors, tmp_path / "taken"))


def devices(actors: Iterable[Actor], folder: Path) -> Iterable[Path]:
    """End the apps, and give folders with what each had kept in its browser."""
    for place, actor in enumerate(actors):
        take_out(actor.d, folder / str(place))
    return sorted(folder.glob("*/devices/*"))


def test_a_morning_on_browsers_that_are_offline_merges_with_the_office(cast: Cast) -> None:
    before = cast.stack.transactions()
    cast.elodie_link.cut()
    work_offline(cast)
    assert cast.stack.transactions() == before
    office_works_meanwhile(cast)

    cast.elodie_link.mend()
    come_back(cast)

    everybody_is_alike(cast)


def test_the_same_morning_with_the_server_stopped_and_then_killed_between_commit_and_answer(cast: Cast) -> None:
    cast.stack.kill_server()
    work_offline(cast)
    cast.elodie_link.cut()
    cast.stack.start_server()
    office_works_meanwhile(cast)

    lose_the_answer(cast)
    come_back(cast)

    everybody_is_alike(cast)
