"""Stored values in words and back, for screens that show any field of any kind: conflicts and what needs attention."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from mobile_app.ui import formats
from mobile_app.ui.features.hours import hours_words
from mobile_app.ui.features.numbers import PHONES, stored
from mobile_app.ui.features.words import VISIT_STATES, outcome_words
from mobile_app.ui.i18n import LANGUAGE_NAMES, N_, Words
from shared.errors import RecordRefused
from shared.rules.money import NumberProblem, parse_number
from shared.sync.policy import WHOLE_RECORD, Value

FIELD_NAMES: Final[Mapping[str, str]] = {
    "name": N_("Name"),
    "street": N_("Street"),
    "postcode": N_("Postcode"),
    "city": N_("Town"),
    "country": N_("Country"),
    "lat": N_("Position"),
    "lon": N_("Position"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "website": N_("Website"),
    "vat_id": N_("VAT number"),
    "tags": N_("Tags"),
    "territory_id": N_("Territory"),
    "opening_hours": N_("Opening hours"),
    "note": N_("Note"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "job_title": N_("Job"),
    "phones": N_("Phone numbers"),
    "emails": N_("E-mail addresses"),
    "language": N_("Language"),
    "user_id": N_("Who goes"),
    "planned_at": N_("Planned for"),
    "planned_minutes": N_("Planned duration"),
    "arrived_at": N_("Arrived"),
    "left_at": N_("Left"),
    "zone": N_("Time zone"),
    "day": N_("Day"),
    "clock": N_("Time"),
    "minutes": N_("How long"),
    "purpose": N_("Purpose"),
    "state": N_("State"),
    "outcome": N_("Outcome"),
    "next_step": N_("Next step"),
    "next_step_on": N_("Date of the next step"),
    "comment": N_("Comment"),
    "caption": N_("Caption"),
    "valid_until": N_("Valid until"),
    "quoted_on": N_("Date of the quote"),
    "quantity": N_("Quantity"),
    "unit_price": N_("Unit price"),
    "list_price": N_("List price"),
    "discount": N_("Discount"),
    "description": N_("Description"),
    "unit": N_("Unit"),
    "position": N_("Place on the quote"),
    "product_id": N_("Product"),
    "tax_code": N_("Kind of VAT"),
    "tax_rate": N_("VAT rate"),
    "currency": N_("Currency"),
    "price_list_id": N_("Price list"),
    "rounding": N_("Rounding"),
    WHOLE_RECORD: N_("Kept or deleted"),
}
STATES: Final[Mapping[str, str]] = {
    **VISIT_STATES,
    "draft": N_("Draft"),
    "sent": N_("Sent"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "expired": N_("Expired"),
    "superseded": N_("Replaced by a revision"),
    "live": N_("Kept"),
    "deleted": N_("Deleted"),
}
_SCALES: Final = {"quantity": 3, "unit_price": 2, "list_price": 2, "discount": 2}
_DAYS: Final = ("next_step_on", "valid_until", "quoted_on", "day")
_CHOSEN: Final = frozenset({"state", "lat", "lon", "outcome", "language", "zone", "tax_code", "currency", "rounding", WHOLE_RECORD})
_PRICES: Final = ("unit_price", "list_price")
_PERCENTS: Final = ("discount", "tax_rate")
INSTANTS: Final = frozenset({"planned_at", "arrived_at", "left_at"})
"""Milliseconds since 1970, UTC: a moment somewhere, so that whoever shows one has to say where."""
_DURATIONS: Final = ("minutes", "planned_minutes")
_UNTYPED: Final = frozenset({"planned_minutes", "position", "tax_rate", "revision", "price_list_version"})
"""Whole numbers that nobody types: they are chosen, counted or given by the office."""


def field_name(t: Words, field: str) -> str:
    """A field in words; one without words of its own is said to be a detail."""
    return t(FIELD_NAMES[field]) if field in FIELD_NAMES else t("A detail")


def shown(t: Words, field: str, value: Value) -> str:
    """A stored value as a person reads it."""
    if value in (None, "", []):
        return t("Nothing")
    if isinstance(value, list):
        return "\n".join(shown(t, field, member) for member in value)
    if isinstance(value, bool):
        return t("Yes") if value else t("No")
    return _scalar(t, field, value)


def _scalar(t: Words, field: str, value: str | float) -> str:
    if isinstance(value, str):
        return _text(t, field, value)
    if isinstance(value, int) and field in _DURATIONS:
        return formats.duration(t, value)
    if isinstance(value, int) and field in _PERCENTS:
        return formats.percent(t, value)
    if isinstance(value, int) and field in _PRICES:
        return formats.amount(t, value)
    if isinstance(value, int) and field in _SCALES:
        return formats.plain_number(t, Decimal(value).scaleb(-_SCALES[field]))
    return str(value)


def _text(t: Words, field: str, value: str) -> str:
    if field in (WHOLE_RECORD, "state"):
        return t(STATES[value]) if value in STATES else value
    if field in _READERS:
        return _READERS[field](t, value)
    if field in PHONES:
        return formats.phone(t, value)
    if field == "language":
        return LANGUAGE_NAMES.get(value, value)
    return _day(t, value) if field in _DAYS else value


def country_name(t: Words, code: str) -> str:
    """A country in words; the code of one that has none."""
    return str(t.locale.territories.get(code, code))


_READERS: Final[Mapping[str, Callable[[Words, str], str]]] = {
    "outcome": outcome_words,
    "opening_hours": hours_words,
    "country": country_name,
}


def _day(t: Words, value: str) -> str:
    try:
        return formats.numeric_day(t, date.fromisoformat(value))
    except ValueError:
        return value


def typed(t: Words, field: str, value: Value) -> str:
    """A stored value as a field is filled with it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return "\n".join(typed(t, field, member) for member in value)
    if isinstance(value, str) and field in PHONES:
        return formats.phone(t, value)
    if isinstance(value, int) and not isinstance(value, bool) and field in _SCALES:
        return formats.plain_number(t, Decimal(value).scaleb(-_SCALES[field]))
    return _day(t, value) if isinstance(value, str) and field in _DAYS else str(value)


