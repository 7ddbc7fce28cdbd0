"""Quotes: their lines, numbers from this device's counter, revisions of what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select

from mobile_app.data.desk import Desk, Draft, Label, Written
from mobile_app.data.repositories import saving
from mobile_app.data.repositories.answering import PRICED_BY
from mobile_app.data.repositories.catalogue import product_name
from mobile_app.data.repositories.merging import family
from mobile_app.data.repositories.quote_desk import VALID_DAYS, Fields, QuoteDesk, SeenLine, new_quote
from mobile_app.data.repositories.quote_detail import QuoteDetail, quote_detail
from mobile_app.data.repositories.quote_search import matching
from mobile_app.data.repositories.reading import ask, stored
from mobile_app.data.repositories.rows import QuoteRow, account_name, quote_rows
from mobile_app.data.store import Store
from shared.errors import RecordNotFound, RecordRefused
from shared.models.catalogue import Product
from shared.models.quote import Quote
from shared.rules.totals import SUMS
from shared.sync.change import Base, Change, Edit
from shared.sync.policy import Value

_COPIED: Final = ("product_id", "description", "unit", "quantity", "list_price", "unit_price", "price_origin", "discount", "tax_code")
_KEPT: Final = ("account_id", "visit_id", "number", "currency", "price_list_id", "price_list_version", "rounding", "note")
SEND: Final = "quote.send"


class Quotes:
    """The only door to quotes, for the UI."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(
        self, states: tuple[str, ...] = (), *, query: str = "", user_id: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[QuoteRow]:
        """Quotes in one of ``states`` (none named: all) and of one rep (None: of all), the newest first.

        ``query`` leaves those whose number or customer it finds.
        """
        found = select(Quote).order_by(col(Quote.quoted_on).desc(), col(Quote.id).desc()).limit(limit).offset(offset)
        if states:
            found = found.where(col(Quote.state).in_(states))
        if user_id is not None:
            found = found.where(Quote.user_id == user_id)

        def read(session: Session) -> list[QuoteRow]:
            narrowed = found.where(matching(session, query)) if query.strip() else found
            return list(quote_rows(session, session.exec(narrowed)))

        return await self._store.read(read)

    async def of_account(self, account_id: str) -> list[QuoteRow]:
        """A customer's quotes, the newest first."""
        query = select(Quote).order_by(col(Quote.quoted_on).desc(), col(Quote.id).desc())

        def read(session: Session) -> list[QuoteRow]:
            return list(quote_rows(session, session.exec(query.where(col(Quote.account_id).in_(family(session, account_id))))))

        return await self._store.read(read)

    async def get(self, id_: str) -> QuoteDetail:
        """A quote's page.

        Raises:
            RecordNotFound: no such quote here.
        """
        return await self._store.read(lambda session: quote_detail(session, self._store.epoch.id, id_))

    async def around(self, changes: Iterable[Change]) -> QuoteDetail | None:
        """The page of the quote that these changes are about, as it stands here; None where they are about none that is here."""
        named = [id_ for change in changes for id_ in (change.id, change.fields.get("quote_id", Edit()).to) if isinstance(id_, str)]
        query = "SELECT id FROM quote WHERE id = ? UNION SELECT quote_id FROM quote_line WHERE id = ?"

        def read(session: Session) -> QuoteDetail | None:
            found = next((row[0] for id_ in named for row in ask(session, query, id_, id_)), None)
            return None if found is None else quote_detail(session, self._store.epoch.id, found)

        return await self._store.read(read)

    async def create(self, account_id: str, visit_id: str | None = None) -> Written:
        """Begin an empty draft. Its number is this device's next, kept with it or not used at all.

        Raises:
            RecordNotFound: no such customer here.
        """
        identity = self._store.identity

        def make(desk: Desk) -> Draft:
            if stored(desk.session, "account", account_id) is None:
                raise RecordNotFound
            id_, fields = new_quote(desk, account_id, visit_id, user_id=identity.user_id, device=identity.device)
            label = Label("quote.create", {"number": str(fields["number"]), "name": account_name(desk.session, account_id)})
            return Draft((saving.creation("quote", id_, fields),), label)

        return await self._store.act(make)

    async def edit(self, id_: str, base: Base | None, shown: saving.Fields, wanted: saving.Fields, form: str = "") -> Written:
        """Save what was changed of a draft's own fields (note, validity) against what was shown.

        Raises:
            RecordRefused: ``quote_is_sent``, ``quote_is_accepted``, or ``invalid`` with the fields.
        """
        detail = await self.get(id_)
        if not detail.editable:
            raise RecordRefused("quote_is_accepted" if detail.state == "accepted" else "quote_is_sent")
        label = Label("quote.edit", {"number": detail.number, "name": detail.account})
        return await saving.save(self._store, "quote", id_, base, shown=shown, wanted=wanted, label=label, form=form)

    async def add_line(
        self, id_: str, product_id: str, quantity: int = 1_000, language: str = "en", *, unit_price: int | None = None
    ) -> Written:
        """Add a line (thousandths, minor units) at the list's price, or at a typed one. Gives the line's id.

        Raises:
            RecordRefused: ``no_price``: the list gives none and none was typed; ``tax_unknown``; ``quote_is_sent``; ``invalid``.
        """

        def work(desk: Desk, quote: QuoteDesk) -> None:
            product = desk.session.get(Product, product_id)
            if product is None:
                raise RecordNotFound
            fields: Fields = {"product_id": product_id, "description": product_name(product, language), "unit": product.unit}
            fields |= {"quantity": quantity, "discount": 0, "tax_code": product.tax_code}
            fields |= {"tax_rate": quote.tax(product.tax_code, str(quote.quote["quoted_on"]))}
            fields |= quote.priced(product_id, quantity) | _typed(unit_price)
            if "unit_price" not in fields:
                raise RecordRefused("no_price", {"unit_price": "no_price"})
            quote.add(desk.new_id(), fields)

        return await self._work(id_, "quote.add_line", work)

    async def set_line(
        self,
        id_: str,
        line_id: str,
        *,
        quantity: int | None = None,
        discount: int | None = None,
        unit_price: int | None = None,
        description: str | None = None,
        list_price: bool = False,
        seen: SeenLine | None = None,
        form: str = "",
    ) -> Written:
        """Change a line. A price from the list follows the quantity; a typed one (``unit_price``) stays until ``list_price`` is asked for.

        ``seen`` is what the form showed when it opened (None: what stands now), ``form`` the saved draft that is done with.

        Raises:
            RecordRefused: ``no_price``, ``quote_is_sent``, ``invalid``.
        """
        given: Fields = {"quantity": quantity, "discount": discount, "description": description}
        wanted: Fields = {**{name: value for name, value in given.items() if value is not None}, **_typed(unit_price)}

        def work(_desk: Desk, quote: QuoteDesk) -> None:
            line = quote.lines.get(line_id)
            if line is None:
                raise RecordNotFound
            quote.change(line_id, wanted | _repriced(quote, line, wanted, asked=list_price), seen)

        return await self._work(id_, "quote.set_line", work, form=form)

    async def remove_line(self, id_: str, line_id: str) -> Written:
        """Take a line off.

        Raises:
            RecordRefused: ``quote_is_sent``.
        """
        return await self._work(id_, "quote.remove_line", lambda _desk, quote: quote.remove(line_id))

    async def restore_line(self, id_: str, line_id: str) -> Written:
        """Bring a line back that was taken off: the same one, whatever became of its product meanwhile.

        Raises:
            RecordRefused: ``quote_is_sent``.
        """
        return await self._work(id_, "quote.restore_line", lambda _desk, quote: quote.restore(line_id))

    async def send(self, id_: str) -> Written:
        """Mark a draft as sent: from now on it stands. Where that was refused before, the same step goes again, with the sums of now.

        Raises:
            RecordRefused: ``quote_is_empty``; ``illegal_step``.
        """
        before = [item for item in await self._store.attention() if item.action == SEND and item.state == "refused"]
        refused = next((item.txn for item in before if any(change.id == id_ for change in item.changes)), None)
        if refused is not None:
            await self._store.retry(refused, {id_: await self._store.read(lambda session: _seen(session, id_))})
            return Written("", id_)

        def work(desk: Desk, quote: QuoteDesk) -> None:
            if not quote.lines:
                raise RecordRefused("quote_is_empty")
            quote.step("sent", {"sent_at": desk.now_ms()})

        return await self._work(id_, SEND, work, draft=False)

    async def accept(self, id_: str) -> Written:
        """The customer has said yes.

        Raises:
            RecordRefused: ``illegal_step``.
        """
        return await self._decide(id_, "accepted", "quote.accept")

    async def decline(self, id_: str) -> Written:
        """The customer has said no.

        Raises:
            RecordRefused: ``illegal_step``.
        """
        return await self._decide(id_, "declined", "quote.decline")

    async def revise(self, id_: str) -> Written:
        """Make a draft of what was sent, with the same number and the next revision; the old one is superseded. Gives the new one's id.

        Raises:
            RecordRefused: ``quote_is_accepted``, or ``illegal_step``: it was never sent, or has a revision already.
        """
        user_id = self._store.identity.user_id

        def make(desk: Desk) -> Draft:
            old = QuoteDesk(desk, id_)
            old.step("superseded", {})
            new_id, today = desk.new_id(), desk.today()
            head: Fields = {name: old.quote[name] for name in _KEPT} | {"user_id": user_id, "supersedes": id_, "state": "draft"}
            revision = old.quote["revision"]
            head |= {"revision": (revision if isinstance(revision, int) else 1) + 1, "quoted_on": today.isoformat()}
            head |= {"valid_until": (today + timedelta(days=VALID_DAYS)).isoformat()}
            lines = [_copied(old, line, head) for line in old.lines.values()]
            made = [
                saving.creation("quote_line", desk.new_id(), {**line, "quote_id": new_id, "position": n}) for n, line in enumerate(lines, 1)
            ]
            return Draft((saving.creation("quote", new_id, head), *made, *old.finish()), Label("quote.revise", old.label))

        return await self._store.act(make)

    async def _decide(self, id_: str, to: str, action: str) -> Written:
        return await self._work(id_, action, lambda desk, quote: quote.step(to, {"decided_at": desk.now_ms()}), draft=False)

    async def _work(self, id_: str, action: str, work: Callable[[Desk, QuoteDesk], None], *, draft: bool = True, form: str = "") -> Written:
        def make(desk: Desk) -> Draft:
            quote = QuoteDesk(desk, id_)
            if draft:
                quote.must_be_draft()
            work(desk, quote)
            return Draft(quote.finish(), Label(action, quote.label), form, quote.subject)

        return await self._store.act(make)


