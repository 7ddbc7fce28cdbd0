"""The room that a browser gives is shown, and what to do where it promises nothing."""

import pytest

from tests.fakes.shell import FakeStorage
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import rep


@pytest.mark.parametrize(
    ("language", "used", "declined"),
    [
        ("en", "72.4\u00a0MB of 6.2\u00a0GB used", "The browser has not promised it."),
        ("fr", "72,4\u00a0Mo sur 6,2\u00a0Go utilisés", "Le navigateur ne l’a pas promis."),
        ("el", "72,4\u00a0MB από 6,2\u00a0GB σε χρήση", "Το πρόγραμμα περιήγησης δεν το υποσχέθηκε."),
    ],
)
def test_what_a_browser_declines_to_keep_is_said_with_what_helps(language: str, used: str, declined: str) -> None:
    async def go() -> None:
        async with rep(route="/settings", language=language, storage=FakeStorage(promises=False)) as app:
            await app.sees(used)
            await app.tap("keep-storage")
            await app.sees(declined)

    run(go())


def test_what_a_browser_keeps_is_said_and_nothing_is_asked_any_more() -> None:
    async def go() -> None:
        async with rep(route="/settings", storage=FakeStorage(promises=True)) as app:
            await app.tap("keep-storage")
            await app.sees("The browser keeps this data until you remove it.")

            assert "The browser may drop this data" not in app.shown()

    run(go())


def test_a_device_with_a_disk_of_its_own_says_nothing_of_it() -> None:
    async def go() -> None:
        async with rep(route="/settings") as app:
            await app.sees("This device")

            assert "Storage in this browser" not in app.shown()

    run(go())
