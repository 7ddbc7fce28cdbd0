"""The form of one line: quantity, discount and price as they are typed, what is wrong with them, and what they would come to."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

import flet as ft

from mobile_app.data.device import Device
from mobile_app.data.drafts import TYPED_IN, language_of, spelt
from mobile_app.data.repositories.catalogue import ProductRow, Terms
from mobile_app.data.repositories.quote_detail import LineRow, QuoteDetail
from mobile_app.ui import formats
from mobile_app.ui.features.drafts import DraftKeeper, base_noted, noted, shown_noted
from mobile_app.ui.features.quotes.line_numbers import NAMES, Number, as_texts, changes, read
from mobile_app.ui.features.quotes.where import refuse_gone_line
from mobile_app.ui.i18n import Words
from shared.errors import RecordNotFound, RecordRefused
from shared.rules.money import NumberProblem, from_minor, from_thousandths, to_minor
from shared.rules.totals import QuoteLineInput, line_net
from shared.rules.validation import FieldError, blocking, check
from shared.sync.change import Base
from shared.sync.policy import Value

SHOWN = (*NAMES, "list_price", "price_origin")
"""What the form shows of a line's stored values."""
_LISTED: Final = "list.asked"
"""What a draft says where the list's price was asked for: no field's name, and so nobody's words."""


class Preview(ft.Observable):
    """What the typed values would come to. Apart from the form, so that the fields are not rendered again while one types."""

    def __init__(self) -> None:
        self.net: Decimal | None = None
        self.changed = False
        self.offer: ProductRow | None = None
        self.other: Decimal | None = None
        """The price in force, where it came from the list and is not the list's for this quantity."""


