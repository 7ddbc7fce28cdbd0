"""A round over a real store: what it leaves on the device when the link or the person breaks it off."""

import asyncio

import pytest
from sqlmodel import Session

from mobile_app.sync.engine import Engine
from mobile_app.sync.scheduler import Scheduler
from shared.errors import LinkBroke, VaultLocked
from shared.sync.change import Transaction
from shared.sync.protocol import Outcome, PullAnswer, PushAnswer, PushRequest
from tests.fakes.device import SeededRandomness
from tests.mobile_app.data.store.phone import Phone, account
from tests.mobile_app.sync.fakes import FakeApi, FakeHealing, FakeTokens, tokens


class Office(FakeApi):
    """A server that takes what reaches it. ``breaks`` lets the next push arrive, and its answer not."""

    def __init__(self, phone: Phone) -> None:
        super().__init__()
        self.phone = phone
        self.breaks = False
        self.taken: list[tuple[Transaction, ...]] = []
        self.later: list[PullAnswer] = []
        self.asked = asyncio.Event()

    async def push(self, access: str, request: PushRequest) -> PushAnswer:
        self.taken.append(request.transactions)
        if self.breaks:
            self.breaks = False
            raise LinkBroke
        return self.phone.answer(*(Outcome(each.id, "applied", 2) for each in request.transactions))

    async def pull(self, access: str, cursor: str, limit: int, *, digest: bool = False, unsent: int = 0) -> PullAnswer:
        if self.later:
            return self.later.pop(0)
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody ends this wait but who gives it up")


async def nothing(*_: object) -> None:
    """What else a round may lead to does not happen here."""


async def no_sleep(seconds: float) -> None:
    """A round that works is not waited for."""


def names(session: Session) -> list[str]:
    return [str(row[0]) for row in session.connection().exec_driver_sql("SELECT name FROM account")]


def engine(phone: Phone, office: Office) -> Engine:
    return Engine(
        store=phone.store,
        healing=FakeHealing(),
        tokens=FakeTokens(tokens(1)),
        api=office,
        status=phone.store.status,
        clock=phone.clock,
        met_server=nothing,
        on_revoked=nothing,
        on_anew=nothing,
    )


def test_fault_30_airplane_mode_in_mid_push_says_pending_and_the_same_work_is_sent_again() -> None:
    async def story() -> None:
        phone = Phone()
        await phone.start()
        await phone.pull(account("a1"))
        await phone.edit("account", "a1", {"name": "Maison Lefèvre"}, 1, name="Maison Perrin")
        office = Office(phone)
        rounds, office.breaks = engine(phone, office), True

        broken = await rounds.round()

        assert broken.phase == "offline"
        assert (phone.store.status.now.waiting, phone.store.status.now.phase) == (1, "offline")
        office.later = [phone.page(account("a1", 2, name="Maison Perrin"))]
        assert (await rounds.round()).phase == "idle"
        assert phone.store.status.now.waiting == 0
        first, again = office.taken
        assert first == again
        await phone.store.close()

    asyncio.run(story())


def test_fault_32_locking_in_mid_round_keeps_what_was_taken_and_drops_the_key() -> None:
    async def story() -> None:
        phone = Phone()
        await phone.start()
        office = Office(phone)
        office.later = [phone.page(account("a1"), more=True)]
        scheduler = Scheduler(engine(phone, office).round, phone.store.status, no_sleep, SeededRandomness())
        scheduler.start()
        await office.asked.wait()  # the first page is in, the second on its way

        await scheduler.stop()
        await phone.store.close()

        with pytest.raises(VaultLocked):
            await phone.store.read(names)
        again = await phone.start()
        await again.fill()
        assert await again.cursor() == "1"
        assert await again.read(names) == ["Maison Lefèvre"]
        await again.close()

    asyncio.run(story())
