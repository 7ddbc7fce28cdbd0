"""One tab or one phone screen: who is in, in which language and theme, how wide the window is, and how sync stands.

A component asks ``session = use_session()``; a screen also ``frame = use_frame("customers")``. ``session.device`` is what the screens of
an open device read and write; ``session.go("/customers/1")`` and ``session.back()`` move; ``session.say(t("Saved."))`` reports.
"""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import flet as ft

from mobile_app.data.device import Device
from mobile_app.data.gate import Gate, GateState, Opened, Shut
from mobile_app.data.ports import Opener, PhotoPicker, Places, Shell, Storage
from mobile_app.data.sync_status import SyncState
from mobile_app.ui.design import Action, Result, use_model
from mobile_app.ui.following import Following
from mobile_app.ui.i18n import LOCALES, Words, best_language, words
from mobile_app.ui.layouts import MANAGER_PLACES, REP_PLACES, Frame, PlaceName
from mobile_app.ui.layouts.screens import WIDE
from mobile_app.ui.moving import Trail, show_at
from mobile_app.ui.observed import Counts, Sync, Window
from mobile_app.ui.open_forms import OpenForms
from mobile_app.ui.preferences import Preferences
from mobile_app.ui.sentences import sentence_for_error
from shared.errors import VaultLocked
from shared.ports import Clock, SystemClock

ThemeName = Literal["system", "light", "dark"]
THEMES: Mapping[ThemeName, ft.ThemeMode] = {
    "system": ft.ThemeMode.SYSTEM,
    "light": ft.ThemeMode.LIGHT,
    "dark": ft.ThemeMode.DARK,
}
PHONE_WIDTH = 390.0
LOCK_AFTER_MS = 5 * 60 * 1_000
"""Out of sight for so long, the app shows its door when it is seen again."""

_log = logging.getLogger(__name__)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the session was given of its phone or browser. ``languages`` are the platform's, best first."""

    places: Places
    opener: Opener
    photos: PhotoPicker
    preferences: Preferences
    languages: tuple[str, ...] = ()
    clock: Clock = field(default_factory=SystemClock)
    device_name: str = "web"
    shell: Shell | None = None
    storage: Storage | None = None


