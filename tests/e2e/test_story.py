"""The story this product is made for, on two phones and a tablet at once: a morning offline, a conflict as a sentence, everybody alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mobile_app.ui.i18n import words
from tests.e2e.actor import Actor
from tests.e2e.proxy import FaultProxy
from tests.e2e.stack import Stack, person, running
from tests.e2e.story import LOGINS, ROLES, Cast, come_back, everybody_is_alike, lose_the_answer, office_works_meanwhile, work_offline

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(browser: Browser, organisation: Path, tmp_path: Path) -> Iterator[Cast]:
    """Give everybody a device of her own."""
    with ExitStack() as exits:
        stack = exits.enter_context(running(tmp_path, organisation))
        people: list[tuple[Actor, FaultProxy]] = []
        started = [exits.enter_context(person(browser, stack, screen, language=language)) for _, screen, language in ROLES]
        for driver, _ in started:
            driver.begin()
        for (login, _, language), (driver, link) in zip(ROLES, started, strict=True):
            known = LOGINS[login]
            actor = Actor(driver, words(known.language), known.pin)
            actor.enrol(link.url, known.login, known.password, language[:2])
            people.append((actor, link))
        for actor, _ in people:
            actor.synced()
        (camille, _) = people[2]
        yield Cast(stack, *people[0], *people[1], camille, lambda: devices(stack))


def devices(stack: Stack) -> Iterable[Path]:
    """End the app, and give the folders of its devices."""
    stack.stop_app()
    return sorted((stack.folder / "devices" / "devices").iterdir())


def test_a_morning_offline_merges_with_the_office_and_one_conflict_is_settled_in_a_sentence(cast: Cast) -> None:
    cast.elodie_link.cut()
    work_offline(cast)
    office_works_meanwhile(cast)

    cast.elodie_link.mend()
    come_back(cast)

    everybody_is_alike(cast)


def test_the_same_morning_with_the_server_killed_after_its_commit_and_before_its_answer(cast: Cast) -> None:
    cast.elodie_link.cut()
    work_offline(cast)
    office_works_meanwhile(cast)

    lose_the_answer(cast)
    come_back(cast)

    everybody_is_alike(cast)
