"""A rep with the app open: the real screens over a real store, a place and an opener that do as they are told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import flet as ft

from mobile_app.data.device import Device
from mobile_app.data.gate import Gate, GateState, Opened, Shut
from mobile_app.data.key_states import Locked
from mobile_app.data.ports import Fix, Picked, PlaceRefused, Shell, Storage
from mobile_app.data.repositories import repositories
from mobile_app.data.vault import VaultCounts
from mobile_app.ui.app import App
from mobile_app.ui.design import report_failures
from mobile_app.ui.features.sync import SyncNotice
from mobile_app.ui.preferences import Preferences
from mobile_app.ui.session import Session, Surroundings
from shared.sync.protocol import Profile
from shared.sync.record import Record
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone
from tests.mobile_app.ui.harness import Harness

AT_THE_DOOR = Fix(45.7601, 4.8401, 8.0, mocked=False)


class FakePlaces:
    """Gives what it is told to."""

    def __init__(self) -> None:
        self.answer: Fix | PlaceRefused = AT_THE_DOOR

    async def fix(self) -> Fix | PlaceRefused:
        return self.answer


class FakeOpener:
    """Notes what was asked; ``works`` is whether the device has such apps."""

    def __init__(self) -> None:
        self.works = True
        self.asked: list[tuple[object, ...]] = []

    async def call(self, number: str) -> bool:
        return self._note("call", number)

    async def mail(self, address: str) -> bool:
        return self._note("mail", address)

    async def message(self, number: str) -> bool:
        return self._note("message", number)

    async def navigate(self, lat: float, lon: float, label: str) -> bool:
        return self._note("navigate", lat, lon, label)

    async def share(self, words: str, subject: str) -> bool:
        return self._note("share", words, subject)

    def _note(self, *what: object) -> bool:
        self.asked.append(what)
        return self.works


class FakePicker:
    """Gives the photos it is told to."""

    def __init__(self) -> None:
        self.photos: tuple[Picked, ...] = ()

    async def pick(self) -> tuple[Picked, ...]:
        return self.photos


class FakeShelf:
    """Preferences in memory."""

    def __init__(self, language: str) -> None:
        self.kept: dict[str, object] = {"tournee.language": language}

    async def get(self, key: str) -> object:
        return self.kept.get(key)

    async def set(self, key: str, value: str) -> object:
        self.kept[key] = value
        return None


@dataclass
class OpenGate:
    """A gate that stands open."""

    state: GateState
    listeners: list[Callable[[], None]] = field(default_factory=list)

    def subscribe(self, listener: Callable[[], None]) -> OpenGate:
        self.listeners.append(listener)
        return self

    def unsubscribe(self) -> None:
        self.listeners.clear()

    def touch(self) -> None:
        """Nobody locks here."""

    async def lock(self) -> None:
        """Shut the door."""
        self.state = Shut("u1", "Élodie Martin", "elodie", "en", Locked(10, biometrics=False), VaultCounts(0, {}, 0, 0))
        for listener in tuple(self.listeners):
            listener()

    async def add_user(self) -> None:
        """There is nobody else."""


class FakeActions:
    """Sync that only notes what was asked."""

    def __init__(self) -> None:
        self.offline = False
        self.asked = 0

    def sync_now(self) -> None:
        self.asked += 1

    def set_work_offline(self, *, on: bool) -> None:
        self.offline = on

    def connected(self) -> None:
        """There is no network here."""

    def watched(self, watcher: object, *, on: bool) -> None:
        """Nothing is told as it happens."""

    def edited(self) -> None:
        """Nothing is sent."""


@dataclass
class Rep:
    """The open app in a window, and what is around it."""

    h: Harness
    phone: Phone
    device: Device
    places: FakePlaces
    opener: FakeOpener
    picker: FakePicker
    gate: OpenGate
    session: Session

    @property
    def route(self) -> str:
        """The address shown."""
        return self.h.page.route or ""

    async def sees(self, words: str) -> None:
        """Wait until ``words`` are shown, alone or inside others."""
        await self.h.until(lambda: any(words in text for text in self.shown()))

    def shown(self) -> list[str]:
        """Every text and accessible name of the screen on top."""
        names = [s.label for s in self.h.find(ft.Semantics) if s.label]
        fields = [text for field_ in self.h.find(ft.TextField) for text in (field_.error, field_.helper) if isinstance(text, str)]
        return [*self.h.texts(), *names, *fields]

    async def tap(self, identifier: str) -> None:
        """Tap what is named ``identifier``: a row, a button."""
        await self.h.until(lambda: any(s.identifier == identifier for s in self.h.find(ft.Semantics)))
        node = self.h.by_id(identifier)
        inner = node.content
        if isinstance(inner, ft.FilledButton | ft.OutlinedButton | ft.TextButton | ft.IconButton):
            await self.h.fire(inner, "click")
        else:
            await self.h.fire(node, "tap")

    async def type(self, identifier: str, value: str, *, leave: bool = False) -> None:
        """Type into the field named ``identifier``."""
        await self.h.until(lambda: any(s.identifier == identifier for s in self.h.find(ft.Semantics)))
        await self.h.fire(self._field(identifier), "change", value, value=value)
        if leave:
            await self.h.fire(self._field(identifier), "blur")

    def value(self, identifier: str) -> str:
        """What a field holds."""
        return self._field(identifier).value or ""

    def _field(self, identifier: str) -> ft.TextField:
        content = self.h.by_id(identifier).content
        assert isinstance(content, ft.TextField)
        return content


def device_of(phone: Phone, role: str = "rep", language: str = "en") -> Device:
    """The open device of Élodie's phone."""
    store = phone.store
    return Device(
        **repositories(store),
        profile=Profile("u1", "Élodie Martin", role, language),
        organisation_name="Maison Fournil",
        server="http://server",
        store=store,
        status=store.status,
        actions=FakeActions(),
        notifier=store.notifier,
        clock=phone.clock,
        verify=lambda: None,
    )


@asynccontextmanager
async def rep(
    *records: Record,
    route: str = "/today",
    width: float = 390,
    language: str = "en",
    phone: Phone | None = None,
    role: str = "rep",
    shell: Shell | None = None,
    storage: Storage | None = None,
) -> AsyncIterator[Rep]:
    """Open the app at ``route`` for Élodie, who has the shop's customers and ``records``; or on the ``phone`` she had before."""
    if phone is None:
        phone, _ = await shop(*records)
    device = device_of(phone, role, language)
    places, opener, picker = FakePlaces(), FakeOpener(), FakePicker()
    gate = OpenGate(Opened(device))

    sessions: list[Session] = []

    async def main(page: ft.Page) -> None:
        around = Surroundings(places, opener, picker, Preferences(FakeShelf(language)), shell=shell, storage=storage)
        session = Session(page, _as_gate(gate), around)
        sessions.append(session)
        session.notice = SyncNotice
        await session.begin()
        report_failures(page, session.report)
        page.render_views(App, session)

    async with Harness(main, route=route, width=width) as h:
        yield Rep(h, phone, device, places, opener, picker, gate, sessions[0])


def _as_gate(gate: OpenGate) -> Gate:
    return gate  # type: ignore[return-value]  # the screens of an open device ask it nothing else
