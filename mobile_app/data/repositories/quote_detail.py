"""A quote's page: its lines with their nets, its totals by tax rate, and the list that its prices come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from mobile_app.data.repositories.conflicts import ConflictView, of_record
from mobile_app.data.repositories.people import name_of
from mobile_app.data.repositories.reading import ask, seen
from mobile_app.data.repositories.rows import account_name
from shared.errors import RecordNotFound
from shared.models.catalogue import PriceList, Product
from shared.models.customer import Account
from shared.models.quote import Quote, QuoteLine
from shared.rules.lifecycle import quote_is_frozen
from shared.rules.money import from_basis_points, from_minor, to_basis_points, to_minor, to_thousandths
from shared.rules.totals import QuoteLineInput, line_net, totals
from shared.sync.change import Base
from shared.sync.policy import Value

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line. ``unit_price`` is what counts, ``list_price`` what the list says; ``origin`` ``manual`` was typed by hand."""

    id: str
    position: int
    product_id: str
    sku: str
    description: str
    unit: str
    quantity: Decimal
    list_price: Decimal | None
    unit_price: Decimal
    origin: str
    discount: Decimal
    tax_rate: Decimal
    net: Decimal
    pending: bool
    base: Base | None
    shown: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Band:
    """What a quote says of one tax rate (per cent)."""

    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class QuoteDetail:
    """A quote's page. The totals are those of the lines shown; ``editable`` is a draft, anything later needs a revision."""

    id: str
    number: str
    revision: int
    supersedes: str
    superseded_by: str
    account_id: str
    account: str
    segment: str
    country: str
    user_id: str
    user: str
    visit_id: str
    state: str
    editable: bool
    currency: str
    price_list_id: str
    price_list: str
    price_list_version: int
    price_list_from: date | None
    rounding: str
    quoted_on: date | None
    valid_until: date | None
    note: str
    sent_at: datetime | None
    decided_at: datetime | None
    lines: tuple[LineRow, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal
    bands: tuple[Band, ...]
    conflicts: tuple[ConflictView, ...]
    pending: frozenset[str]
    base: Base | None
    shown: dict[str, Value]


def quote_detail(session: Session, epoch: str, id_: str) -> QuoteDetail:
    """Read a quote's page.

    Raises:
        RecordNotFound: no such quote here.
    """
    quote = session.get(Quote, id_)
    if quote is None:
        raise RecordNotFound
    found = seen(session, epoch, "quote", id_)
    lines = lines_of(session, id_)
    currency = quote.currency or "EUR"
    sums = totals((amounts(line) for line in lines), quote.rounding or "rate")
    account = (session.get(Account, quote.account_id) if quote.account_id else None) or Account(id="")
    price_list = session.get(PriceList, quote.price_list_id) if quote.price_list_id else None
    later = ask(session, "SELECT id FROM quote WHERE supersedes = ?", id_)
    return QuoteDetail(
        id=id_,
        number=quote.number or "",
        revision=quote.revision or 0,
        supersedes=quote.supersedes or "",
        superseded_by=str(later[0][0]) if later else "",
        account_id=quote.account_id or "",
        account=account_name(session, quote.account_id),
        segment=account.segment or "",
        country=account.country or "",
        user_id=quote.user_id or "",
        user=name_of(session, quote.user_id),
        visit_id=quote.visit_id or "",
        state=quote.state or "",
        editable=not quote_is_frozen(quote.state or ""),
        currency=currency,
        price_list_id=quote.price_list_id or "",
        price_list=(price_list.name or "") if price_list is not None else "",
        price_list_version=quote.price_list_version or 0,
        price_list_from=price_list.valid_from if price_list is not None else None,
        rounding=quote.rounding or "rate",
        quoted_on=quote.quoted_on,
        valid_until=quote.valid_until,
        note=quote.note or "",
        sent_at=quote.sent_at,
        decided_at=quote.decided_at,
        lines=tuple(_row(session, epoch, line, currency) for line in lines),
        net=from_minor(sums.net, currency),
        tax=from_minor(sums.tax, currency),
        gross=from_minor(sums.gross, currency),
        bands=tuple(
            Band(from_basis_points(band.rate), from_minor(band.net, currency), from_minor(band.tax, currency)) for band in sums.by_rate
        ),
        conflicts=(*of_record(session, epoch, id_), *(view for line in lines for view in of_record(session, epoch, line.id))),
        pending=found.pending,
        base=found.base,
        shown=found.shown,
    )


def lines_of(session: Session, quote_id: str) -> list[QuoteLine]:
    """A quote's lines in their order."""
    query = select(QuoteLine).where(QuoteLine.quote_id == quote_id)
    return list(session.exec(query.order_by(col(QuoteLine.position), col(QuoteLine.id))))


def amounts(line: QuoteLine) -> QuoteLineInput:
    """What the totals need of a line, in stored units."""
    return QuoteLineInput(
        to_thousandths(line.quantity or ZERO),
        to_minor(line.unit_price or ZERO),
        to_basis_points(line.discount or ZERO),
        to_basis_points(line.tax_rate or ZERO),
    )


def _row(session: Session, epoch: str, line: QuoteLine, currency: str) -> LineRow:
    found = seen(session, epoch, "quote_line", line.id)
    product = session.get(Product, line.product_id) if line.product_id else None
    return LineRow(
        line.id,
        line.position or 0,
        line.product_id or "",
        (product.sku or "") if product is not None else "",
        line.description or "",
        line.unit or "",
        line.quantity or ZERO,
        line.list_price,
        line.unit_price or ZERO,
        line.price_origin or "list",
        line.discount or ZERO,
        line.tax_rate or ZERO,
        from_minor(line_net(amounts(line)), currency),
        bool(found.pending),
        found.base,
        found.shown,
    )
