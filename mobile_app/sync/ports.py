"""What a round needs of the device: the store and the session's tokens. The simulation and the tests bring their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from mobile_app.data.verified import Verified
from mobile_app.sync.pushing import Outgoing
from shared.sync.protocol import PullAnswer, Tokens


class UnsentWork(Protocol):
    """Since when rounds that reached the server have left work unsent."""

    async def waited_ms(self, now: int) -> int:
        """For how long (ms) they have left what is the oldest now; 0 where none has."""
        ...

    async def note(self, now: int) -> None:
        """Take note of what a round that reached the server has left."""
        ...


class Mentioned(Protocol):
    """What the device says about records that it does not hold."""

    async def absent(self) -> list[str]:
        """The ids of those records."""
        ...

    async def purge(self, erased: Collection[str]) -> None:
        """Drop all that was written about these. Repeatable."""
        ...


class SyncStore(Outgoing, Protocol):
    """What a round needs of the store."""

    @property
    def unsent(self) -> UnsentWork:
        """The watch over work that does not get through."""
        ...

    @property
    def mentions(self) -> Mentioned:
        """Its author's own words about what she no longer receives."""
        ...

    async def cursor(self) -> str:
        """Where the last applied page ended; empty before the first."""
        ...

    async def apply(self, page: PullAnswer) -> bool:
        """Take a page: records and cursor in one vault transaction. False: it answers another cursor and was dropped."""
        ...

    async def finish_lists(self) -> None:
        """Make what a download that broke off has brought searchable. Repeatable."""
        ...

    async def digest(self) -> dict[str, str]:
        """The digest of each scope over what the server has said."""
        ...

    async def fetch_again(self, scopes: Sequence[str]) -> None:
        """Ask for these scopes from their beginning; what is here stays until it has come, and goes then if it did not."""
        ...

    async def start_over(self) -> None:
        """Ask for everything anew: the server does not know our cursor."""
        ...

    async def numbers_lost(self) -> bool:
        """Whether damage took the last number that this device has given to a quote: nobody can say it for sure."""
        ...

    async def note_verified(self, verified: Verified) -> None:
        """Keep what a comparison with the server said."""
        ...


class TokenStore(Protocol):
    """Where the session's tokens are kept, sealed."""

    async def tokens(self) -> tuple[str, Tokens] | None:
        """The device's id and its tokens; ``None`` when signed out."""
        ...

    async def save_tokens(self, tokens: Tokens, sent: str) -> None:
        """Keep durably, before they are used, the tokens that the refresh token ``sent`` was answered with; not if it is held no more."""
        ...
