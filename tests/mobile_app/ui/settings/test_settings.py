"""One's own choices on a device: they take effect at once and are kept."""

import tomllib
from pathlib import Path

import flet as ft
import pytest

from mobile_app.ui.version import VERSION
from shared.errors import VaultLocked
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


@pytest.mark.parametrize("route", ["/settings", "/todo", "/today", "/customers", "/quotes"])
def test_locking_shows_the_door_wherever_one_is(route: str) -> None:
    async def go() -> None:
        async with rep(route=route) as app:
            await app.h.settle(20)
            await app.gate.lock()
            await app.sees("Enter your PIN.")

            with pytest.raises(VaultLocked):
                _ = app.session.device

    run(go())
