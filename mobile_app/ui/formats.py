"""Dates, times, numbers, money and phone numbers as a person's language writes them. Pure: what is today is told, never read."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol, get_decimal_symbol
from babel.units import format_unit

from mobile_app.data.zones import zone_of
from mobile_app.ui.i18n import Words
from shared.rules.money import NumberProblem, decimals_of, from_scaled, parse_number
from shared.rules.phones import dialled

NBSP = "\u00a0"
_MEASURED = re.compile(r"(?<![^\s(])([0-9](?:[0-9.,×/-]*[0-9])?) (?=\S{1,9}(?!\S))|(?<!\S)([×x]) (?=[0-9])")
"""A number and the blank before its unit, or a sign of multiplication and the one after it."""
HOME_REGIONS = {"fr": "FR", "el": "GR"}
"""Language to the country whose numbers are shown as dialled at home."""
NEAR_DAYS = 6
"""Within so many days a weekday's name says enough."""
_FINEST = 6
"""Decimals that a number keeps when it is spelt anew: more than any field takes, so that what is too precise stays so."""
DAYS_COUNTED = 60
"""Up to so many days are counted as days, then as months."""


def capitalised(words: str) -> str:
    """Return ``words`` with a capital at the start, as a title needs it in French (``Jeudi 12 mars``)."""
    return words[:1].upper() + words[1:]


# ---- days and times -------------------------------------------------------------------------------------------------
def long_day(t: Words, day: date, today: date | None = None) -> str:
    """Return ``Thursday 12 March``; the year is added when it is not ``today``'s."""
    return _written(t, day, f"EEEE d MMMM{_year(day, today)}")


def short_day(t: Words, day: date, today: date | None = None) -> str:
    """Return ``12 March``; the year is added when it is not ``today``'s."""
    return _written(t, day, f"d MMMM{_year(day, today)}")


def weekday(t: Words, day: date) -> str:
    """Return ``Thursday``."""
    return format_date(day, "EEEE", locale=t.locale)


def numeric_day(t: Words, day: date) -> str:
    """Return ``12/03/2026``, as forms show it."""
    return format_date(day, "dd/MM/yyyy", locale=t.locale)


def relative_day(t: Words, day: date, today: date) -> str:
    """Return ``today``, ``yesterday``, ``tomorrow``, a weekday's name nearby, else the date."""
    near = {0: t("today"), -1: t("yesterday"), 1: t("tomorrow")}.get((day - today).days)
    if near is not None:
        return near
    if abs((day - today).days) <= NEAR_DAYS:
        return format_date(day, "EEEE", locale=t.locale)
    return short_day(t, day, today)


def since(t: Words, day: date, today: date) -> str:
    """Return how long ago ``day`` was in whole days or months: ``today``, ``12 days ago``, ``3 months ago``."""
    days = (day - today).days
    if abs(days) <= 1:
        return relative_day(t, day, today)
    if abs(days) < DAYS_COUNTED:
        return format_timedelta(timedelta(days=days), granularity="day", threshold=DAYS_COUNTED, add_direction=True, locale=t.locale)
    return format_timedelta(timedelta(days=days), granularity="month", threshold=1, add_direction=True, locale=t.locale)


def clock_time(instant: datetime, zone: str) -> str:
    """Return ``08:15`` as clocks in ``zone`` show it; all three languages count 24 hours."""
    return instant.astimezone(zone_of(zone)).strftime("%H:%M")


def local_time(t: Words, instant: datetime, zone: str, there: str) -> str:
    """Return ``09:15 local time`` as clocks ``there`` show it; '' where they show what clocks in ``zone`` do."""
    shown = clock_time(instant, there)
    return t("{time} local time", time=shown) if shown != clock_time(instant, zone) else ""


def both_times(t: Words, instant: datetime, zone: str, there: str) -> str:
    """Return ``08:15`` as clocks in ``zone`` show it, and what they show ``there`` where that differs: ``08:15 (09:15 local time)``."""
    shown, local = clock_time(instant, zone), local_time(t, instant, zone, there)
    return f"{shown} ({local})" if local else shown


def moment(t: Words, instant: datetime, now: datetime, zone: str) -> str:
    """Return ``today, 08:47``, ``yesterday, 14:02`` or ``12 March, 08:47`` in ``zone``."""
    place = zone_of(zone)
    day = relative_day(t, instant.astimezone(place).date(), now.astimezone(place).date())
    return t("{day}, {time}", day=day, time=clock_time(instant, zone))


def duration(t: Words, minutes: int) -> str:
    """Return ``38 min`` or ``1 h 05 min``."""
    hours, rest = divmod(max(minutes, 0), 60)
    if not hours:
        said = t.plural("{n} min", "{n} min", rest)
    elif rest:
        said = t("{hours} h {minutes} min", hours=hours, minutes=f"{rest:02}")
    else:
        said = t.plural("{n} h", "{n} h", hours)
    return said.replace(" ", NBSP)


def parse_day(text: str) -> date | None:
    """Read ``12/3/2026``, ``12.3.26`` or ``2026-03-12``; ``None`` when it is no date."""
    parts = text.replace(".", "/").replace("-", "/").split("/")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts):
        return None
    first, month, last = (int(part) for part in parts)
    day, year = (last, first) if len(parts[0].strip()) == 4 else (first, last)
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _written(t: Words, day: date, pattern: str) -> str:
    """Write a date out; in French the first of a month is *1er*, for which the patterns have no letter."""
    if t.language == "fr" and day.day == 1:
        pattern = pattern.replace("d MMMM", "'1er' MMMM")
    return format_date(day, pattern, locale=t.locale)


