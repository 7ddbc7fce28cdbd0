"""The switch that keeps what a person chose: the last word, whatever the disk does on the way."""

import asyncio

from mobile_app.data.sync_status import SyncStatus
from mobile_app.sync.engine import RoundEnd
from mobile_app.sync.offline import OfflineSwitch
from mobile_app.sync.scheduler import Scheduler
from shared.errors import DiskFull
from tests.fakes.device import SeededRandomness


class SlowDisk:
    """Keeps one thing at a time, when the test says so; ``full`` keeps nothing."""

    def __init__(self) -> None:
        self.kept: list[bool] = []
        self.gate = asyncio.Event()
        self.full = False

    async def keep(self, on: bool) -> None:
        await self.gate.wait()
        if self.full:
            raise DiskFull
        self.kept.append(on)


async def one_round() -> RoundEnd:
    return RoundEnd("idle")


async def never(seconds: float) -> None:
    await asyncio.Event().wait()


def switch(disk: SlowDisk) -> tuple[OfflineSwitch, SyncStatus]:
    status = SyncStatus()
    return OfflineSwitch(Scheduler(one_round, status, never, SeededRandomness()), disk.keep), status


def test_the_network_is_left_at_once_and_of_several_words_the_last_is_kept() -> None:
    async def scenario() -> None:
        disk = SlowDisk()
        offline, status = switch(disk)

        offline.turn(on=True)
        at_once = status.now.work_offline
        await asyncio.sleep(0)
        offline.turn(on=False)
        offline.turn(on=True)
        offline.turn(on=False)
        disk.gate.set()
        await offline.kept()

        assert (at_once, status.now.work_offline, disk.kept[-1]) == (True, False, False)
        before = list(disk.kept)
        await offline.kept()
        assert disk.kept == before

    asyncio.run(scenario())


def test_what_a_full_disk_did_not_keep_is_tried_again_at_the_lock_and_never_holds_that_up() -> None:
    async def scenario() -> None:
        disk = SlowDisk()
        disk.gate.set()
        disk.full = True
        offline, status = switch(disk)

        offline.turn(on=True)
        await offline.kept()
        disk.full = False
        await offline.kept()

        assert (status.now.work_offline, disk.kept) == (True, [True])

    asyncio.run(scenario())
