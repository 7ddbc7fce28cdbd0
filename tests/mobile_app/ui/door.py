"""A tab at a door that does as it is told: the real app over a fake gate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import flet as ft

from mobile_app.data.gate import GateState
from mobile_app.data.key_states import DataKey, Unlocked, UnlockOutcome
from mobile_app.data.unsent import Remains
from mobile_app.ui.app import Around, make_main
from tests.mobile_app.ui.harness import Harness


class FakeGate:
    """Notes what was asked; ``raises`` is what the next call meets, ``then`` the state after a call that went well."""

    def __init__(self, state: GateState, then: GateState | None = None) -> None:
        self.state = state
        self.then = then
        self.raises: Exception | None = None
        self.outcome: UnlockOutcome = Unlocked(DataKey(b"k" * 32, 1))
        self.asked: list[tuple[str, ...]] = []
        self.touched = 0
        self.listeners: list[Callable[[], None]] = []

    def subscribe(self, listener: Callable[[], None]) -> FakeGate:
        self.listeners.append(listener)
        return self

    def unsubscribe(self) -> None:
        self.listeners.clear()

    def become(self, state: GateState) -> None:
        self.state = state
        for listener in tuple(self.listeners):
            listener()

    async def enrol(self, server: str, login: str, password: str, pin: str, device_name: str) -> None:
        self._ask("enrol", server, login, password, pin)

    async def unlock(self, pin: str) -> UnlockOutcome:
        self._ask("unlock", pin)
        return self.outcome

    async def recover(self, login: str, password: str, new_pin: str) -> None:
        self._ask("recover", login, password, new_pin)

    async def renew(self, login: str, password: str) -> None:
        self._ask("renew", login, password)

    async def sign_in(self, login: str, password: str) -> None:
        self._ask("sign_in", login, password)

    async def change_pin(self, old: str, new: str) -> UnlockOutcome:
        self._ask("change_pin", old, new)
        return self.outcome

    async def choose(self, user_id: str) -> None:
        self._ask("choose", user_id)

    async def add_user(self) -> None:
        self._ask("add_user")

    async def retire(self, told: Remains) -> None:
        self._ask("retire", str(told.attention), str(told.drafts))

    async def change_server(self, server: str) -> None:
        self._ask("change_server", server)

    async def lock(self) -> None:
        self._ask("lock")

    def touch(self) -> None:
        self.touched += 1

    def _ask(self, *what: str) -> None:
        self.asked.append(what)
        if self.raises is not None:
            raise self.raises
        if self.then is not None:
            self.become(self.then)


class FakeHosts:
    """One gate for whoever asks; notes the profiles, and where their browsers say they are."""

    def __init__(self, gate: FakeGate) -> None:
        self.gate = gate
        self.profiles: list[str] = []
        self.zones: list[str] = []

    async def host_for(self, profile: str, zone: str = "") -> FakeGate:
        self.profiles.append(profile)
        self.zones.append(zone)
        return self.gate


@asynccontextmanager
async def door(
    gate: FakeGate,
    *,
    languages: tuple[str, ...] = ("en",),
    width: float = 390,
    zone: str = "",
    hosts: FakeHosts | None = None,
    own: Around | None = None,
) -> AsyncIterator[Harness]:
    """Open the app in a browser tab whose preferences are empty but for its ``zone``; the process may be its ``own``."""
    kept: dict[str, object] = {"tournee.zone": zone} if zone else {}

    def keep(call: dict[str, object]) -> bool:
        kept[str(call["key"])] = call["value"]
        return True

    replies = {
        "get": lambda call: kept.get(call["key"]),
        "set": keep,
        "get_device_info": {"browser_name": "chrome", "languages": list(languages), "language": languages[0], "locales": []},
    }

    async def main(page: ft.Page) -> None:
        page.web = True
        await make_main(hosts or FakeHosts(gate), own)(page)

    async with Harness(main, width=width, replies=replies) as h:
        yield h


async def enter(h: Harness, pin: str) -> None:
    """Tap the digits of ``pin``."""
    for digit in pin:
        await h.fire(h.by_id(f"pin-{digit}"), "tap")


async def submit(h: Harness) -> None:
    """Press the form's button."""
    button = h.by_id("sign-in").content
    assert isinstance(button, ft.FilledButton)
    await h.fire(button, "click")


async def link(h: Harness, identifier: str) -> None:
    """Press a quiet action."""
    button = h.by_id(identifier).content
    assert isinstance(button, ft.TextButton)
    await h.fire(button, "click")