def respelt(t: Words, field: str, text: str, language: str) -> str:
    """What was typed into a field in ``language``, as it is typed in this one: only numbers are spelt otherwise."""
    return formats.respelt(t, text, language) if field in _SCALES else text


def read_in(t: Words, field: str, text: str, language: str) -> str:
    """In which language to read what ``respelt`` makes of ``text``."""
    return formats.read_in(t, text, language) if field in _SCALES else t.language


def parsed(t: Words, field: str, text: str, before: Value, language: str = "") -> Value:
    """What a person typed as the stored value, a number in ``language`` (none: this one); a day that cannot be read stays text.

    The rules refuse that with a sentence.

    Raises:
        RecordRefused: a number that cannot be taken as it is, with the reason; none is rounded.
    """
    stripped = text.strip()
    if isinstance(before, list) or field in PHONES:
        return stored(field, stripped.splitlines() if isinstance(before, list) else stripped, before, "") or None
    if field in _SCALES and stripped:
        number = parse_number(stripped.removesuffix("%") if field == "discount" else stripped, language or t.language, _SCALES[field])
        if isinstance(number, NumberProblem):
            raise RecordRefused(number.value, {field: number.value})
        return number
    if field in _DAYS:
        day = formats.parse_day(stripped)
        return day.isoformat() if day else stripped or None
    return stripped or None


def editable(field: str, value: Value) -> bool:
    """Whether a person can type another value into a plain field."""
    if field in _CHOSEN or field in _UNTYPED or field in INSTANTS or field.endswith("_id"):
        return False
    return field in _SCALES or field == "minutes" or value is None or isinstance(value, str | list)


def readable(field: str, value: Value) -> bool:
    """Whether a value says something to a person as it is: what she can type, and what she chose."""
    return field in ("outcome", "language") or editable(field, value)
