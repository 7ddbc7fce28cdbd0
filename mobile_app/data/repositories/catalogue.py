"""The catalogue: products searched as one types, each with its price for a customer, a day and a quantity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlmodel import Session, col, select

from mobile_app.data.repositories.pricing import DEFAULT_CURRENCY, price_lists, rules_for
from mobile_app.data.repositories.reading import lists
from mobile_app.data.store import Store
from shared.models.catalogue import Product
from shared.rules.money import from_minor, from_thousandths, to_thousandths
from shared.rules.pricing import PriceList, PriceRule, list_at, next_break, price_in

ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product. ``price`` None: no list or no rule gives one. ``break_from`` is the next quantity that is cheaper, at ``break_price``."""

    id: str
    sku: str
    name: str
    unit: str
    category: str
    tax_code: str
    currency: str
    price: Decimal | None
    price_list_id: str
    price_list_version: int
    break_from: Decimal | None = None
    break_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a price depends on: the day, the customer's segment and the quantity; ``list_id`` names a frozen list instead of the day's."""

    on: date
    segment: str = ""
    quantity: Decimal = ONE
    list_id: str = ""


class Catalogue:
    """The only door to products, for the UI."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def search(self, query: str, language: str, terms: Terms | None = None, limit: int = 50) -> list[ProductRow]:
        """Active products that ``query`` finds (all where it has no word), named in ``language``."""
        asked = terms or Terms(self._store.today())
        return await self._store.read(lambda session: _search(session, query, language, asked, limit))

    async def price_for(self, product_id: str, terms: Terms, language: str = "en") -> ProductRow | None:
        """One product on these terms, or None if there is no such product."""
        return await self._store.read(lambda session: next(iter(_rows(session, [product_id], language, terms)), None))


def product_name(product: Product, language: str) -> str:
    """A product's name in ``language``, else in another one, else its number."""
    names = {"en": product.name_en, "fr": product.name_fr, "el": product.name_el}
    return names.get(language) or next((name for name in names.values() if name), product.sku or "")


def _search(session: Session, query: str, language: str, terms: Terms, limit: int) -> list[ProductRow]:
    inactive = set(session.exec(select(Product.id).where(col(Product.active).is_(False))))
    places = lists(session).products.search(query, None, limit + len(inactive))
    return _rows(session, [id_ for _, _, id_ in places if id_ not in inactive][:limit], language, terms)


def _rows(session: Session, ids: list[str], language: str, terms: Terms) -> list[ProductRow]:
    found = {product.id: product for product in session.exec(select(Product).where(col(Product.id).in_(ids)))}
    known = price_lists(session)
    frozen = next((each for each in known if each.id == terms.list_id), None)
    price_list = frozen or list_at(terms.on.isoformat(), known)
    rules: dict[str, list[PriceRule]] = {}
    for rule in rules_for(session, ids):
        rules.setdefault(rule.product_id, []).append(rule)
    return [_row(found[id_], language, price_list, rules.get(id_, []), terms) for id_ in ids if id_ in found]


def _row(product: Product, language: str, price_list: PriceList | None, rules: list[PriceRule], terms: Terms) -> ProductRow:
    name = product_name(product, language)
    head = (product.id, product.sku or "", name, product.unit or "", product.category or "", product.tax_code or "")
    if price_list is None:
        return ProductRow(*head, DEFAULT_CURRENCY, None, "", 0)
    quantity, currency = to_thousandths(terms.quantity), price_list.currency
    price = price_in(price_list, product.id, quantity, terms.segment, rules)
    cheaper = next_break(price_list, product.id, quantity, terms.segment, rules)
    return ProductRow(
        *head,
        currency,
        None if price is None else from_minor(price.amount, currency),
        price_list.id,
        price_list.version,
        None if cheaper is None else from_thousandths(cheaper.min_quantity),
        None if cheaper is None else from_minor(cheaper.amount, currency),
    )