def _seen(session: Session, id_: str) -> Fields:
    """The sums that a quote shows here.

    Raises:
        RecordRefused: ``quote_is_empty``.
    """
    quote = stored(session, "quote", id_)
    if quote is None or not ask(session, "SELECT 1 FROM quote_line WHERE quote_id = ?", id_):
        raise RecordRefused("quote_is_empty")
    return {name: quote[name] for name in SUMS}


def _typed(unit_price: int | None) -> Fields:
    return {} if unit_price is None else {"unit_price": unit_price, "price_origin": "manual"}


def _repriced(quote: QuoteDesk, line: Fields, wanted: Fields, *, asked: bool) -> Fields:
    """The list's price where it is asked for, or where it stood and the quantity changed it. A typed price is never reset."""
    typed = line["price_origin"] == "manual" or "unit_price" in wanted
    if not asked and (typed or not wanted.keys() & PRICED_BY):
        return {}
    quantity: Value = wanted.get("quantity", line["quantity"])
    price = quote.priced(str(line["product_id"]), quantity if isinstance(quantity, int) else 0)
    if not price:
        raise RecordRefused("no_price", {"unit_price": "no_price"})
    return price


def _copied(old: QuoteDesk, line: Fields, head: Fields) -> Fields:
    """A line of the revision: as it was, with the tax of the day it is quoted on."""
    return {name: line[name] for name in _COPIED} | {
        "account_id": head["account_id"],
        "tax_rate": old.tax(line["tax_code"], str(head["quoted_on"])),
    }
