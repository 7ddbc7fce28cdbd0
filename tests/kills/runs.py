"""A run: both processes start on a copy of one organisation, one is killed at its point, both start again, and the books are checked."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from shared.models.registry import raw_table
from sync_server.storage.database import Database
from tests.kills.points import Point
from tests.kills.processes import TOKENS_RUN_OUT_MS, Order, serve, settle, work
from tests.simulation.world import World

PATIENCE_S = 60
"""How long a process may be silent before the run counts as stuck."""
OFFICE = 40


class Template:
    """An organisation with one enrolled phone that has not yet heard of what the office did since. Copied for each run."""

    def __init__(self, folder: Path) -> None:
        world = World(folder)
        world.person("elodie", "rep", "Lyon")
        asyncio.run(_enrolled(world))
        for number in range(OFFICE):
            world.account(f"Office {number}", "Lyon")
        self.territory = world.ids["Lyon"]
        self.now = world.clock.now + TOKENS_RUN_OUT_MS
        world.close()
        self.folder = folder


async def _enrolled(world: World) -> None:
    phone = await world.phone("elodie")
    await phone.host.lock()


class Run(NamedTuple):
    """How a run went: whether the process died where it should, and what was wrong afterwards."""

    died: bool
    wrong: list[str]


def run(template: Template, point: Point, seed: int, folder: Path) -> Run:
    """Kill at ``point``, in a copy of the organisation at ``folder``. The same seed dies at the same place."""
    shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    chance = random.Random(f"{point.name} {seed}")  # noqa: S311 - a test's chance
    deadly = Order(folder, seed, template.now, point.name, chance.randint(1, point.times))
    harmless = Order(folder, seed, template.now)
    with _process(serve, deadly if point.side == "server" else harmless) as (server, ready):
        told = []
        if _has_begun(ready):
            with _process(work, deadly if point.side == "phone" else harmless, template.territory) as (_, pipe):
                told = _all_said(pipe)
        died = "done" not in told if point.side == "phone" else _has_died(server)
        server.kill()
    calm = Order(folder, seed + 1_000_000, template.now)
    with _process(serve, calm) as (server, ready):
        _said(ready)
        with _process(settle, calm) as (_, pipe):
            end = _all_said(pipe)
        server.kill()
    wrong = [] if end == [("idle", "", 0, 0)] else [f"the phone ended with {end}"]
    return Run(died, wrong + _miscounted(folder, [name for name in told if name != "done"]))


def _has_begun(ready: Connection) -> bool:
    """Wait for the server; one may die at a commit of its start, and the phone of that run had nobody to speak to."""
    try:
        _said(ready)
    except EOFError:
        return False
    return True


def _has_died(server: BaseProcess) -> bool:
    server.join(1)  # its pipe closes a moment before it is gone
    return server.exitcode == -signal.SIGKILL


def _miscounted(folder: Path, told: list[str]) -> list[str]:
    database = Database.open(folder / "server" / "org.db")
    with database.read() as connection:
        names = Counter(connection.execute(select(raw_table("account").c.name)).scalars())
    database.close()
    lost = [f"lost: {name}" for name in told if name not in names]
    return lost + [f"{times} times: {name}" for name, times in names.items() if times > 1]


@contextmanager
def _process(target: Callable[..., None], order: Order, *more: Any) -> Iterator[tuple[BaseProcess, Connection]]:  # noqa: ANN401 - passed on
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.kills.processes"])
    here, there = context.Pipe()
    process = context.Process(target=target, args=(order, there, *more), daemon=True)
    process.start()
    there.close()
    try:
        yield process, here
    finally:
        if target is serve:
            process.kill()
        process.join()
        process.close()
        here.close()


def _said(pipe: Connection) -> Any:  # noqa: ANN401 - whatever the process sends
    if not pipe.poll(PATIENCE_S):
        raise TimeoutError("a process said nothing")
    return pipe.recv()


def _all_said(pipe: Connection) -> list[Any]:
    """Read until the process is gone."""
    said = []
    try:
        while True:
            said.append(_said(pipe))
    except (EOFError, ConnectionResetError):
        return said
