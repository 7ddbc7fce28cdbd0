"""The two processes of a run. Each is told where to die, and says over a pipe what it has promised."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import uvicorn

from mobile_app.bootstrap import Ports
from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.desk import Draft, Label, RecordEdit
from mobile_app.data.device import Device
from mobile_app.data.executor import InlineExecutor
from mobile_app.data.gate import Opened
from mobile_app.data.key_file import KeyPolicy
from mobile_app.sync.engine import RoundEnd
from shared.sync.change import Edit
from sync_server.api.app import create_app
from sync_server.api.deps import Context
from sync_server.config import Config
from sync_server.services.auth import Sessions
from sync_server.services.passwords import Passwords
from sync_server.storage.database import Database
from tests.fakes.device import FakeClock, SeededRandomness
from tests.kills.points import POINTS, arm
from tests.simulation.world import CHEAP, PIN, SERVER, never

SOCKET = "server.sock"
TOKENS_RUN_OUT_MS = 20 * 60_000
CUSTOMERS, CYCLES = 3, 3


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is told: its folder, its seed, the time, and where to die."""

    folder: Path
    seed: int
    now: int
    point: str = ""
    time: int = 0

    def obey(self) -> None:
        """Arm this process."""
        for point in POINTS:
            if point.name == self.point:
                arm(point, self.time)


def serve(order: Order, pipe: Connection) -> None:
    """Serve the organisation of the folder on its socket; say ``ready`` once requests are taken."""
    logging.disable()
    order.obey()
    config = Config(data=order.folder / "server", scrypt=CHEAP)
    clock, chance = FakeClock(order.now), SeededRandomness(order.seed)
    database = Database.open(config.database, serve=True)
    sessions = Sessions(database, config, clock, chance, Passwords(CHEAP, chance))
    app = create_app(Context(database, clock, chance), sessions, config)
    (order.folder / SOCKET).unlink(missing_ok=True)
    _Server(uvicorn.Config(app, uds=str(order.folder / SOCKET), log_config=None, lifespan="off"), pipe).run()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, pipe: Connection) -> None:
        super().__init__(config)
        self._pipe = pipe

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(None)
        self._pipe.send("ready")


def work(order: Order, pipe: Connection, territory: str) -> None:
    """Unlock the phone and work: each customer is told once it is saved, each round once it is over; ``done`` at the end."""
    order.obey()
    asyncio.run(_work(order, pipe, territory))


def settle(order: Order, pipe: Connection) -> None:
    """Unlock the phone after the bad day, run rounds that compare digests, and tell how they ended and what waits."""
    asyncio.run(_settle(order, pipe))


async def _work(order: Order, pipe: Connection, territory: str) -> None:
    host = await _unlocked(order)
    device = _device(host)
    for cycle in range(CYCLES):
        for number in range(CUSTOMERS):
            name = f"Client {order.seed} {cycle} {number}"
            fields = {"name": Edit(name), "territory_id": Edit(territory), "country": Edit("FR")}
            edit = RecordEdit("account", device.store.new_id(), "create", None, fields)
            await device.store.write(Draft((edit,), Label("test")))
            pipe.send(name)
        await _round(host)
    pipe.send("done")


async def _settle(order: Order, pipe: Connection) -> None:
    host = await _unlocked(order)
    ends = [await _round(host, verify=True) for _ in range(2)]
    now = _device(host).status.now
    pipe.send((ends[-1].phase, ends[-1].code, now.waiting, now.attention))


async def _unlocked(order: Order) -> DeviceHost:
    transport = httpx.AsyncHTTPTransport(uds=str(order.folder / SOCKET))
    ports = Ports(
        clock=FakeClock(order.now),
        randomness=SeededRandomness(order.seed),
        sleep=never,
        transport=lambda: transport,
        executor=InlineExecutor,
        key_policy=KeyPolicy(scrypt_n=2),
    )
    host = DeviceHost(order.folder / "elodie-phone", SERVER, ports)
    await host.arrive()
    await host.unlock(PIN)
    assert host._open is not None
    await host._open.scheduler.stop()
    return host


def _device(host: DeviceHost) -> Device:
    state = host.state
    assert isinstance(state, Opened), state
    return state.device


async def _round(host: DeviceHost, *, verify: bool = False) -> RoundEnd:
    assert host._open is not None
    return await host._open.engine.round(verify=verify)
