"""The page around the app is told when somebody may be writing, and when the first screen is there."""

from tests.fakes.shell import FakeShell
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import rep


def test_the_first_screen_is_said_once() -> None:
    async def go() -> int:
        shell = FakeShell()
        async with rep(route="/customers", shell=shell) as r:
            r.session.go("/customers/a1")
            await r.sees("Maison Lefèvre")
        return shell.times_shown

    assert run(go()) == 1


def test_a_form_that_is_open_is_said_and_that_it_was_left() -> None:
    async def go() -> list[list[bool]]:
        shell = FakeShell()
        seen = []
        async with rep(route="/customers/a1", shell=shell) as r:
            seen.append(list(shell.writing))
            await r.tap("edit-customer")
            await r.type("field-city", "Oullins")
            seen.append(list(shell.writing))
            await r.tap("save-customer")
            await r.h.until(lambda: r.route == "/customers/a1")
            await r.h.settle()
            seen.append(list(shell.writing))
        return seen

    assert run(go()) == [[], [True], [True, False]]
