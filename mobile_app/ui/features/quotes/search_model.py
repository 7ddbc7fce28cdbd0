"""The catalogue as a quote sees it: products found as one types, at the prices of this customer and this quote's list."""

import asyncio

from mobile_app.data.device import Device
from mobile_app.data.repositories.catalogue import ProductRow, Terms
from mobile_app.data.repositories.quote_detail import LineRow, QuoteDetail
from mobile_app.ui.features.paging import Searched

LIMIT = 50


class SearchModel(Searched):
    """What ``query`` finds, and what is in the quote already."""

    def __init__(self, device: Device, quote_id: str, language: str) -> None:
        super().__init__(device.notifier, ("product", "price_list", "price_rule", "quote", "quote_line", "account"))
        self.found_for = ""
        self.rows: tuple[ProductRow, ...] = ()
        self.quote: QuoteDetail | None = None
        self._device, self._id, self._language = device, quote_id, language
        self._adding = asyncio.Lock()

    def line_of(self, product_id: str) -> LineRow | None:
        """The quote's line of a product."""
        lines = self.quote.lines if self.quote is not None else ()
        return next((line for line in lines if line.product_id == product_id), None)

    async def load(self) -> None:
        """Search."""
        query = self.query
        quote = await self._device.quotes.get(self._id)
        terms = Terms(quote.quoted_on or self._device.store.today(), quote.segment, list_id=quote.price_list_id)
        rows = await self._device.catalogue.search(query, self._language, terms, LIMIT)
        self.quote, self.rows, self.found_for = quote, tuple(rows), query

    async def add(self, product_id: str) -> None:
        """Add one of a product, unless it is in the quote already: a second tap must not make a second line."""
        async with self._adding:
            quote = await self._device.quotes.get(self._id)
            if all(line.product_id != product_id for line in quote.lines):
                await self._device.quotes.add_line(self._id, product_id, language=self._language)
