"""Owns amounts: integer minor units, thousandths and basis points, their rounding, and how people type them."""

from decimal import Decimal
from enum import StrEnum
from typing import Final

QUANTITY_DIGITS: Final = 3
PERCENT_DIGITS: Final = 2
LARGEST: Final = 10**15
"""The largest scaled value that a typed number may have: it stays exact in 64 bits and in any JSON reader."""

# ISO 4217: the currencies whose minor unit is not a hundredth.
_NO_MINOR: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THOUSANDTHS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})

_GROUP_MARKS: Final = " \t\u00a0\u2007\u2009\u202f'\u2019"
_DECIMAL_MARK: Final = {"fr": ",", "el": ",", "en": "."}
_GROUP_MARK: Final = {"fr": " ", "el": ".", "en": ","}


class NumberProblem(StrEnum):
    """Why a typed number was not taken."""

    EMPTY = "number_empty"
    MALFORMED = "number_malformed"
    AMBIGUOUS = "number_ambiguous"
    TOO_PRECISE = "number_too_precise"
    TOO_LARGE = "number_too_large"


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded to the nearest integer, halves away from zero (as in commerce), exactly.

    Raises:
        ZeroDivisionError: ``denominator`` is zero.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def minor_digits(currency: str) -> int:
    """Return how many decimals an ISO 4217 currency has: 2 for EUR."""
    if currency in _NO_MINOR:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def to_scaled(value: Decimal, digits: int) -> int:
    """Return ``value`` in units of ``10**-digits``, rounded half up."""
    numerator, denominator = value.as_integer_ratio()
    return divide_half_up(numerator * 10**digits, denominator)


def from_scaled(scaled: int, digits: int) -> Decimal:
    """Return the exact decimal of ``scaled`` units of ``10**-digits``, with that many decimals."""
    sign = 1 if scaled < 0 else 0
    figures = tuple(int(figure) for figure in str(abs(scaled)))
    return Decimal((sign, figures, -digits))


def to_minor(amount: Decimal, currency: str = "EUR") -> int:
    """Return ``amount`` in minor units of ``currency``, rounded half up."""
    return to_scaled(amount, minor_digits(currency))


def from_minor(minor: int, currency: str = "EUR") -> Decimal:
    """Return ``minor`` units as an amount of ``currency``."""
    return from_scaled(minor, minor_digits(currency))


def to_thousandths(quantity: Decimal) -> int:
    """Return ``quantity`` in thousandths, rounded half up."""
    return to_scaled(quantity, QUANTITY_DIGITS)


def from_thousandths(thousandths: int) -> Decimal:
    """Return ``thousandths`` as a quantity."""
    return from_scaled(thousandths, QUANTITY_DIGITS)


def to_basis_points(percent: Decimal) -> int:
    """Return ``percent`` in basis points, rounded half up: 20 becomes 2000."""
    return to_scaled(percent, PERCENT_DIGITS)


def from_basis_points(basis_points: int) -> Decimal:
    """Return ``basis_points`` as a percentage: 2000 becomes 20.00."""
    return from_scaled(basis_points, PERCENT_DIGITS)


def parse_number(typed: str, language: str, digits: int) -> int | NumberProblem:
    """Return the typed number in units of ``10**-digits``, or why it cannot be taken. Nothing is rounded in silence.

    Any of the notations "1 234,50", "1.234,50" and "1,234.50" is understood, with any kind of space or apostrophe between groups: of two
    different marks the later is the decimal one. Where a single mark could be either ("1.234"), ``language`` (fr, el, en) decides; where
    even that does not (a dot in French), the answer is ``AMBIGUOUS``.
    """
    negative, text = _unsigned(typed)
    if not text:
        return NumberProblem.EMPTY
    split = _split(text, language)
    if isinstance(split, NumberProblem):
        return split
    whole, fraction = split
    fraction = fraction.rstrip("0")
    if len(fraction) > digits:
        return NumberProblem.TOO_PRECISE
    figures = (whole + fraction.ljust(digits, "0")).lstrip("0")
    if len(figures) > len(str(LARGEST)):
        return NumberProblem.TOO_LARGE
    scaled = int(figures or "0")
    if scaled > LARGEST:
        return NumberProblem.TOO_LARGE
    return -scaled if negative else scaled


def decimals_of(typed: str, language: str) -> int:
    """Return how many figures a typed number has after its decimal mark, zeros included; 0 for what ``parse_number`` cannot take."""
    split = _split(_unsigned(typed)[1], language)
    return 0 if isinstance(split, NumberProblem) else len(split[1])


def parse_money(typed: str, language: str, currency: str = "EUR") -> int | NumberProblem:
    """Return a typed amount in minor units of ``currency``, or why it cannot be taken."""
    return parse_number(typed, language, minor_digits(currency))


def parse_quantity(typed: str, language: str) -> int | NumberProblem:
    """Return a typed quantity in thousandths, or why it cannot be taken."""
    return parse_number(typed, language, QUANTITY_DIGITS)


def parse_percent(typed: str, language: str) -> int | NumberProblem:
    """Return a typed percentage in basis points, or why it cannot be taken. A percent sign may follow."""
    return parse_number(typed.strip().removesuffix("%"), language, PERCENT_DIGITS)


def _unsigned(typed: str) -> tuple[bool, str]:
    """Return whether a typed number is negative, and what follows its sign."""
    text = typed.strip().replace("\u2212", "-")
    return text.startswith("-"), text[1:].strip() if text[:1] in {"-", "+"} else text


def _split(text: str, language: str) -> tuple[str, str] | NumberProblem:
    """Return the figures before and after the decimal mark of an unsigned number."""
    mark = _decimal_mark(text, language)
    if isinstance(mark, NumberProblem):
        return mark
    whole, _, fraction = text.partition(mark) if mark else (text, "", "")
    whole_figures = _ungrouped(whole)
    if whole_figures is None or not _is_figures(fraction) or not (whole_figures or fraction):
        return NumberProblem.MALFORMED
    return whole_figures, fraction


def _decimal_mark(text: str, language: str) -> str | NumberProblem:
    """Say which mark of ``text`` is the decimal one: '' where there is none."""
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        return "." if text.rindex(".") > text.rindex(",") else ","
    if dots + commas != 1:
        return ""
    mark = "." if dots else ","
    own = _DECIMAL_MARK.get(language, ".")
    before, _, after = text.partition(mark)
    could_group = before.isdecimal() and len(before) <= 3 and not before.startswith("0") and len(after) == 3
    if mark == own or not could_group:
        return mark
    return "" if _GROUP_MARK.get(language, ",") == mark else NumberProblem.AMBIGUOUS


def _ungrouped(whole: str) -> str | None:
    """Return the figures of ``whole`` without the marks between its groups of three, None where they are not well placed."""
    for mark in _GROUP_MARKS:
        whole = whole.replace(mark, " ")
    marks = {character for character in whole if not character.isdecimal()}
    if not marks:
        return whole if _is_figures(whole) else None
    if len(marks) > 1 or not marks <= {" ", ".", ","}:
        return None
    first, *rest = whole.split(marks.pop())
    if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in rest):
        return None
    joined = first + "".join(rest)
    return joined if _is_figures(joined) else None


def _is_figures(text: str) -> bool:
    return text.isascii() and (text.isdecimal() or not text)
