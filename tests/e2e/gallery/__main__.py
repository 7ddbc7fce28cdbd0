"""Every component on a few screens with still data, to look at and to press.

Run ``PORT=8600 python -m tests.e2e.gallery`` and open ``/today/fr/light``, ``/quote/el/dark``, ...: the first part is one of ``PAGES``.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import flet as ft

from mobile_app.ui.design import keyed, use_model
from mobile_app.ui.i18n import WordsContext, use_words, words
from mobile_app.ui.layouts import REP_PLACES, Frame
from mobile_app.ui.theme import FONTS, dark_theme, light_theme, still
from tests.e2e.gallery import rooms
from tests.e2e.gallery.desk import Desk, Log
from tests.e2e.gallery.office import conflicts, team, unlock
from tests.e2e.gallery.people import customer, customers
from tests.e2e.gallery.road import states, today
from tests.e2e.gallery.selling import form, quote

ROOT = Path(__file__).resolve().parents[3]
PAGES: dict[str, Callable[[Desk], ft.View]] = {
    f.__name__: f for f in (today, states, customers, customer, quote, form, conflicts, team, unlock)
}


def parts(route: str) -> tuple[str, str, str]:
    """Return page, language and mode of an address."""
    found: Sequence[str] = [part for part in route.split("?", maxsplit=1)[0].split("/") if part]
    page, language, mode = (*found, *("today", "en", "light")[len(found) :])[:3]
    return page, language, mode


@ft.component
def Page(name: str) -> ft.View:
    """One page of the gallery."""
    log = use_model(Log)
    t = use_words()
    page = ft.context.page
    frame = Frame(page.width or 390, "today", page.navigate, REP_PLACES, {"todo": 2})
    return PAGES[name](Desk(t, frame, log))


@ft.observable
@dataclass
class At:
    """The address that is shown."""

    route: str = ""


@ft.component
def Root(at: At) -> list[ft.View]:
    """The page named by the address, in its language; with a new log at each address."""
    shown, _ = ft.use_state(at)
    name, language, _mode = parts(shown.route)
    return WordsContext(words(language), lambda: [keyed(Page, shown.route)(name)])


async def main(page: ft.Page) -> None:
    """Show the gallery, or the room of the address."""
    if rooms.asked(page.route)[0]:
        page.title, page.fonts, page.theme, page.dark_theme = "Room", FONTS, still(light_theme), still(dark_theme)
        await rooms.enter(page)
        return
    page.title, page.fonts, page.theme, page.dark_theme = "Gallery", FONTS, still(light_theme), still(dark_theme)
    at = At()

    def show() -> None:
        page.theme_mode = ft.ThemeMode.DARK if parts(page.route)[2] == "dark" else ft.ThemeMode.LIGHT
        at.route = page.route

    page.on_route_change = show
    show()
    page.render_views(lambda: Root(at))


if __name__ == "__main__":
    ft.run(main, view=ft.AppView.WEB_BROWSER, host="127.0.0.1", port=int(os.environ["PORT"]), no_cdn=True, assets_dir=str(ROOT / "assets"))
