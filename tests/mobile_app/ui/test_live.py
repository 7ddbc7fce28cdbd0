"""View models follow the records, in their own tab; drafts have the last word."""

import asyncio
import contextvars

import pytest

from mobile_app.data.notifier import Notifier
from mobile_app.ui.features.drafts import DraftKeeper
from mobile_app.ui.features.live import Live
from shared.errors import DiskFull, RecordNotFound
from shared.sync.policy import Value
from tests.mobile_app.ui.harness import run

TAB: contextvars.ContextVar[str] = contextvars.ContextVar("tab", default="none")


class Counting(Live):
    """Counts its loads and notes the tab they ran in; ``gate`` holds each until it is opened."""

    def __init__(self, notifier: Notifier) -> None:
        super().__init__(notifier, ("visit",))
        self.loads: tuple[str, ...] = ()
        self.gate = asyncio.Event()
        self.trouble: Exception | None = None

    async def load(self) -> None:
        await self.gate.wait()
        self.loads = (*self.loads, TAB.get())
        if self.trouble is not None:
            raise self.trouble


def test_changes_during_a_load_are_answered_by_one_more() -> None:
    async def go() -> int:
        notifier = Notifier()
        model = Counting(notifier)
        model.start()
        await asyncio.sleep(0)
        for _ in range(5):
            notifier.publish(frozenset({"visit"}))
        model.gate.set()
        await model.loaded()
        return len(model.loads)

    assert run(go()) == 2


def test_a_model_loads_in_its_own_tab_whoever_publishes() -> None:
    async def go() -> tuple[str, ...]:
        notifier = Notifier()
        model = Counting(notifier)
        model.gate.set()
        TAB.set("mine")
        model.start()
        await model.loaded()
        TAB.set("another")
        notifier.publish(frozenset({"visit"}))
        await model.loaded()
        return model.loads

    assert run(go()) == ("mine", "mine")


@pytest.mark.parametrize(("trouble", "phase"), [(RecordNotFound(), "gone"), (RuntimeError(), "failed"), (None, "ready")])
def test_a_load_that_fails_is_a_state_and_not_a_crash(trouble: Exception | None, phase: str) -> None:
    async def go() -> str:
        model = Counting(Notifier())
        model.trouble = trouble
        model.gate.set()
        model.start()
        await model.loaded()
        return model.phase

    assert run(go()) == phase


def test_a_model_that_is_stopped_follows_nothing() -> None:
    async def go() -> int:
        notifier = Notifier()
        model = Counting(notifier)
        model.gate.set()
        model.start()
        await model.loaded()
        model.stop()
        notifier.publish(frozenset({"visit"}))
        await asyncio.sleep(0)
        return len(model.loads)

    assert run(go()) == 1


class SlowStore:
    """Keeps drafts when its gate is open; ``full`` refuses them."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.kept: dict[str, dict[str, Value]] = {}
        self.writes = 0
        self.full = False

    async def draft_put(self, key: str, fields: dict[str, Value]) -> None:
        await self.gate.wait()
        if self.full:
            raise DiskFull
        self.writes += 1
        self.kept[key] = fields

    async def draft_delete(self, key: str) -> None:
        self.kept.pop(key, None)


def test_what_is_typed_during_a_write_is_written_together_after_it() -> None:
    async def go() -> tuple[int, dict[str, dict[str, Value]]]:
        store, typed = SlowStore(), {"name": ""}
        keeper = DraftKeeper(store, "form", lambda: dict(typed))
        for text in ("L", "Le", "Le ", "Le Pain"):
            typed["name"] = text
            keeper.keep()
            await asyncio.sleep(0)
        store.gate.set()
        await keeper.flush()
        return store.writes, store.kept

    assert run(go()) == (2, {"form": {"name": "Le Pain"}})


def test_a_draft_that_is_forgotten_does_not_come_back() -> None:
    async def go() -> dict[str, dict[str, Value]]:
        store = SlowStore()
        keeper = DraftKeeper(store, "form", lambda: {"name": "Le Pain"})
        keeper.keep()
        await asyncio.sleep(0)
        keeper.keep()
        store.gate.set()
        await keeper.forget()
        return store.kept

    assert run(go()) == {}


def test_a_full_disk_stops_nobody_from_typing() -> None:
    async def go() -> int:
        store = SlowStore()
        store.full = True
        store.gate.set()
        keeper = DraftKeeper(store, "form", lambda: {"name": "Le Pain"})
        keeper.keep()
        await keeper.flush()
        store.full = False
        keeper.keep()
        await keeper.flush()
        return store.writes

    assert run(go()) == 1
