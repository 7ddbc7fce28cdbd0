"""One phone: production vault, store and engine over a disk in memory and the wire. It boots, is killed, and is wiped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from mobile_app.data.desk import Identity
from mobile_app.data.executor import InlineExecutor
from mobile_app.data.key_states import DataKey
from mobile_app.data.repositories import Repositories, repositories
from mobile_app.data.session_state import SessionState
from mobile_app.data.vault import Vault
from mobile_app.data.working_set import WorkingSet
from mobile_app.sync.engine import Engine, RoundEnd
from mobile_app.sync.session_tokens import SessionTokens
from shared.errors import TourneeError
from shared.sync.protocol import PROTOCOL, PullAnswer, Tokens
from tests.fakes.device import FakeClock, Killed, SeededRandomness
from tests.fakes.dump import dump
from tests.simulation.fleet.disk import CheapCrypto, Disk
from tests.simulation.fleet.ledger import Ledger
from tests.simulation.fleet.loop import StepLoop
from tests.simulation.fleet.watched import Doubt, WatchedStore
from tests.simulation.fleet.wire import Wire, WireApi

KEY = DataKey(bytes(32), 1)
ORGANISATION = "fournil"
_PATH = Path("vault")


@dataclass(frozen=True, slots=True)
class Open:
    """What exists only while the app runs."""

    vault: Vault
    store: WatchedStore
    working_set: WorkingSet
    engine: Engine
    tokens: SessionTokens
    api: WireApi
    do: Repositories


@dataclass
class Handset:
    """``skew`` is how many ms its clock is ahead, ``spoken`` its app's protocol.

    ``wiped`` once it was revoked and knows it, ``copied`` once it was told that it must have been restored from a copy of itself.
    """

    name: str
    user_id: str
    role: str
    session: SessionState
    disk: Disk
    loop: StepLoop
    wire: Wire
    ledger: Ledger
    on_applied: Callable[[Handset, PullAnswer], None]
    seed: int
    true_now: FakeClock
    skew: int = 0
    spoken: int = PROTOCOL
    wiped: bool = False
    copied: bool = False
    round: asyncio.Task[RoundEnd] | None = None
    opened: Open | None = None
    boots: int = 0
    doubt: Doubt | None = None
    last_shown: dict[str, list[tuple[object, ...]]] | None = None
    """What the screens showed when the phone died, if it died at rest: a start must show the same."""
    clock: FakeClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.set_clock()

    def set_clock(self) -> None:
        """Let the phone's clock follow the true time."""
        self.clock.now = self.true_now.now + self.skew

    @property
    def app(self) -> Open:
        """The running app."""
        assert self.opened is not None
        return self.opened

    def boot(self) -> None:
        """Start the app, unlock the vault and build the working set, as after a power cut. May die again."""
        self.boots += 1
        try:
            self.opened = self.loop.do(self._open())
        except Killed as death:
            self.dies(death)
            return
        self._settle_doubts()
        shown, self.last_shown = self.last_shown, None
        if shown is not None and shown != dump(self.app.working_set):
            self.ledger.blame("diverged", f"{self.name} shows something else than before it was started again")

    async def _open(self) -> Open:
        randomness = SeededRandomness(self.seed * 1_000 + self.boots)
        executor = InlineExecutor()
        vault = Vault.open(_PATH, ORGANISATION, connect=self.disk, crypto=CheapCrypto(randomness))
        vault.unlock(KEY)
        identity = Identity(self.session.device_code, self.user_id)
        store = await WatchedStore.open(vault, executor, identity=identity, clock=self.clock, randomness=randomness)
        assert isinstance(store, WatchedStore)
        store.ledger, store.label, store.on_applied = self.ledger, self.name, self._applied
        session = await store.get_session()
        if session is None:
            session = self.session
            await store.save_session(session)
        elif session.device_code != self.session.device_code:  # it had become another device when it died, or not yet when it was copied
            self.session = session
            store._working_set.close()
            return await self._open()
        tokens = SessionTokens(store, session)
        api = WireApi(self.wire, self.name, self.loop.create_future, self.spoken)
        engine = Engine(
            store=store,
            healing=store.healing,
            tokens=tokens,
            api=api,
            status=store.status,
            clock=self.clock,
            met_server=_nothing,
            on_revoked=self._on_revoked,
            on_anew=self._on_copied,
        )
        return Open(vault, store, store._working_set, engine, tokens, api, Repositories(**repositories(store)))

    def _settle_doubts(self) -> None:
        """Ask the disk what became of the action in which the phone died, and whether all that was saved is there."""
        store = self.app.store
        items = self.loop.do(store.waiting()) + self.loop.do(store.attention())
        here = {item.txn for item in items}
        if self.doubt is not None:
            self.doubt([item for item in items if item.txn not in self.ledger.by_txn and item.state != "copy"], here)
            self.doubt = None
        here |= {entry.transaction.id for _, entry in self.loop.do(store.journal())}
        for each in self.ledger.of_device(self.name):
            if each.fate == "accepted" and each.txn not in here and not self.ledger.is_buried(each):
                self.ledger.blame("lost", f"{self.name} saved {each.txn} and has it no more after a restart")

    def kill(self) -> None:
        """End the process here and now."""
        self.disk.die_at = ""
        self.copied = False
        self.disk.power_off()
        opened, task = self.opened, self.round
        self.opened = self.round = None
        self.wire.forget(self.name)
        if task is not None and not task.done():
            task.cancel()
            self.loop.idle()
        if opened is not None:
            self.doubt = opened.store.doubt
            opened.working_set.close()

    def dies_at_rest(self) -> None:
        """The process was killed while nothing was being written."""
        if not self.app.working_set.listing_is_late:  # a download that goes on lists its customers at its end
            self.last_shown = dump(self.app.working_set)
        self.kill()

    def dies(self, death: Killed) -> None:
        """The process was killed at a point of a transaction."""
        self.ledger.faults[f"killed_{death}"] += 1
        self.kill()

    def begin_round(self, *, verify: bool = False) -> None:
        """Start a round, unless one is running."""
        if self.round is None:
            self.round = self.loop.create_task(self.app.engine.round(verify=verify))
            self.loop.idle()

    def ended_round(self) -> RoundEnd | None:
        """Give how the round ended, if it has; a death in it ends the app."""
        task = self.round
        if task is None or not task.done():
            return None
        self.round = None
        error = task.exception()
        if isinstance(error, Killed):
            self.dies(error)
            return None
        return task.result()

    def sign_in(self, tokens: Tokens) -> None:
        """The person typed her password; where the phone cannot keep that, she will be asked again."""
        try:
            self.loop.do(self.app.tokens.update(lambda session: replace(session, tokens=tokens)))
        except TourneeError:
            return
        except Killed as death:
            self.dies(death)

    def become(self, session: SessionState) -> bool:
        """Live on as another device with the same disk; False where it died of that, or the disk refused."""
        try:
            self.loop.do(self.app.store.enrolled_anew(session))
        except TourneeError:
            return False
        except Killed as death:
            self.dies(death)
            return False
        self.session = session
        self.kill()
        self.boot()
        return True

    def _applied(self, page: PullAnswer) -> None:
        self.on_applied(self, page)

    async def _on_revoked(self) -> None:
        self.wiped = True

    async def _on_copied(self) -> None:
        self.copied = True


async def _nothing(*_told: int) -> None:
    """The key ring's lease is not simulated."""
