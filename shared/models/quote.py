"""Quotes and their lines. Rates, rounding and the price list's version are frozen on them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Integer
from sqlmodel import SQLModel

from shared.models.columns import Day, Instant, Money, Percent, Quantity, asked, derived, fact, ident, latest, step


class Quote(SQLModel, table=True):
    """One revision of one offer. The number is year, device code and the device's own counter."""

    __tablename__ = "quote"

    id: str = ident()
    account_id: str | None = fact()
    user_id: str | None = fact()
    visit_id: str | None = fact()
    number: str | None = fact()
    revision: int | None = fact(Integer)
    supersedes: str | None = fact()
    currency: str | None = latest()
    price_list_id: str | None = latest()
    price_list_version: int | None = latest(Integer, beside="price_list_id")
    rounding: str | None = latest()
    quoted_on: date | None = latest(Day)
    valid_until: date | None = latest(Day)
    note: str | None = latest()
    state: str | None = step()
    net_total: Decimal | None = derived(Money)
    tax_total: Decimal | None = derived(Money)
    gross_total: Decimal | None = derived(Money)
    sent_at: datetime | None = fact(Instant, beside="state")
    decided_at: datetime | None = fact(Instant, beside="state")


class QuoteLine(SQLModel, table=True):
    """One line: what, how many, at what price and where the price came from."""

    __tablename__ = "quote_line"

    id: str = ident()
    quote_id: str | None = fact()
    account_id: str | None = fact()
    position: int | None = latest(Integer)
    product_id: str | None = latest()
    description: str | None = latest()
    unit: str | None = latest()
    quantity: Decimal | None = latest(Quantity)
    list_price: Decimal | None = latest(Money)
    unit_price: Decimal | None = asked(Money)
    price_origin: str | None = latest(beside="unit_price")
    discount: Decimal | None = latest(Percent)
    tax_code: str | None = latest()
    tax_rate: Decimal | None = latest(Percent)
