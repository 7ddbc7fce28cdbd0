"""Words for quotes: states, units, prices and how sure a price is."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal

from mobile_app.data.repositories.quote_detail import LineRow, QuoteDetail
from mobile_app.data.repositories.rows import QuoteRow
from mobile_app.ui import formats
from mobile_app.ui.design import ALERT, INFO, NEUTRAL, OK, WAIT, Chip, I
from mobile_app.ui.i18n import N_, Words

_STATES: Mapping[str, Chip] = {
    "draft": Chip(N_("Draft"), NEUTRAL, I.EDIT_ROUNDED),
    "pending_approval": Chip(N_("Waiting for approval"), WAIT),
    "approved": Chip(N_("Approved"), OK),
    "sent": Chip(N_("Sent"), INFO, I.SEND_ROUNDED),
    "accepted": Chip(N_("Accepted"), OK),
    "declined": Chip(N_("Declined"), NEUTRAL, I.THUMB_DOWN_OUTLINED),
    "expired": Chip(N_("Expired"), WAIT),
    "superseded": Chip(N_("Replaced"), NEUTRAL, I.HISTORY_ROUNDED),
}


def has_lapsed(state: str, valid_until: date | None, today: date) -> bool:
    """Whether a quote's time is over: it says so, or it was sent and its last day has passed."""
    return state == "expired" or (state == "sent" and valid_until is not None and valid_until < today)


def state_chip(t: Words, state: str, valid_until: date | None, today: date) -> Chip:
    """A quote's state; a sent one whose time is over is shown as expired."""
    known = _STATES.get("expired" if has_lapsed(state, valid_until, today) else state)
    return Chip(state) if known is None else Chip(t(known.label), known.tone, known.icon)


def number_words(t: Words, quote: QuoteDetail | QuoteRow) -> str:
    """A quote's number, with its revision from the second on."""
    return quote.number if quote.revision <= 1 else t("{number} · revision {n}", number=quote.number, n=quote.revision)


def unit_word(t: Words, unit: str) -> str:
    """A unit as it stands behind a price: ``21.90 € / bag``."""
    return _per_unit(t)[unit]() if unit in _UNITS else unit


def amount_words(t: Words, quantity: Decimal, unit: str) -> str:
    """A quantity with its unit: ``40 bags``."""
    amount = formats.number(t, quantity.normalize())
    if unit not in _UNITS:
        return f"{amount}{formats.NBSP}{unit}" if unit else amount
    n = int(quantity.to_integral_value(ROUND_CEILING))
    return _counted(t, n, amount)[unit]().replace(" ", formats.NBSP)


def price_words(t: Words, price: Decimal, currency: str, unit: str) -> str:
    """A price per unit."""
    amount = formats.money_of(t, price, currency)
    return f"{amount}{formats.NBSP}/{formats.NBSP}{unit_word(t, unit)}" if unit else amount


def break_words(t: Words, quantity: Decimal, price: Decimal, currency: str, unit: str) -> str:
    """The next quantity that is cheaper: ``from 40 bags: €20.80``."""
    return t("from {amount}: {price}", amount=amount_words(t, quantity, unit), price=formats.money_of(t, price, currency))


def percent_words(t: Words, percent: Decimal) -> str:
    """A percentage that may have decimals: ``5.5%``."""
    return formats.percent(t, int(percent * 100))


def certainty(t: Words, line: LineRow, quote: QuoteDetail, current_list: str, today: date) -> Chip:
    """How sure a line's price is: typed by hand, from the list that holds today, or from an older one."""
    if line.origin == "manual":
        return Chip(t("Price typed by you, never overwritten"), NEUTRAL, I.EDIT_ROUNDED)
    name = quote.price_list or t("Price list")
    if not quote.price_list_id:
        return Chip(t("No price list"), WAIT)
    version = t("{list}, version {n}", list=name, n=quote.price_list_version)
    if current_list and current_list != quote.price_list_id:
        return Chip(t("{version}: a newer list holds today", version=version), ALERT, I.REPORT_PROBLEM_ROUNDED)
    if quote.price_list_from is None:
        return Chip(version, OK, I.VERIFIED_ROUNDED)
    since = formats.short_day(t, quote.price_list_from, today)
    return Chip(t("{version}, since {day}", version=version, day=since), OK, I.VERIFIED_ROUNDED)


_UNITS = frozenset({"pc", "bag", "box", "m", "day", "year", "kg"})


def _per_unit(t: Words) -> Mapping[str, Callable[[], str]]:
    return {
        "pc": lambda: t.sense("unit", "piece"),
        "bag": lambda: t.sense("unit", "bag"),
        "box": lambda: t.sense("unit", "box"),
        "m": lambda: t.sense("unit", "metre"),
        "day": lambda: t.sense("unit", "day"),
        "year": lambda: t.sense("unit", "year"),
        "kg": lambda: t.sense("unit", "kg"),
    }


def _counted(t: Words, n: int, amount: str) -> Mapping[str, Callable[[], str]]:
    return {
        "pc": lambda: t.plural("{amount} piece", "{amount} pieces", n, amount=amount),
        "bag": lambda: t.plural("{amount} bag", "{amount} bags", n, amount=amount),
        "box": lambda: t.plural("{amount} box", "{amount} boxes", n, amount=amount),
        "m": lambda: t.plural("{amount} m", "{amount} m", n, amount=amount),
        "day": lambda: t.plural("{amount} day", "{amount} days", n, amount=amount),
        "year": lambda: t.plural("{amount} year", "{amount} years", n, amount=amount),
        "kg": lambda: t.plural("{amount} kg", "{amount} kg", n, amount=amount),
    }
