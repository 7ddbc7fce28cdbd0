"""Two phones work on one draft, away and back: its sums are those of its lines on both and at the office, and nobody is asked."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sync.policy import Value
from tests.simulation.world import Phone, World

SUMS = ("net_total", "tax_total", "gross_total")
steps = st.lists(st.tuples(st.sampled_from((0, 1)), st.sampled_from(["add", "add", "quantity", "price", "remove", "round"])), max_size=10)


@dataclass
class Desk:
    """Two phones over one draft."""

    world: World
    phones: tuple[Phone, Phone]
    product: str
    account: str
    quote: str = ""

    async def begin(self) -> None:
        """Let the first phone make a draft that both have."""
        self.quote = (await self.phones[0].device.quotes.create(self.account)).id
        await self.meet()

    async def meet(self) -> None:
        """Send and fetch until both have all."""
        for phone in (*self.phones, *self.phones):
            await phone.round()

    async def do(self, phone: Phone, step: str, number: int) -> None:
        """Do one thing on a phone, if there is something to do it to."""
        if step == "round":
            await phone.round()
            return
        quotes = phone.device.quotes
        lines = [line.id for line in (await quotes.get(self.quote)).lines]
        if step == "add":
            await quotes.add_line(self.quote, self.product, number * 1_000)
        elif not lines:
            return
        elif step == "quantity":
            await quotes.set_line(self.quote, lines[number % len(lines)], quantity=number * 1_000 + 500)
        elif step == "price":
            await quotes.set_line(self.quote, lines[number % len(lines)], unit_price=number * 33, discount=number * 50)
        else:
            await quotes.remove_line(self.quote, lines[number % len(lines)])

    async def shown(self, phone: Phone) -> dict[str, int]:
        """What a phone shows, in minor units."""
        quote = await phone.record("quote", self.quote)
        assert quote is not None
        return {name: round(float(str(quote[name] or 0)) * 100) for name in SUMS}

    async def of_lines(self, phone: Phone) -> dict[str, int]:
        """What the rules make of the lines that a phone shows."""
        lines = [await phone.record("quote_line", id_) for id_ in await phone.all_ids("quote_line")]
        return worked_out([line for line in lines if line is not None and line["quote_id"] == self.quote])

    def at_the_office(self) -> dict[str, int]:
        """What the server holds."""
        with self.world.database.read() as connection:
            row = connection.exec_driver_sql(f"SELECT {', '.join(SUMS)} FROM quote WHERE id = '{self.quote}'").one()  # noqa: S608
        return dict(zip(SUMS, row, strict=True))


def worked_out(lines: list[dict[str, Value]]) -> dict[str, int]:
    """Sum lines of one tax rate, from what a screen shows of them."""

    def number(line: dict[str, Value], name: str, scale: int) -> int:
        return round(float(str(line[name] or 0)) * scale)

    def half_up(value: int, unit: int) -> int:
        return (2 * value + unit) // (2 * unit)

    nets = [
        half_up(number(line, "quantity", 1000) * number(line, "unit_price", 100) * (10_000 - number(line, "discount", 100)), 10_000_000)
        for line in lines
    ]
    tax = half_up(sum(nets) * 2_000, 10_000)
    return {"net_total": sum(nets), "tax_total": tax, "gross_total": sum(nets) + tax}


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


@pytest.fixture
def desk(world: World, runner: asyncio.Runner) -> Desk:
    product = world.product()
    account = world.account("Maison Perrin", "Lyon")
    phones = tuple(runner.run(world.phone("elodie", name=name)) for name in ("phone", "tablet"))
    return Desk(world, (phones[0], phones[1]), product, account)


def test_whatever_two_phones_do_to_a_drafts_lines_its_sums_are_those_of_the_lines_everywhere(desk: Desk, runner: asyncio.Runner) -> None:
    async def story(script: list[tuple[int, str]]) -> None:
        await desk.begin()
        for number, (who, step) in enumerate(script, start=1):
            phone = desk.phones[who]
            await desk.do(phone, step, number)
            assert await desk.shown(phone) == await desk.of_lines(phone)
        await desk.meet()
        expected = desk.at_the_office()
        for phone in desk.phones:
            assert await desk.shown(phone) == await desk.of_lines(phone) == expected
            fields = [await phone.record("conflict", id_) for id_ in await phone.all_ids("conflict")]
            assert not {str(each["field"]) for each in fields if each is not None} & set(SUMS)

    @settings(max_examples=8, deadline=None)
    @given(steps)
    def holds(script: list[tuple[int, str]]) -> None:
        runner.run(story(script))

    holds()


def test_a_send_says_what_its_sender_saw_and_waits_where_another_added_a_line(desk: Desk, runner: asyncio.Runner) -> None:
    async def story() -> None:
        await desk.begin()
        phone, tablet = desk.phones
        await phone.device.quotes.add_line(desk.quote, desk.product, 1_000)
        await desk.meet()
        await tablet.device.quotes.add_line(desk.quote, desk.product, 2_000)
        await tablet.round()
        await phone.device.quotes.send(desk.quote)

        await phone.round()

        (refused,) = await phone.device.store.attention()
        assert (refused.action, refused.code) == ("quote.send", "totals_differ")
        await phone.device.store.discard(refused.txn)
        await phone.device.quotes.send(desk.quote)
        await phone.round()
        assert await phone.device.store.attention() == []
        assert desk.at_the_office() == worked_out([{"quantity": 3, "unit_price": 10.55, "discount": 0}])

    runner.run(story())
