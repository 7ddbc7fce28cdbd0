"""The session's tokens, at hand for the engine and sealed in the vault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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
        self._turn = asyncio.Lock()
        self.session = session

    async def tokens(self) -> tuple[str, Tokens] | None:
        """The device's id and its tokens; ``None`` when signed out."""
        return (self.session.device_id, self.session.tokens) if self.session.tokens is not None else None

    async def save_tokens(self, tokens: Tokens, sent: str) -> None:
        """Keep what the refresh token ``sent`` was answered with, unless somebody signed in meanwhile."""

        def rotated(session: SessionState) -> SessionState:
            is_held = session.tokens is not None and session.tokens.refresh == sent
            return replace(session, tokens=tokens) if is_held else session

        await self.update(rotated)

    async def update(self, change: Callable[[SessionState], SessionState]) -> None:
        """Replace the session by what ``change`` makes of it; one at a time, so that none undoes another."""
        async with self._turn:
            session = change(self.session)
            if session is not self.session:
                await self._store.save_session(session)
                self.session = session
