"""A phone without a screen: the production store, engine and HTTP client over a real, sealed vault. Rounds run when asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.organisation import LOGIN, PASSWORD
from benchmarks.wire import CountingTransport
from mobile_app.data.crypto import NativeCrypto
from mobile_app.data.executor import ThreadExecutor
from mobile_app.data.key_states import DataKey
from mobile_app.data.session_state import SessionState
from mobile_app.data.sql import connect_sqlite
from mobile_app.data.store import Identity, Store
from mobile_app.data.sync_status import SyncStatus
from mobile_app.data.vault import Vault
from mobile_app.sync.engine import Engine
from mobile_app.sync.http_api import HttpApi
from mobile_app.sync.session_tokens import SessionTokens
from shared.ports import SystemClock, SystemRandomness
from shared.sync.protocol import EnrolRequest

KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Phone:
    """An enrolled device, its vault open."""

    store: Store
    engine: Engine
    api: HttpApi
    access: str
    wire: CountingTransport

    async def round(self) -> None:
        """Run one round to its good end."""
        end = await self.engine.round()
        if end.phase != "idle":
            raise RuntimeError(f"the round ended {end.phase}: {end.code}")

    async def rev_of(self, id_: str) -> int:
        """Give the rev at which a record is shown."""
        rows = await self.store.read(
            lambda session: session.connection().exec_driver_sql("SELECT rev FROM entry WHERE id = ?", (id_,)).all()
        )
        return int(rows[0][0])

    async def account_ids(self, count: int) -> list[str]:
        """Give the ids of ``count`` customers."""
        rows = await self.store.read(lambda session: session.connection().exec_driver_sql("SELECT id FROM account ORDER BY id").all())
        return [str(row[0]) for row in rows[:count]]


async def _nothing(*_told: int) -> None:
    """No lease to renew, nothing to wipe."""


@asynccontextmanager
async def enrolled(server: str, folder: Path) -> AsyncIterator[Phone]:
    """Enrol a phone at ``server`` with an empty vault in ``folder``."""
    folder.mkdir(parents=True)
    clock, randomness = SystemClock("Europe/Paris"), SystemRandomness()
    wire = CountingTransport()
    api, executor = HttpApi(server, wire), ThreadExecutor()
    answer = await api.enrol(EnrolRequest(LOGIN, PASSWORD, "phone", "benchmark"))
    session = SessionState(
        server, answer.organisation, answer.organisation_name, answer.device_id, answer.device_code, answer.profile, answer.tokens
    )

    def opened() -> Vault:
        vault = Vault.open(folder / "vault", answer.organisation, connect=connect_sqlite, crypto=NativeCrypto(randomness))
        vault.unlock(DataKey(randomness.token(KEY_BYTES), 1))
        return vault

    status = SyncStatus()
    store = await Store.open(
        await executor.run(opened),
        executor,
        identity=Identity(answer.device_code, answer.profile.id),
        clock=clock,
        randomness=randomness,
        status=status,
    )
    engine = Engine(
        store=store,
        healing=store.healing,
        tokens=SessionTokens(store, session),
        api=api,
        status=status,
        clock=clock,
        met_server=_nothing,
        on_revoked=_nothing,
        on_anew=_nothing,
    )
    try:
        yield Phone(store, engine, api, answer.tokens.access, wire)
    finally:
        await store.close()
        await api.close()
        executor.close()
