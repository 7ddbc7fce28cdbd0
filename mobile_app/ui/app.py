"""The app as Flet runs it: one session per tab, around the gate of the tab's profile."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import flet as ft

from mobile_app.data.gate import Gate, NotEnrolled, Opened, Opening
from mobile_app.data.ports import Shell, Storage
from mobile_app.ui.design import ErrorState, keyed, letter_gauge, report_failures, use_model, watch_activity
from mobile_app.ui.features.gate import Arrival, DoorScreen, EnrolScreen, FirstDownload, OpeningScreen
from mobile_app.ui.features.sync import SyncNotice
from mobile_app.ui.i18n import LOCALES, best_language, words
from mobile_app.ui.layouts.screens import TWO_PANES
from mobile_app.ui.platform import DeviceOpener, DevicePhotos, DevicePlaces, device_name, languages
from mobile_app.ui.preferences import Preferences
from mobile_app.ui.sentences import sentence_for_error
from mobile_app.ui.session import THEMES, Session, Surroundings, use_session
from mobile_app.ui.theme import FONTS, dark_theme, light_theme, still
from mobile_app.ui.tree import NotFound, routes
from mobile_app.ui.within import within
from shared.errors import TourneeError
from shared.ports import Clock, SystemClock, ZonedClock

NAME = "Tournée"
NATIVE_PROFILE = "this-device"
"""A packaged app has one profile, whatever becomes of its preferences."""

_log = logging.getLogger(__name__)


class Hosts(Protocol):
    """The devices of this process."""

    async def host_for(self, profile: str, zone: str = "") -> Gate:
        """Give the gate of ``profile``, a secret that only this browser or phone knows; ``zone`` is where a browser says it is."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What a process that is inside the client's own browser has of it."""

    clock: Clock
    shell: Shell
    storage: Storage


def make_main(hosts: Hosts, own: Around | None = None) -> Callable[[ft.Page], Awaitable[None]]:
    """Return Flet's entry point over the devices of this process; ``own`` is the client's, where the process is in it."""

    async def main(page: ft.Page) -> None:
        _dress(page)
        preferences = Preferences(ft.SharedPreferences())
        spoken, (profile, zone) = await asyncio.gather(languages(page), _where(page, preferences))
        clock: Clock = own.clock if own is not None else _told(zone)
        try:
            gate = await hosts.host_for(profile, zone)
        except TourneeError as error:
            _log.exception("the device cannot be opened")
            _stop(page, sentence_for_error(words(best_language(spoken)), error))
            if own is not None:
                own.shell.shown()
            return
        platform = DevicePlaces(), DeviceOpener(web=page.web), DevicePhotos()
        around = Surroundings(*platform, preferences, spoken, clock, device_name(page), *_lent(own))
        session = Session(page, gate, around)
        session.notice = SyncNotice
        await session.begin()
        listen(page, session)
        page.render_views(App, session)

    return main


def _lent(own: Around | None) -> tuple[Shell | None, Storage | None]:
    return (own.shell, own.storage) if own is not None else (None, None)


def _told(zone: str) -> Clock:
    clock = ZonedClock(SystemClock())
    clock.tell(zone)
    return clock


async def _where(page: ft.Page, preferences: Preferences) -> tuple[str, str]:
    """The profile that this client is, and the time zone that a browser says it is in."""
    if not page.web:
        return NATIVE_PROFILE, ""
    return await asyncio.gather(preferences.profile(), preferences.zone())


def _dress(page: ft.Page) -> None:
    page.title = NAME
    page.fonts = FONTS
    page.theme, page.dark_theme = (still(light_theme), still(dark_theme)) if page.web else (light_theme, dark_theme)


def _stop(page: ft.Page, sentence: str) -> None:
    page.views = [ft.View(controls=[ft.SafeArea(ErrorState(NAME, sentence), expand=True)])]
    page.update()


def listen(page: ft.Page, session: Session) -> None:
    """Wire what the client tells: its width, how large it writes, its network, being hidden, going away."""
    report_failures(page, session.report)
    watch_activity(page, session.touch)
    connectivity = ft.Connectivity()

    def connected(event: ft.ConnectivityChangeEvent) -> None:
        if ft.ConnectivityType.NONE not in event.connectivity:
            session.connected()

    async def lifecycle(event: ft.AppLifecycleStateChangeEvent) -> None:
        if event.state is ft.AppLifecycleState.HIDE:
            session.hidden()
        elif event.state is ft.AppLifecycleState.SHOW:
            await session.shown_again()

    connectivity.on_change = connected
    page.session.store.set("connectivity", connectivity)
    page.overlay.append(letter_gauge(session.rescaled))
    page.on_resize = lambda event: session.resized(event.width)
    page.on_app_lifecycle_state_change = lifecycle
    page.on_view_pop = lambda _event: session.back()
    page.on_connect = lambda _event: session.reconnected()
    page.on_close = lambda _event: session.end()


@ft.component
def App(session: Session) -> object:
    """The whole app: its language and theme around whatever the gate lets be seen."""

    def dress() -> None:
        page = ft.context.page
        page.theme_mode = THEMES[session.theme]
        page.locale_configuration = ft.LocaleConfiguration(
            supported_locales=[_locale(code) for code in LOCALES], current_locale=_locale(session.language)
        )
        page.update()

    ft.use_effect(dress, [session.theme, session.language])
    ft.use_effect(session.shown, [])
    return within(session, keyed(Inside, session.language))


def _locale(language: str) -> ft.Locale:
    return ft.Locale(*LOCALES[language].split("_"))


@ft.component
def Inside() -> object:
    """What the gate lets be seen."""
    session = use_session()
    state = session.state
    ft.use_effect(session.left, [type(state)])
    if isinstance(state, NotEnrolled):
        return [EnrolScreen(state)]
    if isinstance(state, Opening):
        return [OpeningScreen(state)]
    if isinstance(state, Opened):
        return keyed(Work, state.device.profile.id)()
    return [DoorScreen(state)]


@ft.component
def Work() -> object:
    """The open app; before it, once, the first download."""
    session = use_session()
    arrival = use_model(lambda: Arrival(session))
    width = use_model(lambda: session.window).width
    ft.use_effect(arrival.look, [])
    if not arrival.known:
        return [OpeningScreen(Opening(0, 0))]
    if arrival.empty:
        return [FirstDownload(arrival, salvaged=isinstance(session.state, Opened) and session.state.salvaged)]
    tree = routes(manages=session.manages, two_panes=width >= TWO_PANES)
    router = keyed(ft.Router, f"{session.loads}")  # after a reload it must look at the address anew
    return router(tree, not_found=NotFound, manage_views=True)
