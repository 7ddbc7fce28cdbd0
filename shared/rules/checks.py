"""Owns the checks of single values: what a name, an e-mail address or a quantity must look like, as stable codes.

``CODES`` lists every code with its params. Codes and params never change their meaning; sentences are the UI's.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from shared.rules.countries import COUNTRIES
from shared.rules.money import minor_digits
from shared.rules.numbering import parse_quote_number
from shared.rules.phones import normalise_member, to_e164

Stored = None | bool | int | float | str | list[str]
Params = Mapping[str, str]

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "required": "a value is needed",
        "wrong_type": "the value is not of the field's type; expected: text, integer, number, boolean, list or zone",
        "text_too_long": "length, max: in characters",
        "control_character": "position: of the first one, from 1",
        "too_many": "count, max: members of a list",
        "not_an_email": "",
        "not_a_phone": "fewer than three figures, or something else altogether",
        "phone_unrecognised": "warning; country: the number is valid nowhere, read as dialled in that country",
        "not_a_website": "",
        "vat_format": "",
        "vat_length": "",
        "vat_checksum": "a figure is mistyped",
        "vat_other_country": "warning; country: the id is sound, but of another country than the address",
        "not_a_country": "",
        "not_a_currency": "",
        "not_a_choice": "allowed: the values, parted by spaces",
        "not_a_date": "",
        "not_an_instant": "",
        "not_a_quote_number": "",
        "not_a_hash": "",
        "too_small": "min: in the field's stored unit",
        "too_large": "max: in the field's stored unit",
        "not_positive": "a quantity of zero or less",
        "discount_over_100": "",
        "price_zero": "warning: the line is free of charge",
        "place_incomplete": "a latitude without a longitude, or the other way round",
        "date_in_past": "warning; date: the day, ISO",
        "valid_until_before_quoted_on": "quoted_on: the day, ISO",
        "ends_before_it_begins": "begins: the day, ISO",
        "left_before_arrived": "",
    }
)
"""Every code, with its params (all of them text) and their units."""

WARNINGS: Final = frozenset({"phone_unrecognised", "vat_other_country", "price_zero", "date_in_past"})
"""The codes that are said but stop nothing."""

LAST_INSTANT: Final = 253_402_214_399_999
"""The last millisecond of the year 9999 that is in that year everywhere."""

_LONGEST_ZONE: Final = 64
_EMAIL: Final = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>().]+(?:\.[^@\s,;<>().]+)+")
_WEBSITE: Final = re.compile(r"(?:https?://)?[^\s/.@]+(?:\.[^\s/.@]+)+(?::[0-9]+)?(?:[/?#]\S*)?", re.IGNORECASE)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,3}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclasses.dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with a field, or only worth a word: a code of ``CODES`` and what its sentence needs."""

    field: str
    code: str
    params: Params = dataclasses.field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        """Whether the value may be saved all the same."""
        return self.code in WARNINGS


Problem = tuple[str, Params]
Check = Callable[[Stored], Iterator[Problem]]
"""A check of one value that is there: yields each problem as code and params."""


def text(longest: int, *, lines: bool = False) -> Check:
    """Check a text: its length and its characters. Any script and any emoji is fine; ``lines`` allows line breaks and tabs."""

    def check(value: Stored) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield _wrong_type("text")
            return
        if len(value) > longest:
            yield "text_too_long", {"length": str(len(value)), "max": str(longest)}
        position = _first_control(value, allowed="\n\r\t" if lines else "")
        if position:
            yield "control_character", {"position": str(position)}

    return check


def shaped(longest: int, code: str, is_sound: Callable[[str], object]) -> Check:
    """Check a text that has a shape of its own, an empty one excepted."""
    plain = text(longest)

    def check(value: Stored) -> Iterator[Problem]:
        problems = list(plain(value))
        yield from problems
        if isinstance(value, str) and value and not problems and not is_sound(value):
            yield code, {}

    return check


def choice(*allowed: str) -> Check:
    """Check that a text is one of a few, an empty one excepted."""

    def check(value: Stored) -> Iterator[Problem]:
        if value != "" and value not in allowed:
            yield "not_a_choice", {"allowed": " ".join(allowed)}

    return check


