"""Calls with the session's access token: refreshed ahead of its end, or once when it has just ended; one refresh at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Concatenate, Final, ParamSpec, TypeVar

from mobile_app.data.sync_status import SyncStatus
from mobile_app.sync.http_api import SyncApi
from mobile_app.sync.ports import TokenStore
from shared.errors import SessionExpired
from shared.ports import Clock
from shared.sync.protocol import RefreshRequest, Tokens

REFRESH_AHEAD_MS: Final = 60_000
"""An access token that ends within this time is refreshed before it is needed, not in the middle."""

P = ParamSpec("P")
T = TypeVar("T")


class SignedOut(SessionExpired):
    """There are no tokens: a person has to sign in."""

    def __init__(self) -> None:
        super().__init__(401)


class Authorised:
    """The one user of the tokens: rounds and the live stream share it, so that two never refresh at once."""

    def __init__(self, tokens: TokenStore, api: SyncApi, status: SyncStatus, clock: Clock) -> None:
        self._tokens = tokens
        self._api = api
        self._status = status
        self._clock = clock
        self._refreshing = asyncio.Lock()

    async def __call__(self, call: Callable[Concatenate[str, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call with the access token; if it has just ended, refresh once and go on where we were."""
        access = (await self._held())[1].access
        try:
            return await call(access, *args, **kwargs)
        except SessionExpired:
            return await call(await self.renewed(access), *args, **kwargs)

    async def access(self) -> str:
        """Give an access token that holds for a minute at least.

        Raises:
            SignedOut: there is no session.
            SessionExpired: the session cannot go on.
        """
        access = (await self._held())[1]
        left = access.access_until - self._clock.now_ms() - self._status.now.clock_offset_ms
        return access.access if left >= REFRESH_AHEAD_MS else await self.renewed(access.access)

    async def renewed(self, access: str) -> str:
        """Give an access token other than ``access``; somebody else may just have fetched it."""
        async with self._refreshing:
            device_id, tokens = await self._held()
            if tokens.access != access:
                return tokens.access
            fresh = await self._api.refresh(RefreshRequest(device_id, tokens.refresh))
            await self._tokens.save_tokens(fresh, tokens.refresh)
            return (await self._held())[1].access

    async def _held(self) -> tuple[str, Tokens]:
        held = await self._tokens.tokens()
        if held is None:
            raise SignedOut
        return held
