"""What exists only while a vault is open: store, engine, scheduler and the watch over the automatic lock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from mobile_app.bootstrap.beginning import Beginning
from mobile_app.bootstrap.ports import Ports
from mobile_app.data.device import Device
from mobile_app.data.key_states import DataKey
from mobile_app.data.keys import KeyRing
from mobile_app.data.repositories import repositories
from mobile_app.data.session_state import SessionState
from mobile_app.data.store import Store
from mobile_app.data.sync_status import StatusHandle, SyncState
from mobile_app.sync.blob_api import HttpBlobs
from mobile_app.sync.blobs import Carrier
from mobile_app.sync.engine import Engine
from mobile_app.sync.exchange import Exchange, stream_of
from mobile_app.sync.http_api import HttpApi
from mobile_app.sync.listener import Listener
from mobile_app.sync.offline import OfflineSwitch
from mobile_app.sync.scheduler import Scheduler
from mobile_app.sync.session_tokens import SessionTokens

WATCH_EVERY_S: Final = 15.0
LOCK_AFTER: Final = 4
"""Times in a row that the keys file may refuse before the vault is locked for safety."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class OpenDevice:
    """An open vault with all that works on it. ``close`` ends all of it; the key goes last."""

    device: Device
    key: DataKey
    api: HttpApi
    engine: Engine
    scheduler: Scheduler
    listener: Listener
    carrier: Carrier
    tokens: SessionTokens
    _offline: OfflineSwitch
    _beginning: Beginning
    _heard: StatusHandle
    _watch: asyncio.Task[None] | None = None

    @classmethod
    def build(
        cls,
        store: Store,
        session: SessionState,
        key: DataKey,
        *,
        ring: KeyRing,
        ports: Ports,
        on_revoked: Callable[[], Awaitable[None]],
        on_anew: Callable[[], Awaitable[None]],
    ) -> OpenDevice:
        """Wire the engine and the repositories around an open ``store``."""
        api = HttpApi(session.server, ports.transport())
        tokens = SessionTokens(store, session)
        engine = Engine(
            store=store,
            healing=store.healing,
            tokens=tokens,
            api=api,
            status=store.status,
            clock=ports.clock,
            met_server=lambda now, days: ring.server_met(now, days or tokens.session.lease_days),
            on_revoked=on_revoked,
            on_anew=on_anew,
        )
        carrier = Carrier(
            store=store.blobs,
            api=HttpBlobs(api.client),
            tokens=tokens,
            sleep=ports.sleep,
            randomness=ports.randomness,
            allowed=lambda: not store.status.now.work_offline,
            expired=lambda: scheduler.expired(),  # noqa: PLW0108 - it is made below
        )
        store.blobs.carried_by(carrier.carry)
        scheduler = Scheduler(lambda: carrier.around(engine.round), store.status, ports.sleep, ports.randomness)
        listener = Listener(
            stream_of(api, engine.authorised),
            store.status,
            known=lambda: scheduler.known,
            told=scheduler.told,
            revoked=on_revoked,
            sleep=ports.sleep,
            randomness=ports.randomness,
        )

        offline = OfflineSwitch(scheduler, store.keep_work_offline)
        beginning = Beginning(store, ports.sleep, ports.randomness)

        def verify() -> None:
            engine.compare_next()
            scheduler.sync_now()

        device = Device(
            **repositories(store),
            profile=session.profile,
            organisation_name=session.organisation_name,
            server=session.server,
            store=store,
            status=store.status,
            actions=Exchange(scheduler, listener, offline, beginning.hurry),
            notifier=store.notifier,
            clock=ports.clock,
            verify=verify,
        )
        heard = store.status.subscribe(_after_an_edit(scheduler, store.status.now))
        return cls(device, key, api, engine, scheduler, listener, carrier, tokens, offline, beginning, heard)

    def start(
        self,
        expired: Callable[[], Awaitable[bool]],
        ports: Ports,
        lock: Callable[[], Awaitable[None]],
        damaged: Callable[[], Awaitable[None]],
    ) -> None:
        """Read the rest of the vault (or say that it is ``damaged``) and then sync; look now and then whether it is time to lock."""
        self._beginning.start(self._sync, damaged)
        self._watch = asyncio.create_task(_watch(expired, ports, lock))

    async def begun(self) -> None:
        """Wait until all is here and syncing has begun.

        Raises:
            StorageFailed: the disk refuses to be read.
        """
        await self._beginning.over()

    async def change_server(self, server: str) -> None:
        """Speak to another address from now on."""
        await self.tokens.update(lambda session: msgspec.structs.replace(session, server=server))
        self.api.move(server)
        self.device = replace(self.device, server=server)
        self.scheduler.sync_now()

    async def close(self) -> None:
        """Stop syncing, finish what is being written, drop contents and key."""
        self._heard.unsubscribe()
        if self._watch is not None and self._watch is not asyncio.current_task():
            self._watch.cancel()
        await self._beginning.stop()
        await self.listener.stop()
        await self.scheduler.stop()
        await self.carrier.stop()
        await self._offline.kept()
        await self.device.store.close()
        await self.api.close()

    def _sync(self) -> None:
        self.scheduler.start()
        self.listener.start()
        self.carrier.start()


def _after_an_edit(scheduler: Scheduler, now: SyncState) -> Callable[[SyncState], None]:
    """Tell the scheduler when more is waiting than before."""
    before = now.waiting

    def heard(state: SyncState) -> None:
        nonlocal before
        more, before = state.waiting > before, state.waiting
        if more:
            scheduler.edited()

    return heard


async def _watch(expired: Callable[[], Awaitable[bool]], ports: Ports, lock: Callable[[], Awaitable[None]]) -> None:
    """Lock when it is time to; also when that could not be found out so often in a row that nobody knows."""
    unknown, over = 0, False
    while not over:
        try:
            over, unknown = await expired(), 0
        except Exception:
            unknown += 1
            over = unknown == LOCK_AFTER
            _log.exception("nobody knows whether it is time to lock", extra={"times": unknown})
        if not over:
            await ports.sleep(WATCH_EVERY_S)
    await lock()
