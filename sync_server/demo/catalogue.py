"""Owns what the demo sells: VAT rates, 180 products, last year's and this year's price list and their rules."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.rules.money import divide_half_up, to_minor
from shared.rules.pricing import PriceList, PriceRule, TaxRate, list_at, price_in, tax_rate_for
from sync_server.demo.places import DATA
from sync_server.demo.seeds import DemoRecord, Fields, demo_id

CURRENCY = "EUR"
INGREDIENTS = ("flour", "yeast", "sugar", "chocolate", "dairy", "fruit")
SMALL = ("tray", "tool", "packaging")
MACHINES = ("oven", "mixer", "prover", "cold", "display")
_LAST_YEAR = 9650
"""What last year's prices were of this year's, in basis points."""
_RETIRED = frozenset({"TOOL-0203", "TRAY-0404", "PACK-0203"})
_UNITS = 1000

# Country, tax code, basis points, first and last day. France: CGI art. 278 to 281; Greece: law 2859/2000 as amended.
_RATES = (
    ("FR", "standard", 1960, "2000-04-01", "2013-12-31"),
    ("FR", "standard", 2000, "2014-01-01", None),
    ("FR", "intermediate", 700, "2012-01-01", "2013-12-31"),
    ("FR", "intermediate", 1000, "2014-01-01", None),
    ("FR", "reduced", 550, "1982-07-01", None),
    ("FR", "super", 210, "1989-01-01", None),
    ("GR", "standard", 2300, "2010-07-01", "2016-05-31"),
    ("GR", "standard", 2400, "2016-06-01", None),
    ("GR", "intermediate", 1300, "2011-01-01", None),
    ("GR", "reduced", 1300, "2011-01-01", None),
    ("GR", "super", 650, "2011-01-01", "2015-07-19"),
    ("GR", "super", 600, "2015-07-20", None),
)


@dataclass(frozen=True, slots=True)
class Article:
    """A product and this year's price for everyone, in minor units."""

    id: str
    sku: str
    names: dict[str, str]
    unit: str
    category: str
    tax_code: str
    price: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that a quote needs to be priced."""

    articles: tuple[Article, ...]
    lists: tuple[PriceList, ...]
    rules: dict[str, list[PriceRule]]
    """By product."""
    rates: tuple[TaxRate, ...]

    def list_on(self, day: date) -> PriceList:
        """Return the price list of ``day``.

        Raises:
            LookupError: the day is before last year's list.
        """
        found = list_at(day.isoformat(), self.lists)
        if found is None:
            raise LookupError(day)
        return found

    def price(self, price_list: PriceList, article: Article, quantity: int, segment: str) -> int:
        """Return the price in minor units by the shared rule; every article has one from a quantity of nought."""
        found = price_in(price_list, article.id, quantity, segment, self.rules[article.id])
        return found.amount if found else article.price

    def tax(self, country: str, article: Article, day: date) -> int:
        """Return the VAT rate in basis points; every code has one in both countries."""
        return tax_rate_for(country, article.tax_code, day.isoformat(), self.rates) or 0


def catalogue(today: date, seed: int) -> Catalogue:
    """Build the catalogue as it stands on ``today``."""
    articles = tuple(_articles(seed))
    last, current = today.year - 1, today.year
    lists = (
        PriceList(demo_id(seed, "price_list", str(last)), 1, CURRENCY, f"{last}-01-01", f"{last}-12-31"),
        PriceList(demo_id(seed, "price_list", str(current)), 2, CURRENCY, f"{current}-01-01"),
    )
    rules = {article.id: [rule for each in lists for rule in _rules(article, each)] for article in articles}
    rates = tuple(TaxRate(country, code, rate, begins, ends) for country, code, rate, begins, ends in _RATES)
    return Catalogue(articles, lists, rules, rates)


def catalogue_records(goods: Catalogue, seed: int) -> Iterator[DemoRecord]:
    """Yield tax rates, price lists, products and price rules."""
    for rate in goods.rates:
        key = f"{rate.country}/{rate.code}/{rate.valid_from}"
        period: Fields = {"valid_from": rate.valid_from, "valid_to": rate.valid_to}
        yield "tax_rate", demo_id(seed, "tax_rate", key), {"country": rate.country, "code": rate.code, "rate": rate.rate, **period}
    for each in goods.lists:
        head: Fields = {"name": f"Tarif {each.valid_from[:4]}", "version": each.version, "currency": each.currency}
        yield "price_list", each.id, {**head, "valid_from": each.valid_from, "valid_to": each.valid_to}
    for article in goods.articles:
        yield "product", article.id, _product(article)
    for rules in goods.rules.values():
        for rule in rules:
            key = f"{rule.price_list_id}/{rule.product_id}/{rule.segment}/{rule.min_quantity}"
            yield "price_rule", demo_id(seed, "price_rule", key), _rule_fields(rule)


def _articles(seed: int) -> Iterator[Article]:
    families: dict[str, int] = {}
    with (DATA / "products.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="|"):
            category = row["category"]
            families[category] = families.get(category, 0) + 1
            for number, variant in enumerate(row["variants"].split(";"), start=1):
                size, _, price = variant.partition(":")
                sku = f"{category[:4].upper()}-{families[category]:02}{number:02}"
                names = {language: row[language].format(size) for language in ("fr", "en", "el")}
                amount = to_minor(Decimal(price), CURRENCY)
                yield Article(demo_id(seed, "product", sku), sku, names, row["unit"], category, row["tax"], amount)


def _rules(article: Article, price_list: PriceList) -> Iterator[PriceRule]:
    for segment, units, share in _shares(article.category):
        year = _LAST_YEAR if price_list.version == 1 else 10_000
        yield PriceRule(price_list.id, article.id, units * _UNITS, _rounded(article.price, share, year), segment)


def _shares(category: str) -> Iterator[tuple[str, int, int]]:
    """Yield segment, quantity and share of the list price (basis points): breaks for bulk, terms for chains and hotels."""
    yield "", 0, 10_000
    if category in INGREDIENTS or category == "packaging":
        yield "", 10, 9_750
        yield "", 40, 9_500
    if category in {"tray", "tool"}:
        yield "", 10, 9_600
    if category in {"flour", "chocolate"}:
        yield "chain", 0, 9_400
        yield "chain", 40, 9_100
    if category in {"tray", "display"}:
        yield "horeca", 0, 9_700


def _rounded(price: int, share: int, year: int) -> int:
    """Return a price as a list prints it: whole euros from 1,000 € on, else five cents; never nought."""
    step = 100 if price >= 100_000 else 5
    return max(step, divide_half_up(price * share * year, 10_000 * 10_000 * step) * step)


def _product(article: Article) -> Fields:
    names: Fields = {f"name_{language}": name for language, name in article.names.items()}
    rest: Fields = {"unit": article.unit, "category": article.category, "tax_code": article.tax_code, "active": article.sku not in _RETIRED}
    return {"sku": article.sku, **names, **rest}


def _rule_fields(rule: PriceRule) -> Fields:
    return {
        "price_list_id": rule.price_list_id,
        "product_id": rule.product_id,
        "segment": rule.segment,
        "min_quantity": rule.min_quantity,
        "price": rule.price,
        "priority": rule.priority,
    }