def integer(least: int, largest: int, *, below: str = "too_small", above: str = "too_large") -> Check:
    """Check an integer's range, saying ``below`` or ``above`` outside of it."""

    def check(value: Stored) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield _wrong_type("integer")
        elif value < least:
            yield below, {"min": str(least)} if below == "too_small" else {}
        elif value > largest:
            yield above, {"max": str(largest)} if above == "too_large" else {}

    return check


def unit_price(value: Stored) -> Iterator[Problem]:
    """Check a price in minor units; a free line is worth a word."""
    yield from integer(0, 10**9)(value)
    if value == 0:
        yield "price_zero", {}


def number(least: int, largest: int) -> Check:
    """Check a measured number's range; NaN is outside of any."""

    def check(value: Stored) -> Iterator[Problem]:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield _wrong_type("number")
        elif value > largest:
            yield "too_large", {"max": str(largest)}
        elif not value >= least:
            yield "too_small", {"min": str(least)}

    return check


def boolean(value: Stored) -> Iterator[Problem]:
    """Check a yes or no."""
    if not isinstance(value, bool):
        yield _wrong_type("boolean")


def instant(value: Stored) -> Iterator[Problem]:
    """Check an instant: milliseconds since 1970 UTC."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LAST_INSTANT:
        yield "not_an_instant", {}


def day(value: Stored) -> Iterator[Problem]:
    """Check a date: "2026-11-22"."""
    if not isinstance(value, str) or not is_day(value):
        yield "not_a_date", {}


def zone(value: Stored) -> Iterator[Problem]:
    """Check that a zone is named as IANA does it. Whether there is one, only who has the newest list could say."""
    if not isinstance(value, str) or len(value) > _LONGEST_ZONE or (value and not _ZONE.fullmatch(value)):
        yield _wrong_type("zone")


def members(most: int, each: Check) -> Check:
    """Check a list: how many members it has, that none is blank, and each of them."""

    def check(value: Stored) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield _wrong_type("list")
            return
        if len(value) > most:
            yield "too_many", {"count": str(len(value)), "max": str(most)}
        for member in value:
            if not str(member).strip():
                yield "required", {}
            yield from each(member)

    return check


def phone_problem(value: Stored, country: str, *, plans: bool = True) -> Problem | None:
    """Say what is odd about a phone number as dialled in ``country``. Without one, a national number has the benefit of the doubt.

    Without ``plans`` no number plan is asked, and only what is no number at all is odd.
    """
    if not isinstance(value, str) or not value:
        return None
    identity = normalise_member("phones", value)
    figures = identity.removeprefix("+")
    if (len(figures) if figures.isdecimal() else sum(map(str.isdecimal, identity))) < 3:
        return "not_a_phone", {}
    if plans and (country or identity.startswith("+")) and to_e164(value, country) is None:
        return "phone_unrecognised", {"country": country}
    return None


def is_day(value: str) -> bool:
    """Say whether a text is a date as stored."""
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def latest_local_day(instant_ms: int) -> str:
    """Return the latest date that an instant has anywhere on Earth."""
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=instant_ms, hours=14)).date().isoformat()


def _wrong_type(expected: str) -> Problem:
    return "wrong_type", {"expected": expected}


def _first_control(value: str, allowed: str) -> int:
    """Return the position, from 1, of the first control character or half of a broken character pair; 0 where there is none."""
    if value.isprintable():
        return 0
    return next((found.start() + 1 for found in _CONTROL.finditer(value) if found[0] not in allowed), 0)


EMAIL: Final = shaped(254, "not_an_email", _EMAIL.fullmatch)
PHONE: Final = text(40)
WEBSITE: Final = shaped(500, "not_a_website", _WEBSITE.fullmatch)
COUNTRY: Final = shaped(2, "not_a_country", COUNTRIES.__contains__)
CURRENCY: Final = shaped(3, "not_a_currency", _CURRENCY.fullmatch)
LIST_CURRENCY: Final = shaped(3, "not_a_currency", lambda code: _CURRENCY.fullmatch(code) and minor_digits(code) == 2)
"""A currency of hundredths, which is how amounts are kept and shown so far."""
QUOTE_NUMBER: Final = shaped(40, "not_a_quote_number", parse_quote_number)
HASH: Final = shaped(64, "not_a_hash", _HASH.fullmatch)