class Session(ft.Observable):
    """See the module. Components that use it render again when the person, the language or the theme changes."""

    def __init__(self, page: ft.Page, gate: Gate, around: Surroundings) -> None:
        self.gate = gate
        self.places = around.places
        self.opener = around.opener
        self.photos = around.photos
        self.clock = around.clock
        self.device_name = around.device_name
        self.forms = OpenForms(around.shell)
        self.storage = around.storage
        self._shell = around.shell
        self.theme: ThemeName = "system"
        self.loads = 0
        self.language = best_language(around.languages)
        self.window = Window(page.width or PHONE_WIDTH)
        self.sync = Sync()
        self.counts = Counts()
        self.notice: Callable[[], ft.Control] | None = None
        self._page = page
        self._preferences = around.preferences
        self._languages = around.languages
        self._chosen: str | None = None
        self._trail = Trail(page)
        self._device: Device | None = None
        self._hidden_at: int | None = None
        self._home = contextvars.copy_context()
        self._following = Following(self._in_this_tab_with(self._show))
        self._gate_handle = gate.subscribe(self._in_this_tab(self._look))

    async def begin(self) -> None:
        """Take up what the person chose here before, and where the gate stands."""
        self._chosen, theme = await asyncio.gather(self._preferences.get("language", LOCALES), self._preferences.get("theme", THEMES))
        self.theme = theme or "system"
        self._look()

    def end(self) -> None:
        """Hear nothing more: the tab is gone. Repeatable."""
        self._gate_handle.unsubscribe()
        self._follow(None)

    # ---- who is in
    @property
    def state(self) -> GateState:
        """Where the gate stands."""
        return self.gate.state

    @property
    def device(self) -> Device:
        """The open device; for the moment in which its screens go away after a lock, the one that was open.

        Raises:
            VaultLocked: nobody is in.
        """
        if isinstance(self.gate.state, Opened):
            self._device = self.gate.state.device
        if self._device is None:
            raise VaultLocked
        return self._device

    def left(self) -> None:
        """The screens of the open device are gone."""
        if not isinstance(self.gate.state, Opened):
            self._device = None

    @property
    def manages(self) -> bool:
        """Whether the person sees the whole team."""
        return isinstance(self.gate.state, Opened) and self.gate.state.device.profile.role != "rep"

    # ---- language and theme
    @property
    def words(self) -> Words:
        """The words of the session's language."""
        return words(self.language)

    async def choose_language(self, language: str) -> None:
        """Speak ``language`` from now on, also after a restart."""
        self._chosen = language
        self.language = language
        await self._preferences.set("language", language)

    async def choose_theme(self, theme: ThemeName) -> None:
        """Show this theme from now on, also after a restart."""
        self.theme = theme
        await self._preferences.set("theme", theme)

    # ---- moving and telling
    def shown(self) -> None:
        """The first screen is rendered."""
        if self._shell is not None:
            self._shell.shown()

    @property
    def home(self) -> str:
        """The route of the person's first place."""
        return MANAGER_PLACES[0].route if self.manages else REP_PLACES[0].route

    def go(self, route: str, done: str = "") -> None:
        """Show another screen, unless the person left ``done`` meanwhile; from a place of the tabs there is no way back but the tabs."""
        if self._trail.stands_at(done):
            self._trail.go(route, anew=any(place.route == route for place in (*REP_PLACES, *MANAGER_PLACES)))

    def replace(self, route: str, done: str = "") -> None:
        """Show another screen in the place of this one, which one does not come back to, unless the person left ``done`` meanwhile."""
        if self._trail.stands_at(done):
            show_at(self._page, route)

    @property
    def here(self) -> str:
        """The route that is shown. What takes its time notes it first, and leaves alone whoever is elsewhere at its end."""
        return self._trail.here

    def back(self, done: str = "") -> None:
        """Show the screen from which the person came (after a deep link: what this one belongs to), unless she left ``done`` meanwhile."""
        if self._trail.stands_at(done):
            self._trail.back(self.home)

    def say(self, message: str, undo: Action | None = None) -> None:
        """Report a result; ``undo`` takes it back."""
        self._page.show_dialog(Result(message, undo, wide=self.window.width >= WIDE))

    def report(self, error: Exception) -> None:
        """Say what an action met and what of it was kept; the screen stays as it is."""
        _log.error("an action failed", exc_info=error)
        self.say(sentence_for_error(self.words, error))

    def reconnected(self) -> None:
        """A browser tab is back: what changed while nobody was listening is shown now."""
        self._page.session.start_updates_scheduler()  # type: ignore[no-untyped-call]
        self.loads += 1
        for seen in (self.window, self.sync, self.counts):
            seen.notify()  # type: ignore[no-untyped-call]

    def touch(self) -> None:
        """Somebody taps or types: the automatic lock waits anew. Flet stops drawing after a failure in a screen; it goes on here."""
        self.gate.touch()
        self._page.session.start_updates_scheduler()  # type: ignore[no-untyped-call]

    def resized(self, width: float) -> None:
        """Note the window's new width."""
        self.window.width = width

    def rescaled(self, factor: float) -> None:
        """Note how large the device writes: 1 is as large as ours."""
        self.window.text_scale = factor

    def connected(self) -> None:
        """The network is back."""
        if isinstance(self.gate.state, Opened):
            self.gate.state.device.actions.connected()

    def hidden(self) -> None:
        """Nobody sees the app any more."""
        self._hidden_at = self.clock.now_ms()
        self._following.seen(on=False)

    async def shown_again(self) -> None:
        """Somebody looks: a phone that slept past the automatic lock shows its door first."""
        since, self._hidden_at = self._hidden_at, None
        if since is not None and self.clock.now_ms() - since > LOCK_AFTER_MS:
            await self.gate.lock()
        else:
            self._following.seen(on=True)
            self.connected()

    # ---- following the device
    def _look(self) -> None:
        state = self.state
        self._follow(state.device if isinstance(state, Opened) else None)
        self.language = self._chosen or _language_of(state) or best_language(self._languages)
        self.notify()  # type: ignore[no-untyped-call]

    def _follow(self, device: Device | None) -> None:
        self._show(device.status.now if device else SyncState())
        self._following.follow(device)

    def _show(self, sync: SyncState) -> None:
        self.sync.now = sync
        self.counts.attention, self.counts.conflicts, self.counts.reading = sync.attention, sync.conflicts, sync.filling is not None

    def _in_this_tab(self, listener: Callable[[], None]) -> Callable[[], None]:
        """The device is shared by all tabs, so listeners are called in another tab's context, or in none."""
        return lambda: self._home.copy().run(listener)

    def _in_this_tab_with(self, listener: Callable[[V], None]) -> Callable[[V], None]:
        return lambda value: self._home.copy().run(listener, value)


def _language_of(state: GateState) -> str | None:
    if isinstance(state, Opened):
        language = state.device.profile.language
    elif isinstance(state, Shut):
        language = state.language
    else:
        language = ""
    return language if language in LOCALES else None


SessionContext: ft.ContextProvider[Session | None] = ft.create_context(None)


def use_session() -> Session:
    """Return the session; call it in a component's body, like any hook.

    Raises:
        LookupError: there is none around the component.
    """
    session = ft.use_context(SessionContext)
    if session is None:
        message = "there is no session around this component"
        raise LookupError(message)
    return session


def use_sync() -> SyncState:
    """Return how sync stands; the component renders again with each change of it."""
    session = use_session()
    return use_model(lambda: session.sync).now


_A_MANAGERS: Mapping[PlaceName, PlaceName] = {"todo": "conflicts", "today": "visits"}
"""A rep's places, and the manager's that has the same things."""


def use_frame(here: PlaceName) -> Frame:
    """Return the frame of a screen at ``here``; the component renders again when the window or a number on a tab changes."""
    session = use_session()
    window, counts = use_model(lambda: session.window), use_model(lambda: session.counts)
    waiting: dict[PlaceName, int] = {"todo": counts.attention + counts.conflicts, "conflicts": counts.conflicts}
    places = MANAGER_PLACES if session.manages else REP_PLACES
    if session.manages:
        here = _A_MANAGERS.get(here, here)
    return Frame(window.width, here, session.go, places, waiting, session.notice() if session.notice else None, window.text_scale)
