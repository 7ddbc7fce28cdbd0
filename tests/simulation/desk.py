"""One person with two devices: a draft of hers on both, and what she does to it on the other one while a form is open on the first."""

from dataclasses import dataclass

from mobile_app.ui.features.quotes.line_form import LineForm
from mobile_app.ui.i18n import words
from tests.simulation.world import Phone, World

LATER = "2099-12-31"


@dataclass
class Desk:
    """Élodie's phone and her tablet, with a draft of hers on both."""

    phone: Phone
    tablet: Phone
    quote: str
    line: str

    async def exchange(self, *phones: Phone) -> None:
        for phone in phones:
            await phone.round()

    async def extend(self) -> None:
        """Put the quote's last day off, on the tablet, and have the phone hear of it."""
        seen = await self.tablet.device.quotes.get(self.quote)
        await self.tablet.device.quotes.edit(self.quote, seen.base, seen.shown, {"valid_until": LATER})
        await self.exchange(self.tablet, self.phone)

    async def order(self, quantity: int) -> None:
        """Write another quantity on the tablet, and have the phone hear of it; whatever is written next is later."""
        await self.tablet.device.quotes.set_line(self.quote, self.line, quantity=quantity)
        await self.exchange(self.tablet, self.phone)
        self.phone.clock.forward(1_000)

    async def opened_line(self) -> LineForm:
        """The line's form, opened on the phone."""
        form = LineForm(self.phone.device, self.quote, self.line, words("en"))
        await form.open()
        return form

    async def killed(self, form: LineForm, **typed: str) -> LineForm:
        """Type into the form, kill the app, let the tablet write another quantity, and open the line again."""
        for name, text in typed.items():
            form.put(name, text)
        await form.flush()
        await self.phone.restart()
        await self.order(40_000)
        return await self.opened_line()

    async def standing(self) -> tuple[object, object, int]:
        """Quantity and discount as they stand everywhere, and how many questions there are."""
        await self.exchange(self.phone, self.tablet)
        quote = await self.tablet.device.quotes.get(self.quote)
        return quote.lines[0].shown["quantity"], quote.lines[0].shown["discount"] or 0, len(quote.conflicts)


async def desk(world: World) -> Desk:
    perrin, oven = world.account("Maison Perrin", "Lyon"), world.product()
    phone, tablet = await world.phone("elodie"), await world.phone("elodie", name="tablet")
    quote = (await phone.device.quotes.create(perrin)).id
    line = (await phone.device.quotes.add_line(quote, oven, 5_000)).id
    found = Desk(phone, tablet, quote, line)
    await found.exchange(phone, tablet)
    return found
