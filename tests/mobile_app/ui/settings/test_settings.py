"""One's own choices on a device: they take effect at once and are kept."""

import tomllib
from pathlib import Path

import flet as ft

from mobile_app.ui.version import VERSION
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import rep

ROOT = Path(__file__).parents[4]


def test_the_version_is_the_projects() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == VERSION


def test_a_language_takes_effect_at_once() -> None:
    async def go() -> None:
        async with rep(route="/settings") as app:
            await app.sees("Appearance")
            await app.tap("language-2")
            await app.sees("Εμφάνιση")

    run(go())


def test_a_theme_takes_effect_at_once() -> None:
    async def go() -> None:
        async with rep(route="/settings") as app:
            await app.tap("theme-2")

            assert app.h.page.theme_mode is ft.ThemeMode.DARK

    run(go())


def test_changing_the_pin_asks_for_the_present_one_first() -> None:
    async def go() -> None:
        async with rep(route="/settings") as app:
            await app.tap("change-pin")
            await app.sees("Your present PIN")
            for digit in "284619":
                await app.tap(f"pin-{digit}")
            await app.sees("Choose a PIN")
            for digit in "111111":
                await app.tap(f"pin-{digit}")
            await app.sees("That PIN is too easy to guess.")

    run(go())
