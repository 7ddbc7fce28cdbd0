"""Prices as the working set knows them: lists, rules and rates in the shape of the shared rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlmodel import Session

from mobile_app.data.among import among
from mobile_app.data.repositories.reading import ask
from shared.rules.pricing import PriceList, PriceRule, TaxRate, price_in
from shared.sync.policy import Value

DEFAULT_CURRENCY = "EUR"


def price_lists(session: Session) -> list[PriceList]:
    """All of them."""
    rows = ask(session, "SELECT id, version, currency, valid_from, valid_to FROM price_list")
    return [PriceList(id_, version or 0, currency or DEFAULT_CURRENCY, since or "", until) for id_, version, currency, since, until in rows]


def rules_for(session: Session, products: Collection[str]) -> list[PriceRule]:
    """The rules of these products, in every list."""
    statement = (
        "SELECT price_list_id, product_id, min_quantity, price, segment, priority FROM price_rule"
        " WHERE product_id IN (SELECT value FROM json_each(?)) AND price IS NOT NULL"
    )
    return [
        PriceRule(list_id, product, quantity or 0, price, segment or "", priority or 0)
        for list_id, product, quantity, price, segment, priority in ask(session, statement, among(products))
    ]


def listed(session: Session, quote: Mapping[str, Value], segment: Value, product_id: str, quantity: int) -> dict[str, Value]:
    """What a line holds at the list's price for a quantity, from the list that is frozen on its quote; no fields where it gives none."""
    frozen = next((each for each in price_lists(session) if each.id == quote.get("price_list_id")), None)
    if frozen is None:
        return {}
    price = price_in(frozen, product_id, max(quantity, 1), str(segment or ""), rules_for(session, [product_id]))
    return {} if price is None else {"list_price": price.amount, "unit_price": price.amount, "price_origin": "list"}


def tax_rates(session: Session) -> list[TaxRate]:
    """All of them."""
    rows = ask(session, "SELECT country, code, rate, valid_from, valid_to FROM tax_rate")
    return [TaxRate(country or "", code or "", rate or 0, since or "", until) for country, code, rate, since, until in rows]
