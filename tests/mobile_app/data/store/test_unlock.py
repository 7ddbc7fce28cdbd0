"""An unlock that shows today first: the rest comes between what a person does meanwhile, and in the end nothing differs."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_app.data import filling as filling_module
from mobile_app.data.executor import InlineExecutor
from mobile_app.data.repositories.accounts import Accounts
from mobile_app.data.repositories.visits import Visits
from mobile_app.data.store import Store
from mobile_app.data.vault import Vault
from shared.errors import RecordNotFound, SealBroken, VaultLocked
from shared.sync.policy import Value
from tests.fakes.crypto import DeviceCrypto
from tests.fakes.device import FakeClock
from tests.fakes.dump import dump
from tests.mobile_app.data.store.phone import KEY, Phone, account, server_record

DAY_MS = 24 * 3_600_000
ACCOUNTS = 60
QUOTE: dict[str, Value] = {
    "account_id": "a0",
    "user_id": "u1",
    "number": "Q26-K7-0001",
    "revision": 1,
    "currency": "EUR",
    "rounding": "line",
    "quoted_on": "2026-09-21",
    "state": "draft",
}


@pytest.fixture(autouse=True, scope="module")
def _short_slices() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filling_module, "BATCH", 10)
        yield


class RunningClock(FakeClock):
    """Each look at it takes so long that a slice ends with its first batch."""

    def now_ms(self) -> int:
        self.now += 50
        return self.now


@dataclass
class Morning:
    """A phone whose day was prepared by an earlier unlock."""

    phone: Phone

    async def unlock(self, *, small: int = 0) -> Store:
        """Open again, and leave the rest for later."""
        phone = self.phone
        await phone.store.close()
        phone.clock = RunningClock(phone.clock.now)
        phone.vault = Vault.open(Path("vault"), "org", connect=phone.disk, crypto=DeviceCrypto(phone.chance))
        phone.vault.unlock(KEY)
        phone.store = await Store.open(
            phone.vault, InlineExecutor(), identity=phone.identity, clock=phone.clock, randomness=phone.chance, whole=False, small=small
        )
        return phone.store

    async def rebuilt(self) -> dict[str, list[tuple[object, ...]]]:
        """What the vault alone makes."""
        await self.phone.kill()
        return dump(self.phone.store._working_set)


async def morning() -> Morning:
    phone = Phone()
    await phone.start()
    now = phone.clock.now
    visits = [
        server_record("visit", f"v{place}", 1, account_id=f"a{place}", user_id="u1", planned_at=now + place * DAY_MS, state="planned")
        for place in range(3)
    ]
    people = [server_record("contact", f"c{number}", 1, account_id=f"a{number}", last_name="Roux") for number in range(0, ACCOUNTS, 3)]
    await phone.pull(*(account(f"a{number}", name=f"Fournil {number}") for number in range(ACCOUNTS)), *people, *visits)
    return Morning(phone)


def test_today_is_shown_before_the_rest_is_read_and_then_everything_is() -> None:
    async def scenario() -> None:
        day = await morning()
        store = await day.unlock()
        heard: list[int | None] = []
        store.status.subscribe(lambda state: heard.append(state.filling))

        tour, before = await Visits(store).today(), await Accounts(store).count()
        listed = [row.name for row in await Accounts(store).page()]
        await store.fill()

        assert [(stop.id, stop.account) for stop in tour] == [("v0", "Fournil 0")]
        assert (before, listed, await Accounts(store).count()) == (1, ["Fournil 0"], ACCOUNTS)
        assert (heard[-1], store.full, len(heard) > 3) == (None, True, True)
        assert dump(store._working_set) == await day.rebuilt()

    asyncio.run(scenario())


def test_a_day_that_nobody_prepared_and_a_small_vault_are_read_at_once() -> None:
    async def scenario() -> None:
        day = await morning()
        small = (await day.unlock(small=10_000)).full
        prepared = (await day.unlock()).full
        day.phone.clock.forward(5 * DAY_MS)

        later = (await day.unlock()).full

        assert (small, prepared, later) == (True, False, True)

    asyncio.run(scenario())


def test_who_asks_for_what_is_not_here_yet_gets_it_when_it_is() -> None:
    async def scenario() -> None:
        day = await morning()
        store = await day.unlock()

        asked = asyncio.create_task(Accounts(store).get("a47"))
        nowhere = asyncio.create_task(Accounts(store).get("nowhere"))
        quoted = asyncio.create_task(day.phone.create("quote", "q1", **QUOTE))
        visited = await Visits(store).check_in("v0", None, "denied")
        waited = not asked.done() and not quoted.done()
        await store.fill()

        assert (waited, bool(visited.txn), (await asked).name) == (True, True, "Fournil 47")
        assert await quoted
        with pytest.raises(RecordNotFound):
            await nowhere
        assert dump(store._working_set) == await day.rebuilt()

    asyncio.run(scenario())


steps = st.one_of(
    st.tuples(st.just("rename"), st.sampled_from([0, 1, 25, 59])),
    st.tuples(st.just("delete"), st.sampled_from([0, 3, 31, 58])),
    st.tuples(st.just("person"), st.sampled_from([0, 2, 40])),
    st.tuples(st.just("slice"), st.integers(1, 4)),
    st.tuples(st.just("kill"), st.just(0)),
)


async def play(day: Morning, filling: asyncio.Task[None], step: tuple[str, int], number: int) -> asyncio.Task[None]:
    """One step of a person's, while the rest is read."""
    what, place = step
    if what == "slice":
        for _ in range(4 * place):
            await asyncio.sleep(0)
        return filling
    if what == "kill":
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
        await day.unlock()
        return asyncio.create_task(day.phone.store.fill())
    id_ = f"a{place}"
    laid = day.phone.store._shown.lay([id_])[id_]
    if laid is None or not laid.record.live:
        return filling
    if what == "person":
        await day.phone.create("contact", f"n{number}", account_id=id_, last_name="Άννα")
    elif what == "delete":
        await day.phone.delete("account", id_, 1)
    else:
        await day.phone.edit("account", id_, laid.record.fields, 1, name=f"Moulin {number}")
    return filling


@settings(max_examples=10, deadline=None)
@given(st.lists(steps, max_size=8))
def test_whatever_is_written_while_the_rest_is_read_the_end_is_what_the_vault_makes(script: list[tuple[str, int]]) -> None:
    async def scenario() -> None:
        day = await morning()
        filling = asyncio.create_task((await day.unlock()).fill())
        for number, step in enumerate(script):
            filling = await play(day, filling, step, number)
        await filling

        shown = dump(day.phone.store._working_set)

        assert shown == await day.rebuilt()

    asyncio.run(scenario())


def test_a_lock_in_the_middle_ends_it_and_lets_nobody_wait() -> None:
    async def scenario() -> None:
        day = await morning()
        store = await day.unlock()
        filling = asyncio.create_task(store.fill())
        asked = asyncio.create_task(Accounts(store).get("nowhere"))
        for _ in range(6):
            await asyncio.sleep(0)

        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
        await store.close()

        with pytest.raises(VaultLocked):
            await asked
        assert store.full

    asyncio.run(scenario())


def test_a_row_that_does_not_open_is_found_by_the_one_who_reads_the_rest() -> None:
    async def scenario() -> None:
        day = await morning()
        day.phone.disk.database.execute("UPDATE record SET sealed = zeroblob(64) WHERE id = 'a59'")
        store = await day.unlock()

        with pytest.raises(SealBroken):
            await store.fill()

        assert not store.full
        await store.close()

    asyncio.run(scenario())
