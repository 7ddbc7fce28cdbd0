"""*Work offline* as a person left it: kept through locks, kills and a salvage, and ended by nobody else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from mobile_app.sync.scheduler import Scheduler
from shared.errors import DeviceError

_log = logging.getLogger(__name__)


class OfflineSwitch:
    """Turns ``scheduler`` at once and has it kept: the last word is what ``keep`` is given last."""

    def __init__(self, scheduler: Scheduler, keep: Callable[[bool], Awaitable[None]]) -> None:
        self._scheduler = scheduler
        self._keep = keep
        self._wanted: bool | None = None
        self._task: asyncio.Task[None] | None = None

    def turn(self, *, on: bool) -> None:
        """Stop using the network, or use it again."""
        self._scheduler.set_work_offline(on=on)
        self._wanted = on
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())

    async def kept(self) -> None:
        """Wait until it is kept; what the disk refused is tried once more. Repeatable."""
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._write()

    async def _write(self) -> None:
        while (wanted := self._wanted) is not None:
            try:
                await self._keep(wanted)
            except DeviceError as error:  # until the next lock it holds all the same, and that tries again
                _log.warning("whether to work offline could not be kept", extra={"code": error.code})
                return
            if self._wanted is wanted:
                self._wanted = None
