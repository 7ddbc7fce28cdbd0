"""The session's tokens, at hand for the engine and sealed in the vault."""

from __future__ import annotations

from typing import Protocol

from msgspec.structs import replace

from mobile_app.data.session_state import SessionState
from shared.sync.protocol import Tokens


class SessionStore(Protocol):
    """Where the session is kept."""

    async def save_session(self, session: SessionState) -> None:
        """Keep the session, sealed and durable."""
        ...


class SessionTokens:
    """The engine's ``TokenStore``. Rotated tokens are durable before they are used."""

    def __init__(self, store: SessionStore, session: SessionState) -> None:
        self._store = store
        self.session = session

    async def tokens(self) -> tuple[str, Tokens] | None:
        """The device's id and its tokens; ``None`` when signed out."""
        return (self.session.device_id, self.session.tokens) if self.session.tokens is not None else None

    async def save_tokens(self, tokens: Tokens) -> None:
        """Keep rotated tokens."""
        await self.keep(replace(self.session, tokens=tokens))

    async def keep(self, session: SessionState) -> None:
        """Replace the session."""
        await self._store.save_session(session)
        self.session = session
