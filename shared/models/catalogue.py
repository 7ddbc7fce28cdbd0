"""What is sold and for how much: products, dated price lists and their rules, tax rates. Devices only read them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, Integer
from sqlmodel import SQLModel

from shared.models.columns import Day, Money, Percent, Quantity, ident, server


class Product(SQLModel, table=True):
    """An article of the catalogue, named in the three languages."""

    __tablename__ = "product"

    id: str = ident()
    sku: str | None = server()
    name_en: str | None = server()
    name_fr: str | None = server()
    name_el: str | None = server()
    unit: str | None = server()
    category: str | None = server()
    tax_code: str | None = server()
    active: bool | None = server(Boolean)


class PriceList(SQLModel, table=True):
    """A dated price list; a quote keeps the version it was made with."""

    __tablename__ = "price_list"

    id: str = ident()
    name: str | None = server()
    version: int | None = server(Integer)
    currency: str | None = server()
    valid_from: date | None = server(Day)
    valid_to: date | None = server(Day)


class PriceRule(SQLModel, table=True):
    """A price of a product from a quantity on, for one segment or for all."""

    __tablename__ = "price_rule"

    id: str = ident()
    price_list_id: str | None = server()
    product_id: str | None = server()
    segment: str | None = server()
    min_quantity: Decimal | None = server(Quantity)
    price: Decimal | None = server(Money)
    priority: int | None = server(Integer)


class TaxRate(SQLModel, table=True):
    """A dated VAT rate of a country."""

    __tablename__ = "tax_rate"

    id: str = ident()
    country: str | None = server()
    code: str | None = server()
    rate: Decimal | None = server(Percent)
    valid_from: date | None = server(Day)
    valid_to: date | None = server(Day)
