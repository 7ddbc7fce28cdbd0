"""What a person chose on this client (language, theme) and the client's own random name, kept by the client itself."""

import secrets
from collections.abc import Iterable
from typing import Final, Protocol, TypeVar

PREFIX: Final = "tournee."
PROFILE: Final = "profile"
PROFILE_BYTES: Final = 24
ZONE: Final = "zone"
"""Written by the page itself (``assets/index.html``): only the browser knows where it is."""


Name = TypeVar("Name", bound=str)


class Shelf(Protocol):
    """The client's key-value storage: Flet's ``SharedPreferences`` (a browser profile's localStorage, a phone's preferences)."""

    async def get(self, key: str) -> object:
        """What is kept under ``key``, or None."""
        ...

    async def set(self, key: str, value: str) -> object:
        """Keep ``value``."""
        ...


class Preferences:
    """Texts by name. What is not among the ``known`` values counts as not chosen: an older app may have written it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def get(self, name: str, known: Iterable[Name]) -> Name | None:
        """Return the choice called ``name``."""
        value = await self._shelf.get(PREFIX + name)
        return next((each for each in known if each == value), None)

    async def set(self, name: str, value: str) -> None:
        """Keep a choice."""
        await self._shelf.set(PREFIX + name, value)

    async def profile(self) -> str:
        """Return this client's name: random, made once, known to nobody else. Who knows it reaches the client's sealed folder."""
        kept = await self._shelf.get(PREFIX + PROFILE)
        if isinstance(kept, str) and kept:
            return kept
        made = secrets.token_urlsafe(PROFILE_BYTES)
        await self._shelf.set(PREFIX + PROFILE, made)
        return made

    async def zone(self) -> str:
        """Return the IANA zone that a browser says it is in; '' where nobody says."""
        kept = await self._shelf.get(PREFIX + ZONE)
        return kept if isinstance(kept, str) else ""
