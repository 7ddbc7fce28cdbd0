"""The session, when two change it at once: a refresh is answered while somebody signs in, or while the server's address changes."""

import asyncio
from dataclasses import dataclass, field

from msgspec.structs import replace

from mobile_app.data.session_state import SessionState
from mobile_app.data.sync_status import SyncStatus
from mobile_app.sync.authorised import Authorised
from mobile_app.sync.session_tokens import SessionTokens
from shared.sync.protocol import Profile, RefreshRequest, Tokens
from tests.fakes.device import FakeClock
from tests.mobile_app.sync.fakes import FakeApi, tokens


@dataclass
class SlowStore:
    """Keeps a session durably; the first time it takes until it is let ``go``."""

    kept: list[SessionState] = field(default_factory=list)
    inside: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def save_session(self, session: SessionState) -> None:
        self.kept.append(session)
        self.inside.set()
        await self.go.wait()


def session() -> SessionState:
    return SessionState("http://old", "org", "Fournil", "d1", "K7", Profile("u1", "Élodie", "rep", "fr"), tokens(1))


def test_a_refresh_that_is_answered_after_a_sign_in_leaves_the_new_session_alone() -> None:
    class SignedInMeanwhile(FakeApi):
        async def refresh(self, request: RefreshRequest) -> Tokens:
            answer = await super().refresh(request)
            await held.update(lambda session: replace(session, tokens=tokens(7)))
            return answer

    store = SlowStore()
    store.go.set()
    held = SessionTokens(store, session())

    access = asyncio.run(Authorised(held, SignedInMeanwhile(), SyncStatus(), FakeClock()).renewed("access-1"))

    assert (held.session.tokens, access) == (tokens(7), "access-7")
    assert store.kept == [held.session]


def test_a_new_address_that_is_kept_while_tokens_are_rotated_loses_neither() -> None:
    async def both() -> None:
        rotating = asyncio.create_task(held.save_tokens(tokens(2), "refresh-1"))
        await store.inside.wait()
        moving = asyncio.create_task(held.update(lambda session: replace(session, server="http://new")))
        await asyncio.sleep(0)
        store.go.set()
        await asyncio.gather(rotating, moving)

    store = SlowStore()
    held = SessionTokens(store, session())

    asyncio.run(both())

    assert (held.session.server, held.session.tokens) == ("http://new", tokens(2))
    assert store.kept[-1] == held.session
