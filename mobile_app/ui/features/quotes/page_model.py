"""One quote as it stands, and what one can do with it. Each action is one transaction, decided by what is here at that moment."""

import asyncio
from datetime import date
from decimal import Decimal

from mobile_app.data.device import Device
from mobile_app.data.repositories.catalogue import Terms
from mobile_app.data.repositories.quote_detail import LineRow, QuoteDetail
from mobile_app.ui.features.live import Live
from mobile_app.ui.features.quotes.terms_form import TermsForm
from mobile_app.ui.features.quotes.unsaved import check_saved, half_typed_line
from shared.errors import RecordRefused
from shared.rules.money import to_thousandths

SHOWN = ("quote", "quote_line", "account", "product", "price_list", "price_rule", "conflict", "user")


class QuoteModel(Live):
    """The quote ``quote_id``. ``current_list`` is the id of the price list that holds today, '' where that is not known."""

    def __init__(self, device: Device, quote_id: str) -> None:
        super().__init__(device.notifier, SHOWN)
        self.quote: QuoteDetail | None = None
        self.current_list = ""
        self.today: date = device.store.today()
        self.form = TermsForm(device, quote_id)
        self._device, self._id = device, quote_id
        self._turn = asyncio.Lock()

    @property
    def mine(self) -> bool:
        """Whether the person who is in made this quote; others only read it."""
        return self.quote is not None and self.quote.user_id == self._device.profile.id

    @property
    def editable(self) -> bool:
        """Whether its lines may be changed here."""
        return self.mine and self.quote is not None and self.quote.editable

    async def load(self) -> None:
        """Read the quote."""
        quote = await self._device.quotes.get(self._id)
        self.today = self._device.store.today()
        self.current_list = await self._list_of_today(quote)
        await self.form.follow(quote.base, quote.shown)
        self.quote = quote
        if self.form.restored and self.editable:
            self.form.restored = False
            await self.form.keep()  # what an earlier run left typed is saved like any field that is left

    async def step(self, line_id: str, units: int) -> None:
        """Add ``units`` to a line's quantity as it stands by then, never below one: taps come faster than screens."""
        async with self._turn:
            line = await self._line(line_id)
            if line is not None:
                quantity = max(line.quantity + units, min(line.quantity, Decimal(1)))
                await self._device.quotes.set_line(self._id, line_id, quantity=to_thousandths(quantity), seen=(line.base, line.shown))

    async def remove(self, line_id: str) -> bool:
        """Take a line off; say whether it was still there."""
        async with self._turn:
            there = await self._line(line_id) is not None
            if there:
                await self._device.quotes.remove_line(self._id, line_id)
            return there

    async def put_back(self, line_id: str) -> None:
        """Bring a line back that was taken off."""
        await self._device.quotes.restore_line(self._id, line_id)

    async def half_typed(self) -> str:
        """The first line with something typed that was not saved, whatever came between (a lock, a kill, no number); '' for none."""
        return await half_typed_line(self._device, self._id)

    async def send(self) -> None:
        """Mark it as sent, with what was typed last.

        Raises:
            RecordRefused: ``quote_line_unfinished``: a line has typed numbers that are not in the sum that one sees;
                ``quote_unfinished``: a field must be mended first; or the repository's reasons.
        """
        if await self.half_typed():
            raise RecordRefused("quote_line_unfinished")
        if not await self.form.keep():
            raise RecordRefused("quote_unfinished")
        await self.form.flush()
        await check_saved(self._device, self._id)
        await self._device.quotes.send(self._id)

    async def accept(self) -> None:
        """The customer has said yes."""
        await self._device.quotes.accept(self._id)

    async def decline(self) -> None:
        """The customer has said no."""
        await self._device.quotes.decline(self._id)

    async def revise(self) -> str:
        """Make a revision; give its id."""
        return (await self._device.quotes.revise(self._id)).id

    async def _line(self, line_id: str) -> LineRow | None:
        quote = await self._device.quotes.get(self._id)
        return next((line for line in quote.lines if line.id == line_id), None)

    async def _list_of_today(self, quote: QuoteDetail) -> str:
        product = next((line.product_id for line in quote.lines if line.product_id), "")
        row = await self._device.catalogue.price_for(product, Terms(self.today)) if product else None
        return row.price_list_id if row is not None else ""
