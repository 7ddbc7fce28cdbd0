"""Owns price lookup: which list holds on a day, which of its rules gives a product's price, and which tax rate applies.

Dates are ISO text ("2026-11-22"), which compares as dates do. A period includes both its ends; '' or None as its end leaves it open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class PriceList:
    """A dated, versioned price list."""

    id: str
    version: int
    currency: str
    valid_from: str
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class PriceRule:
    """A product's price (minor units) in a list, from ``min_quantity`` (thousandths) on, for a segment ('' = everyone)."""

    price_list_id: str
    product_id: str
    min_quantity: int
    price: int
    segment: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A country's rate (basis points) for a tax code, in a period."""

    country: str
    code: str
    rate: int
    valid_from: str
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """A price (minor units) with what it rests on: the list and the rule that gave it."""

    amount: int
    price_list: PriceList
    rule: PriceRule


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """The next quantity (thousandths) at which the price falls, and the price there: "from 40: 20.80"."""

    min_quantity: int
    amount: int


def list_at(on: str, lists: Iterable[PriceList]) -> PriceList | None:
    """Return the list that holds on a day: of those valid the highest version, then the one that began last; None without any."""
    valid = [each for each in lists if _holds(on, each.valid_from, each.valid_to)]
    return max(valid, key=lambda each: (each.version, each.valid_from, each.id), default=None)


def price_in(price_list: PriceList, product_id: str, quantity: int, segment: str, rules: Iterable[PriceRule]) -> Price | None:
    """Return what a product costs in one list, such as the one frozen on a quote; None where no rule reaches the quantity.

    A rule for the customer's segment beats one for everyone, then the highest priority, then the largest ``min_quantity`` reached wins.
    """
    reached = (rule for rule in _applicable(price_list, product_id, segment, rules) if rule.min_quantity <= quantity)
    best = max(reached, key=_rank, default=None)
    return None if best is None else Price(best.price, price_list, best)


def price_for(
    product_id: str, on: str, quantity: int, segment: str, *, lists: Iterable[PriceList], rules: Iterable[PriceRule]
) -> Price | None:
    """Return what a product costs on a day: ``price_in`` of ``list_at``; None where there is no list, or no rule that applies."""
    price_list = list_at(on, lists)
    return None if price_list is None else price_in(price_list, product_id, quantity, segment, rules)


def next_break(price_list: PriceList, product_id: str, quantity: int, segment: str, rules: Iterable[PriceRule]) -> PriceBreak | None:
    """Return the smallest larger quantity that makes the product cheaper (or that gives it a price at all), None without one."""
    applicable = _applicable(price_list, product_id, segment, rules)
    current = price_in(price_list, product_id, quantity, segment, applicable)
    for threshold in sorted({rule.min_quantity for rule in applicable if rule.min_quantity > quantity}):
        there = price_in(price_list, product_id, threshold, segment, applicable)
        if there is not None and (current is None or there.amount < current.amount):
            return PriceBreak(threshold, there.amount)
    return None


def tax_rate_for(country: str, code: str, on: str, rates: Iterable[TaxRate]) -> int | None:
    """Return the rate (basis points) of a tax code in a country on a day; of several the one that began last. EL means GR."""
    wanted = _iso_country(country)
    valid = [
        rate for rate in rates if _iso_country(rate.country) == wanted and rate.code == code and _holds(on, rate.valid_from, rate.valid_to)
    ]
    best = max(valid, key=lambda rate: (rate.valid_from, rate.rate), default=None)
    return None if best is None else best.rate


def overlapping(lists: Iterable[PriceList], rules: Iterable[PriceRule]) -> tuple[tuple[PriceRule, PriceRule], ...]:
    """Return the pairs of rules between which nothing decides.

    Such rules have the same product, segment, quantity and priority, in one list or in two lists of the same version whose periods meet.
    A catalogue is sound when there are none.
    """
    by_id = {each.id: each for each in lists}
    alike: dict[tuple[str, str, int, int], list[PriceRule]] = {}
    for rule in rules:
        alike.setdefault((rule.product_id, rule.segment, rule.min_quantity, rule.priority), []).append(rule)
    return tuple(
        (one, other)
        for group in alike.values()
        for one, other in combinations(group, 2)
        if one.price_list_id == other.price_list_id or _compete(by_id.get(one.price_list_id), by_id.get(other.price_list_id))
    )


def _applicable(price_list: PriceList, product_id: str, segment: str, rules: Iterable[PriceRule]) -> list[PriceRule]:
    return [
        rule for rule in rules if rule.price_list_id == price_list.id and rule.product_id == product_id and rule.segment in {"", segment}
    ]


def _rank(rule: PriceRule) -> tuple[bool, int, int, int]:
    """Order rules by what makes them win; between rules that overlap the lower price, so that the answer never depends on their order."""
    return rule.segment != "", rule.priority, rule.min_quantity, -rule.price


def _holds(on: str, valid_from: str, valid_to: str | None) -> bool:
    return valid_from <= on and (not valid_to or on <= valid_to)


def _compete(one: PriceList | None, other: PriceList | None) -> bool:
    if one is None or other is None or one.version != other.version:
        return False
    return _holds(max(one.valid_from, other.valid_from), one.valid_from, one.valid_to) and _holds(
        max(one.valid_from, other.valid_from), other.valid_from, other.valid_to
    )


def _iso_country(country: str) -> str:
    upper = country.upper()
    return "GR" if upper == "EL" else upper