def _year(day: date, today: date | None) -> str:
    return " y" if today is not None and day.year != today.year else ""


# ---- numbers --------------------------------------------------------------------------------------------------------
def number(t: Words, value: int | Decimal) -> str:
    """Return ``10,332`` with this language's separators."""
    return format_decimal(value, locale=t.locale)


def money(t: Words, minor: int, currency: str) -> str:
    """Return an amount of integer ``minor`` units (hundredths): ``€10,332.00``."""
    return money_of(t, Decimal(minor).scaleb(-2), currency)


def money_of(t: Words, amount: Decimal, currency: str) -> str:
    """Return a decimal ``amount`` in ``currency``."""
    return format_currency(amount, currency, locale=t.locale)


def amount(t: Words, minor: int) -> str:
    """Return ``10,332.00`` for integer ``minor`` units (hundredths): an amount whose currency is said elsewhere."""
    return format_decimal(Decimal(minor).scaleb(-2), "#,##0.00", locale=t.locale)


def currency_symbol(t: Words, currency: str) -> str:
    """Return ``€``, to stand beside a field."""
    return get_currency_symbol(currency, locale=t.locale)


def percent(t: Words, basis_points: int) -> str:
    """Return ``5.5%`` for 550 basis points."""
    return format_percent(Decimal(basis_points) / 10_000, locale=t.locale, decimal_quantization=False)


def quantity(t: Words, thousandths: int, unit: str = "") -> str:
    """Return ``2.5`` for 2500 thousandths, with its unit kept on the same line."""
    value = format_decimal(Decimal(thousandths).scaleb(-3).normalize(), locale=t.locale)
    return f"{value}{NBSP}{unit}" if unit else value


def distance(t: Words, metres: float) -> str:
    """Return ``35 m``, ``2.4 km`` or ``24 km``: no more digits than a driver needs."""
    if metres < 995:
        value, unit = Decimal(round(metres) if metres < 100 else round(metres, -1)), "length-meter"
    else:
        value, unit = Decimal(str(round(metres / 1000, 1 if metres < 9_950 else 0))).normalize(), "length-kilometer"
    return format_unit(value, unit, "short", format="#,##0.#", locale=t.locale).replace(" ", NBSP).replace("\u202f", NBSP)


def file_size(t: Words, size: int) -> str:
    """Return ``240 kB``, ``3.4 MB`` or ``6.2 GB``: decimal units, as phones and cameras count them."""
    if size < 995_000:
        value, unit = Decimal(max(1, round(size / 1_000))), "digital-kilobyte"
    elif size < 999_950_000:
        value, unit = Decimal(str(round(size / 1_000_000, 1))).normalize(), "digital-megabyte"
    else:
        value, unit = Decimal(str(round(size / 1_000_000_000, 1))).normalize(), "digital-gigabyte"
    return format_unit(value, unit, "short", format="#,##0.#", locale=t.locale).replace(" ", NBSP).replace("\u202f", NBSP)


def product_name(name: str) -> str:
    """Return a product's name with each number and its unit on one line: ``Crème UHT 38 %``, ``Batteur 40 L``."""
    return _MEASURED.sub(lambda found: f"{found[1] or found[2]}{NBSP}", name)


def plain_number(t: Words, value: Decimal, decimals: int = 0) -> str:
    """Return ``value`` for a field that is edited: no grouping, this language's decimal sign, at least so many ``decimals``."""
    whole, _, fraction = f"{value.normalize():f}".partition(".")
    fraction = fraction.ljust(decimals, "0")
    return f"{whole}{get_decimal_symbol(t.locale)}{fraction}" if fraction else whole


def respelt(t: Words, typed: str, language: str) -> str:
    """Return a number that was typed in ``language`` as this one writes it, with as many decimals.

    What is none, or was typed in no known one, stays as it stands.
    """
    sign = "%" if typed.rstrip().endswith("%") else ""
    number = typed.strip().removesuffix("%")
    read = parse_number(number, language, _FINEST)
    if not language or language == t.language or isinstance(read, NumberProblem):
        return typed
    return plain_number(t, from_scaled(read, _FINEST), decimals_of(number, language)) + sign


def read_in(t: Words, typed: str, language: str) -> str:
    """Say in which language to read what ``respelt`` makes of it: what could be two numbers where it was typed is not one of them here."""
    read = parse_number(typed.strip().removesuffix("%"), language, _FINEST)
    return language if read is NumberProblem.AMBIGUOUS else t.language


# ---- people and places ----------------------------------------------------------------------------------------------
def phone(t: Words, stored: str) -> str:
    """Return a number as people of this language dial it: national at home, else international; what is no number as it was typed."""
    return dialled(stored, HOME_REGIONS.get(t.language, ""))


def joined(parts: Sequence[str]) -> str:
    """Return the parts that say something, with a middle dot between them: ``Caluire · 3.1 km``."""
    return " · ".join(part for part in parts if part)


def initials(name: str) -> str:
    """Return one or two capitals for an avatar; accents stay, as in ``ÉM``."""
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(letters[:1] + letters[-1:] if len(letters) > 1 else letters).upper() or "?"
