"""Owns the demo's quotes: made during past visits, priced and summed by the shared rules, numbered by the demo's devices."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from shared.rules.numbering import quote_number
from shared.rules.totals import QuoteLineInput, totals
from sync_server.demo.catalogue import INGREDIENTS, MACHINES, SMALL, Article, Catalogue
from sync_server.demo.organisation import DEVICE_CODES, REPS
from sync_server.demo.seeds import Chance, DemoRecord, Fields, demo_id, instant, minutes
from sync_server.demo.visits import DemoVisit

QUOTES = 350
_VALID_DAYS = 30
_UNITS = 1000
_STATES = (
    (10, (("draft", 45), ("sent", 55))),
    (_VALID_DAYS, (("sent", 60), ("accepted", 25), ("declined", 15))),
    (9_999, (("accepted", 52), ("declined", 24), ("expired", 24))),
)
_DISCOUNTS = ((0, 70), (300, 10), (500, 12), (1000, 6), (1500, 2))
_MANUAL = 0.05
_THEMES = (("bread", 50), ("pastry", 25), ("machine", 25))
_OTHERS = ("wood", "service")


@dataclass(frozen=True, slots=True)
class _Line:
    article: Article
    amounts: QuoteLineInput
    list_price: int


def quote_records(today: date, found: list[DemoVisit], goods: Catalogue, seed: int) -> Iterator[DemoRecord]:
    """Yield the quotes, then their lines."""
    chance = Chance(seed, "quotes")
    made = [visit for visit in found if visit.fields["left_at"]]
    asked = [visit for visit in made if visit.fields["outcome"] in {"quote", "order"}]
    chosen = {visit.id for visit in chance.sample(asked, QUOTES)}
    counters = dict.fromkeys(DEVICE_CODES, 0)
    lines: list[DemoRecord] = []
    for visit in sorted(asked, key=lambda visit: str(visit.fields["arrived_at"])):
        if visit.id in chosen:
            area = visit.customer.area.key
            counters[area] += 1
            number = quote_number(visit.day.year, DEVICE_CODES[area], counters[area])
            quote, own_lines = _quote(today, visit, number, goods, chance=chance, seed=seed)
            lines += own_lines
            yield quote
    yield from lines


def _quote(
    today: date, visit: DemoVisit, number: str, goods: Catalogue, *, chance: Chance, seed: int
) -> tuple[DemoRecord, list[DemoRecord]]:
    lines = [_line(article, visit, goods, chance) for article in _articles(goods, chance)]
    rounding = chance.weighted((("rate", 80), ("line", 20)))
    sums = totals((line.amounts for line in lines), rounding)
    made_at = int(str(visit.fields["left_at"])) - minutes(5)
    identifier = demo_id(seed, "quote", number, made_at)
    price_list = goods.list_on(visit.day)
    fields: Fields = {
        "account_id": visit.customer.id,
        "user_id": REPS[visit.customer.area.key].user_id(seed),
        "visit_id": visit.id,
        "number": number,
        "revision": 1,
        "supersedes": None,
        "currency": price_list.currency,
        "price_list_id": price_list.id,
        "price_list_version": price_list.version,
        "rounding": rounding,
        "quoted_on": visit.day.isoformat(),
        "valid_until": (visit.day + timedelta(days=_VALID_DAYS)).isoformat(),
        "note": chance.choice(visit.customer.words.quote_notes),
        "net_total": sums.net,
        "tax_total": sums.tax,
        "gross_total": sums.gross,
        **_fate(today, visit, chance),
    }
    records = [
        ("quote_line", demo_id(seed, "quote_line", f"{number}/{place}", made_at), _line_fields(visit, identifier, place, line))
        for place, line in enumerate(lines, start=1)
    ]
    return ("quote", identifier, fields), [*records]


def _fate(today: date, visit: DemoVisit, chance: Chance) -> Fields:
    """Return a quote's state and instants, as likely after so many days; nothing is dated after last night."""
    age = (today - visit.day).days
    state = chance.weighted(next(states for limit, states in _STATES if age <= limit))
    left = int(str(visit.fields["left_at"]))
    now = instant(today, time(5, 0), visit.customer.area.zone)
    sent = None if state == "draft" else min(left + minutes(chance.randint(1, 1800)), now)
    decided = None
    if sent is not None and state in {"accepted", "declined"}:
        decided = sent + chance.randrange(max(1, min(now, sent + minutes(20 * 1440)) - sent))
    elif state == "expired":
        decided = instant(visit.day + timedelta(days=_VALID_DAYS + 1), time(0, 5), visit.customer.area.zone)
    return {"state": state, "sent_at": sent, "decided_at": decided}


def _articles(goods: Catalogue, chance: Chance) -> list[Article]:
    """Return 3 to 8 different articles that one would quote together."""
    theme = chance.weighted(_THEMES)
    wanted = {
        "bread": ("flour", "yeast", "fruit"),
        "pastry": ("sugar", "chocolate", "dairy", "packaging"),
        "machine": (*MACHINES, "service"),
    }[theme]
    main = [article for article in goods.articles if article.category in wanted]
    side = [article for article in goods.articles if article.category in {*SMALL, *_OTHERS}]
    count = chance.randint(3, 8)
    beside = min(count - 1, chance.randint(1, 3))
    if theme == "machine":
        beside = max(beside, count - 3)
    return chance.sample(main, count - beside) + chance.sample(side, beside)


def _line(article: Article, visit: DemoVisit, goods: Catalogue, chance: Chance) -> _Line:
    quantity = _quantity(article, chance) * _UNITS
    price_list = goods.list_on(visit.day)
    list_price = goods.price(price_list, article, quantity, visit.customer.segment)
    tax_rate = goods.tax(visit.customer.country, article, visit.day)
    amounts = QuoteLineInput(quantity, list_price, chance.weighted(_DISCOUNTS), tax_rate)
    if chance.one_in(_MANUAL):
        amounts = replace(amounts, unit_price=list_price * 92 // 100, discount=0)
    return _Line(article, amounts, list_price)


def _quantity(article: Article, chance: Chance) -> int:
    if article.category in INGREDIENTS:
        return chance.choice((2, 4, 5, 8, 10, 12, 20, 40, 50))
    if article.category in SMALL:
        return chance.choice((1, 2, 4, 6, 10, 20)) if article.price < 10_000 else 1
    return 1 if article.price > 200_000 else chance.choice((1, 1, 2))


def _line_fields(visit: DemoVisit, quote_id: str, place: int, line: _Line) -> Fields:
    return {
        "quote_id": quote_id,
        "account_id": visit.customer.id,
        "position": place,
        "product_id": line.article.id,
        "description": line.article.names[visit.customer.area.language],
        "unit": line.article.unit,
        "quantity": line.amounts.quantity,
        "list_price": line.list_price,
        "unit_price": line.amounts.unit_price,
        "price_origin": "list" if line.amounts.unit_price == line.list_price else "manual",
        "discount": line.amounts.discount,
        "tax_code": line.article.tax_code,
        "tax_rate": line.amounts.tax_rate,
    }
