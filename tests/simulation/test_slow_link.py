"""A link that is slow and keeps breaking carries all the same, since what goes at once grows smaller: time is told, nobody sleeps."""

import httpx
import pytest

from mobile_app.sync.batches import Batch
from sync_server.services.authoring import Author
from tests.fakes.device import FakeClock
from tests.simulation.link import FaultyLink
from tests.simulation.test_rounds import play
from tests.simulation.world import Phone, World

LATENCY_MS = 300
CONTACTS = 60


class ThinLink(httpx.AsyncBaseTransport):
    """Carries ``rate`` bytes a second both ways, as they are on the wire, and breaks every ``drops_ms``; only then anew."""

    def __init__(self, link: FaultyLink, clock: FakeClock, rate: int, drops_ms: int) -> None:
        self._link = link
        self._clock = clock
        self._rate = rate
        self._drops_ms = drops_ms
        self.up_until = clock.now + drops_ms
        self.broke = 0
        self.longest = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        began = self._clock.now
        self._carry(len(request.content) + 400)
        response = await self._link.handle_async_request(request)
        self._carry(len(response.content) // 4)  # as it is compressed
        self.longest = max(self.longest, self._clock.now - began)
        return response

    def _carry(self, size: int) -> None:
        until = self._clock.now + LATENCY_MS + 1_000 * size // self._rate
        if until > self.up_until:
            self._clock.now = max(self._clock.now, self.up_until)
            self.up_until = self._clock.now + self._drops_ms
            self.broke += 1
            raise httpx.ReadError("the link broke")
        self._clock.now = until


def thin(phone: Phone, rate: int, drops_ms: int) -> ThinLink:
    """Put a thin link before the phone's own."""
    opened = phone.host._open
    assert opened is not None
    link = ThinLink(phone.link, phone.clock, rate, drops_ms)
    opened.api.client._transport = link
    return link


async def rounds_until_sent(phone: Phone, most: int) -> int:
    for count in range(1, most + 1):
        await phone.round()
        if not phone.device.status.now.waiting:
            return count
    return most + 1


async def write(phone: Phone, account: str, count: int) -> None:
    for number in range(count):
        await phone.create("contact", account_id=account, last_name=f"Perrin {number:03} {number * 7919 % 9973:x}")


def test_a_mornings_work_gets_through_a_link_that_breaks_every_few_seconds(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        await write(elodie, perrin, CONTACTS)
        link = thin(elodie, rate=800, drops_ms=5_000)

        rounds = await rounds_until_sent(elodie, 20)

        assert link.broke >= 2, "the first batches were too large"
        assert rounds <= 20
        with world.database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM contact").scalar_one() == CONTACTS

    play(story())


def test_batches_of_one_size_would_never_get_through(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        await write(elodie, perrin, CONTACTS)
        monkeypatch.setattr(Batch, "_learn", lambda *_: None)
        monkeypatch.setattr("mobile_app.sync.batches.BROKEN", 1)
        thin(elodie, rate=800, drops_ms=5_000)

        assert await rounds_until_sent(elodie, 8) == 9

    play(story())


def test_a_download_gets_through_a_link_that_breaks_and_goes_on_where_it_was(world: World) -> None:
    async def story() -> None:
        elodie = await world.phone("elodie")
        author = Author(world.clock, world.randomness)
        with world.database.write() as connection:
            for number in range(150):
                values = {"name": f"Fournil {number}", "territory_id": world.ids["Lyon"], "city": f"Lyon {number * 7919 % 9973:x}"}
                author.create(connection, "account", values)
        link = thin(elodie, rate=1_600, drops_ms=4_000)

        ends = [await elodie.round()]
        while ends[-1].phase != "idle" and len(ends) < 25:
            ends.append(await elodie.round())

        assert link.broke >= 2
        assert ends[-1].phase == "idle"
        assert any(end.got_on for end in ends if end.phase == "offline"), "what had come was kept"
        assert len(await elodie.all_ids("account")) == 150

    play(story())
