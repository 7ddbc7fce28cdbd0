"""Owns phone numbers, and what makes two members of a set field (phones, e-mails, tags) the same one."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from shared.rules.folding import fold

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# Marks without width that phones hide around a number they copy.
_HIDDEN: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Whatever people put between figures: spaces, dots, dashes, slashes, brackets.
_BARE: Final = re.compile(r"\+?[0-9]+")
_BETWEEN: Final = re.compile(r"\(0\)|[\s./()\-\u2010-\u2015\u2212]")


def to_e164(typed: str, country: str) -> str | None:
    """Return a number as "+33472001122", read as dialled in ``country`` (ISO code) where it is national; None where it is no valid number.

    An extension is not part of the answer.
    """
    number = _parsed(typed, country)
    return None if number is None else _formatted(number)


def dialled(stored: str, country: str = "") -> str:
    """Return a number as people in ``country`` dial it: "04 72 00 11 22" at home, "+33 4 72 00 11 22" abroad; other text as it is."""
    import phonenumbers  # noqa: PLC0415  (its tables are slow to load, and most screens show no number)

    number = _parsed(stored, "")
    if number is None:
        return stored
    home = phonenumbers.region_code_for_number(number) == _region(country)
    return _formatted(number, phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def kept(typed: str, country: str, shown: Sequence[str] = ()) -> str:
    """Return the number to store for what was typed: the one of ``shown`` that rings the same phone, else "+33472001122".

    What no plan knows, and a number with an extension, stays as it was typed. Without a ``country`` the first of ``shown`` says it.
    """
    text = " ".join(typed.split())
    where = country or next(filter(None, map(_country_of, shown)), "")
    same = next((number for number in shown if same_number(text, number, where)), None)
    if same is not None:
        return same
    number = _parsed(text, where)
    return text if number is None or number.extension else _formatted(number)


def same_number(one: str, other: str, country: str) -> bool:
    """Say whether two numbers, each as dialled in ``country`` or abroad, ring the same phone (extension included)."""
    first, second = _parsed(one, country), _parsed(other, country)
    if first is None or second is None:
        return first is second and normalise_member("phones", one) == normalise_member("phones", other)
    return (_formatted(first), first.extension) == (_formatted(second), second.extension)


def normalise_member(field: str, value: str) -> str:
    """Return the identity of a member of a set field: two values with the same identity are one member.

    Phones are compared by their figures, e-mail addresses without case, everything else as folded words. The answer depends on no table of
    number plans, so that phones and servers of different releases agree.
    """
    if field == "phones":
        bare = value if _BARE.fullmatch(value) else fold(_BETWEEN.sub("", _plain(value)))
        return f"+{bare[2:]}" if bare.startswith("00") else bare
    if field == "emails":
        return unicodedata.normalize("NFC", value.strip().lower())
    return " ".join(fold(value).split())


def _plain(typed: str) -> str:
    """Return a number with every kind of space, figure and plus in its plain form: narrow spaces mean nothing to the number plans."""
    return " ".join(_HIDDEN.sub("", unicodedata.normalize("NFKC", typed)).split())


def _region(country: str) -> str:
    return "GR" if country.upper() == "EL" else country.upper()


def _country_of(stored: str) -> str:
    import phonenumbers  # noqa: PLC0415

    number = _parsed(stored, "")
    return "" if number is None else phonenumbers.region_code_for_number(number) or ""


def _parsed(typed: str, country: str) -> "PhoneNumber | None":
    import phonenumbers  # noqa: PLC0415

    try:
        number = phonenumbers.parse(_plain(typed), _region(country) or None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _formatted(number: "PhoneNumber", style: int | None = None) -> str:
    """In E.164, or in another style of the library's."""
    import phonenumbers  # noqa: PLC0415

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164 if style is None else style)
