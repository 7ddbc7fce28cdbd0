"""Signing in, as far as a person types it: who, which server, and a new PIN twice. Handlers read it, never what a render captured."""

from collections.abc import Awaitable, Callable
from typing import Final, Literal

import flet as ft

from mobile_app.data.key_file import KeyPolicy
from shared.errors import PinRefused, TourneeError

PIN_LENGTH: Final = 6
Step = Literal["form", "pin", "again", "busy"]
Finish = Callable[["SignIn"], Awaitable[None]]


class SignIn(ft.Observable):
    """``finish`` does it, with what was typed; ``wants_pin`` says whether a new PIN is chosen first."""

    def __init__(self, finish: Finish, *, server: str = "", login: str = "", wants_pin: bool) -> None:
        self.step: Step = "form"
        self.code = ""
        self.missing: frozenset[str] = frozenset()
        self.server = server
        self._login = login
        self._password = ""
        self._pin = ""
        self._finish = finish
        self._wants_pin = wants_pin

    @property
    def login(self) -> str:
        """Who signs in."""
        return self._login

    @property
    def password(self) -> str:
        """What proves it."""
        return self._password

    @property
    def pin(self) -> str:
        """The new PIN."""
        return self._pin

    def put_server(self, typed: str) -> None:
        """Note the server's address; typing it renders nothing."""
        self.__dict__["server"] = typed

    def put_login(self, typed: str) -> None:
        """Note the login."""
        self._login = typed

    def put_password(self, typed: str) -> None:
        """Note the password."""
        self._password = typed

    async def submit(self) -> None:
        """Go on: to the PIN, or to the end."""
        wanted = {"server": self.server, "login": self._login, "password": self._password}
        self.missing = frozenset(name for name, value in wanted.items() if not value.strip())
        self.code = ""
        if self.missing:
            return
        if self._wants_pin:
            self.step = "pin"
        else:
            await self._do()

    async def choose(self, pin: str) -> None:
        """Take the new PIN; the second time it must be the same."""
        self.code = ""
        if self.step == "pin":
            self._take(pin)
        elif pin != self._pin:
            self.code, self.step = "pins_differ", "pin"
        else:
            await self._do()

    def back(self) -> None:
        """Back to who and where."""
        self.step, self.code = "form", ""

    def _take(self, pin: str) -> None:
        try:
            KeyPolicy().check_pin(pin)
        except PinRefused as refused:
            self.code = refused.code
        else:
            self._pin, self.step = pin, "again"

    async def _do(self) -> None:
        self.step = "busy"
        try:
            await self._finish(self)
        except PinRefused as refused:
            self.code, self.step = refused.code, "pin"
        except TourneeError as error:
            self.code, self.step = error.code, "form"
        except BaseException:
            self.step = "form"
            raise


class Digits(ft.Observable):
    """A PIN while it is entered; ``full`` is told all of it, and the dots are empty again."""

    def __init__(self, full: Callable[[str], Awaitable[None]]) -> None:
        self.count = 0
        self.busy = False
        self._digits = ""
        self._full = full

    async def add(self, digit: str) -> None:
        """One more; ignored while the last PIN is being tried."""
        if self.busy:
            return
        self._set(self._digits + digit)
        if len(self._digits) < PIN_LENGTH:
            return
        self.busy, pin = True, self._digits
        try:
            await self._full(pin)
        finally:
            self._set("")
            self.busy = False

    def delete(self) -> None:
        """One less."""
        self._set(self._digits[:-1])

    def _set(self, digits: str) -> None:
        self._digits = digits
        self.count = len(digits)