class LineForm(ft.Observable):
    """One line being changed. An empty price means the list's. Handlers read it; only what a person should see at once notifies."""

    def __init__(self, device: Device, quote_id: str, line_id: str, t: Words) -> None:
        self.phase = "loading"
        self.quote: QuoteDetail | None = None
        self.line: LineRow | None = None
        self.problems: tuple[FieldError, ...] = ()
        self.refusal, self.saving = "", False
        self.preview = Preview()
        self._device, self._quote_id, self._line_id, self._t = device, quote_id, line_id, t
        self._texts: dict[str, str] = {}
        self._spelt: dict[str, str] = {}
        """Of fields that could be two numbers in the language they were typed in: that language, until they are touched."""
        self._opened: dict[str, str] = {}
        self._base: Base | None = None
        self._listed = False
        self._shown: dict[str, Value] = {}
        self._judged: set[str] = set()
        self._key = draft_key(line_id)
        self._drafts = DraftKeeper(device.store, self._key, self._snapshot)
        self._looking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Show the line, or what was typed before the app was killed."""
        try:
            await self._open()
        except RecordNotFound:
            self.phase = "gone"

    def text(self, name: str) -> str:
        """What a field holds."""
        return self._texts.get(name, "")

    @property
    def changed(self) -> bool:
        """Whether anything was typed that is not saved."""
        return self._texts != self._opened or self._listed

    def put(self, name: str, text: str) -> None:
        """Note what was typed, keep it as a draft, and see what it comes to."""
        self._texts[name] = text
        self._spelt.pop(name, None)
        self._listed = self._listed and not self.text("unit_price").strip()
        self._drafts.keep()
        if name in self._judged:
            self._judge()
        self._look()

    def leave(self, name: str) -> None:
        """The person has left the field: from now on it is judged as it stands."""
        self._judged.add(name)
        self._judge()

    def add(self, units: int) -> None:
        """Add ``units`` to the quantity that is typed, which never falls below one."""
        quantity = self._number("quantity")
        base = from_thousandths(quantity) if isinstance(quantity, int) else Decimal(0)
        self.put("quantity", formats.plain_number(self._t, max(base + units, Decimal(1))))
        self.leave("quantity")
        self.notify()  # type: ignore[no-untyped-call]

    def use_list_price(self) -> None:
        """Forget the typed price, or the one that came from the list and is not the list's any more."""
        self._listed = self.preview.other is not None
        self.put("unit_price", "")
        self.leave("unit_price")
        self.notify()  # type: ignore[no-untyped-call]

    def problem(self, name: str) -> FieldError | None:
        """What is wrong with a field that has been judged, or only worth a word."""
        return next((problem for problem in self.problems if problem.field == name), None)

    async def save(self) -> bool:
        """Write what was changed; say whether the form may be left. What is wrong stays at its field, and the typed text in its draft."""
        self._judged, self.refusal = set(NAMES), ""
        self._judge()
        if self.saving or self.line is None or blocking(self.problems):
            return False
        self.saving = True
        saved = dict(self._texts)
        try:
            await self._drafts.flush()
            await self._write()
        except RecordRefused as refusal:
            self.problems = tuple(FieldError(name, code) for name, code in refusal.errors.items() if name in NAMES)
            self.refusal = "" if self.problems else next(iter(refusal.errors.values()), refusal.code)
            return False
        except RecordNotFound:
            await self.leave_behind()
            await refuse_gone_line(self._device, self._quote_id)
            return True
        finally:
            self.saving = False
        await self._go_on(saved)
        return True

    async def leave_behind(self) -> None:
        """Let what was typed on a line that was taken off elsewhere stand in *Needs attention*, as a draft that no form shows."""
        await self._drafts.flush()
        self._texts, self._spelt, self._listed = dict(self._opened), {}, False

    async def keep(self) -> None:
        """Write what was changed as its page goes away. What must be mended first stays a draft.

        Raises:
            RecordRefused: the line cannot be changed any more.
        """
        if self.phase == "ready" and self.changed and not await self.save() and self.refusal:
            raise RecordRefused(self.refusal)

    async def forget(self) -> None:
        """Drop what was typed: the line is gone."""
        self._texts, self._listed = dict(self._opened), False
        await self._drafts.forget()

    async def flush(self) -> None:
        """Wait until all that is typed is kept."""
        await self._drafts.flush()

    async def looked(self) -> None:
        """Wait until the preview is true."""
        if self._looking is not None:
            await asyncio.wait([self._looking])

    async def _open(self) -> None:
        self.quote = await self._device.quotes.get(self._quote_id)
        self.line = next((line for line in self.quote.lines if line.id == self._line_id), None)
        if self.line is None:
            raise RecordNotFound
        self._begin(self.line)
        draft = await self._device.store.draft_get(self._key)
        if draft is not None:
            self._restore(draft)
        await self._preview(self.quote, self.line)
        self.phase = "ready"

    def _begin(self, line: LineRow) -> None:
        self._opened = as_texts(self._t, line)
        self._texts, self._spelt, self._listed = dict(self._opened), {}, False
        self._base, self._shown = line.base, {name: line.shown.get(name) for name in SHOWN}

    def _restore(self, draft: Mapping[str, Value]) -> None:
        """Type again what was typed and is not what stands by now. The rest is as it stands: nobody typed it.

        Where what was typed over has changed since, it was typed against what was shown then. Drafts of before say nothing of that: whoever
        typed them has seen nothing that is here.
        """
        texts = {name: formats.respelt(self._t, str(draft[name]), language_of(draft, name)) for name in NAMES if name in draft}
        typed = {name: text for name, text in texts.items() if text != self._opened[name]}
        read_in = {name: formats.read_in(self._t, str(draft[name]), language_of(draft, name)) for name in typed}
        self._spelt = {name: language for name, language in read_in.items() if language != self._t.language}
        self._listed = draft.get(_LISTED) is True
        shown = shown_noted(draft)
        if any(name not in shown or shown[name] != self._shown[name] for name in self._under(typed)):
            self._base, self._shown = base_noted(draft), self._shown | shown
        self._texts |= typed | ({"unit_price": ""} if self._listed else {})  # the list, whatever price has come since
        self._drafts.keep()
        self._judged = set(typed)
        self._judge()

    def _under(self, typed: Iterable[str]) -> set[str]:
        """The stored values over which these fields were typed: an empty price is the list's."""
        return {*typed, *(("price_origin",) if "unit_price" in typed else ()), *(SHOWN if self._listed else ())}

    async def _go_on(self, saved: Mapping[str, str]) -> None:
        """Go on from the line as it is after a save; what was typed during it stays, and its author has not seen what came meanwhile."""
        quote = await self._device.quotes.get(self._quote_id)
        line = next((line for line in quote.lines if line.id == self._line_id), None)
        if line is None:
            return
        base, texts = self._base, self._texts
        self._begin(line)
        if texts != saved:
            self._base, self._opened, self._texts = base, dict(saved), texts
            self._drafts.keep()

    def _number(self, name: str) -> Number:
        return read(name, self.text(name), self._spelt.get(name, self._t.language), self.quote.currency if self.quote else "EUR")

    def _judge(self) -> None:
        numbers = {name: self._number(name) for name in NAMES}
        found = [FieldError(name, number.value) for name, number in numbers.items() if isinstance(number, NumberProblem)]
        sound: dict[str, Value] = {name: number for name, number in numbers.items() if isinstance(number, int)}
        found += check("quote_line", sound, {})
        self.problems = tuple(problem for problem in found if problem.field in self._judged)

    async def _write(self) -> None:
        typed = {name: self._number(name) for name in NAMES if self._texts[name] != self._opened[name]}
        wanted = changes(typed, self._shown, listed=self._listed)
        if wanted:
            seen = (self._base, self._shown)
            await self._device.quotes.set_line(self._quote_id, self._line_id, **wanted, seen=seen, form=self._key)
        if not wanted or self._listed:  # the list may have come to say what stands: then nothing was written
            await self._drafts.forget()

    def _look(self) -> None:
        if self.quote is None or self.line is None:
            return
        if self._looking is not None:
            self._looking.cancel()
        self._looking = asyncio.get_running_loop().create_task(self._preview(self.quote, self.line))

    async def _preview(self, quote: QuoteDetail, line: LineRow) -> None:
        self.preview.changed = self.changed
        quantity, discount, price = (self._number(name) for name in NAMES)
        if not isinstance(quantity, int) or quantity <= 0:
            self.preview.net = None
            return
        terms = Terms(quote.quoted_on or self._device.store.today(), quote.segment, list_id=quote.price_list_id)
        offer = await self._device.catalogue.price_for(
            line.product_id, replace(terms, quantity=from_thousandths(quantity)), self._t.language
        )
        self.preview.offer = offer
        listed = to_minor(offer.price, quote.currency) if offer is not None and offer.price is not None else None
        stands = self._standing(quantity, price)
        unit, off = (listed if stands is None else stands) if price is None else price, discount or 0
        whole = isinstance(unit, int) and isinstance(off, int)
        self.preview.net = from_minor(line_net(QuoteLineInput(quantity, int(unit or 0), int(off), 0)), quote.currency) if whole else None
        differs = stands is not None and listed is not None and (stands, self._shown["list_price"]) != (listed, listed)
        self.preview.other = from_minor(stands, quote.currency) if stands is not None and differs else None

    def _standing(self, quantity: Number, price: Number) -> int | None:
        """The price from the list that is on the line and stays there, as long as nothing that is typed takes another one."""
        stands = self._shown["unit_price"]
        stays = price is None and not self._listed and quantity == self._shown["quantity"] and self._shown["price_origin"] == "list"
        return stands if stays and isinstance(stands, int) else None

    def _snapshot(self) -> dict[str, Value] | None:
        typed: dict[str, Value] = {name: text for name, text in self._texts.items() if text != self._opened[name]}
        if self._listed:
            typed[_LISTED] = True
        languages = {TYPED_IN: self._t.language, **{spelt(name): language for name, language in self._spelt.items()}}
        return {**typed, **languages, **noted(self._base, self._shown)} if typed else None


def draft_key(line_id: str) -> str:
    """The name of the draft of a line's form."""
    return f"quote_line:{line_id}"
