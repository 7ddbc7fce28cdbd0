"""One task beside the screen."""

from __future__ import annotations

import asyncio

from mobile_app.sync.background import Background


class Work:
    """Counts how often it began and ended; never ends by itself."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0

    async def run(self) -> None:
        self.begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.ended += 1


def test_what_runs_does_not_begin_twice() -> None:
    async def scenario() -> None:
        work = Work()
        background = Background(work.run)
        background.start()
        background.start()
        await asyncio.sleep(0)
        assert work.begun == 1
        await background.stop()

    asyncio.run(scenario())


def test_stopping_waits_for_the_end_and_may_be_repeated() -> None:
    async def scenario() -> None:
        work = Work()
        background = Background(work.run)
        background.start()
        await asyncio.sleep(0)
        await background.stop()
        await background.stop()
        assert (work.ended, background.is_running) == (1, False)

    asyncio.run(scenario())


def test_after_a_cancel_another_may_begin_before_the_first_has_ended() -> None:
    async def scenario() -> None:
        work = Work()
        background = Background(work.run)
        background.start()
        await asyncio.sleep(0)
        background.cancel()
        background.start()
        await asyncio.sleep(0)
        assert (work.begun, work.ended, background.is_running) == (2, 1, True)
        await background.stop()

    asyncio.run(scenario())


def test_work_that_has_ended_may_begin_again() -> None:
    async def scenario() -> None:
        begun: list[None] = []

        async def once() -> None:
            begun.append(None)

        background = Background(once)
        for _ in range(2):
            background.start()
            await asyncio.sleep(0)
            assert not background.is_running
        assert len(begun) == 2

    asyncio.run(scenario())
