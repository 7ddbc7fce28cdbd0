"""Owns what a record's fields must look like, kind by kind: the same checks inline in a form, on the server and in an import."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from shared.rules import checks
from shared.rules.checks import CODES, WARNINGS, Check, FieldError, Problem, Stored
from shared.rules.lifecycle import QUOTE, VISIT, left_after_arrival
from shared.rules.pictures import MEDIA_TYPES
from shared.rules.totals import FULL, Rounding
from shared.rules.vat import VatProblem, check_vat_id

__all__ = ["CODES", "WARNINGS", "FieldError", "blocking", "check", "check_value"]

Fields = Mapping[str, Stored]

NAME: Final = checks.text(200)
CODE: Final = checks.text(64)
SENTENCES: Final = checks.text(2_000, lines=True)
NOTE: Final = checks.text(20_000, lines=True)
AMOUNT: Final = checks.integer(0, 10**18)
QUANTITY: Final = checks.integer(1, 10**9, below="not_positive")
RATE: Final = checks.integer(0, FULL)
LANGUAGE: Final = checks.choice("en", "fr", "el")
MINUTES: Final = checks.integer(0, 24 * 60)
LAT: Final = checks.number(-90, 90)
LON: Final = checks.number(-180, 180)

_NUMBERS: Final = frozenset({"phone", "phones"})
_PLACE: Final = frozenset({"lat", "lon"})

_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "account": ("name", "territory_id"),
    "contact": ("account_id",),
    "visit": ("account_id", "user_id", "zone", "state"),
    "quote": ("account_id", "user_id", "number", "revision", "currency", "rounding", "quoted_on", "state"),
    "quote_line": ("account_id", "quote_id", "quantity", "unit_price", "tax_rate"),
    "attachment": ("account_id", "user_id", "sha256", "media_type", "size"),
    "product": ("sku", "tax_code"),
    "price_list": ("name", "version", "currency", "valid_from"),
    "price_rule": ("price_list_id", "product_id", "price"),
    "tax_rate": ("country", "code", "rate", "valid_from"),
    "territory": ("name",),
    "assignment": ("territory_id", "user_id", "valid_from"),
    "user": ("name", "role"),
}

_CHECKS: Final[Mapping[str, Mapping[str, Check]]] = {
    "account": {
        "name": NAME,
        "street": NAME,
        "postcode": checks.text(20),
        "city": NAME,
        "country": checks.COUNTRY,
        "lat": LAT,
        "lon": LON,
        "phone": checks.PHONE,
        "email": checks.EMAIL,
        "website": checks.WEBSITE,
        "vat_id": checks.text(40),
        "segment": CODE,
        "tags": checks.members(50, CODE),
        "territory_id": CODE,
        "opening_hours": SENTENCES,
        "note": NOTE,
        "merged_into": CODE,
    },
    "contact": {
        "account_id": CODE,
        "first_name": NAME,
        "last_name": NAME,
        "job_title": NAME,
        "phones": checks.members(20, checks.PHONE),
        "emails": checks.members(20, checks.EMAIL),
        "language": LANGUAGE,
        "note": NOTE,
        "merged_into": CODE,
    },
    "visit": {
        "account_id": CODE,
        "user_id": CODE,
        "planned_at": checks.instant,
        "zone": checks.zone,
        "planned_minutes": MINUTES,
        "purpose": SENTENCES,
        "state": checks.choice(*sorted(VISIT.states)),
        "arrived_at": checks.instant,
        "arrived_lat": LAT,
        "arrived_lon": LON,
        "arrived_accuracy": checks.number(0, 10**8),
        "arrived_mocked": checks.boolean,
        "place_status": CODE,
        "left_at": checks.instant,
        "outcome": SENTENCES,
        "note": NOTE,
        "next_step": SENTENCES,
        "next_step_on": checks.day,
        "comment": NOTE,
        "reviewed_by": CODE,
        "reviewed_at": checks.instant,
    },
    "quote": {
        "account_id": CODE,
        "user_id": CODE,
        "visit_id": CODE,
        "number": checks.QUOTE_NUMBER,
        "revision": checks.integer(0, 10_000),
        "supersedes": CODE,
        "currency": checks.CURRENCY,
        "price_list_id": CODE,
        "price_list_version": checks.integer(0, 10**9),
        "rounding": checks.choice(*(rule.value for rule in Rounding)),
        "quoted_on": checks.day,
        "valid_until": checks.day,
        "note": NOTE,
        "state": checks.choice(*sorted(QUOTE.states)),
        "net_total": AMOUNT,
        "tax_total": AMOUNT,
        "gross_total": AMOUNT,
        "sent_at": checks.instant,
        "decided_at": checks.instant,
    },
    "quote_line": {
        "quote_id": CODE,
        "account_id": CODE,
        "position": checks.integer(0, 10**6),
        "product_id": CODE,
        "description": SENTENCES,
        "unit": CODE,
        "quantity": QUANTITY,
        "list_price": AMOUNT,
        "unit_price": checks.unit_price,
        "price_origin": checks.choice("list", "manual"),
        "discount": checks.integer(0, FULL, above="discount_over_100"),
        "tax_code": CODE,
        "tax_rate": RATE,
    },
    "attachment": {
        "account_id": CODE,
        "visit_id": CODE,
        "user_id": CODE,
        "sha256": checks.HASH,
        "thumb_sha256": checks.HASH,
        "media_type": checks.choice(*MEDIA_TYPES),
        "size": checks.integer(1, 10**9),
        "name": NAME,
        "taken_at": checks.instant,
        "caption": SENTENCES,
    },
    "product": {"sku": CODE, "name_fr": NAME, "name_en": NAME, "name_el": NAME, "unit": CODE, "category": NAME, "tax_code": CODE}
    | {"active": checks.boolean},
    "price_list": {"name": NAME, "version": checks.integer(0, 10**9), "currency": checks.LIST_CURRENCY}
    | {"valid_from": checks.day, "valid_to": checks.day},
    "price_rule": {"price_list_id": CODE, "product_id": CODE, "segment": CODE, "min_quantity": checks.integer(0, 10**9)}
    | {"price": checks.unit_price, "priority": checks.integer(-(10**6), 10**6)},
    "tax_rate": {"country": checks.COUNTRY, "code": CODE, "rate": RATE, "valid_from": checks.day, "valid_to": checks.day},
    "territory": {"name": NAME, "lat": LAT, "lon": LON},
    "assignment": {"territory_id": CODE, "user_id": CODE, "valid_from": checks.day, "valid_to": checks.day},
    "user": {"name": NAME, "initials": checks.text(8), "role": checks.choice("rep", "manager", "admin"), "language": LANGUAGE}
    | {"active": checks.boolean},
}


def check(
    kind: str, fields: Fields, existing: Fields | None = None, *, today: str | None = None, country: str = "", plans: bool = True
) -> tuple[FieldError, ...]:
    """Return what is wrong with ``fields`` of a record, and what is only worth a word, in the order of the fields.

    ``fields`` are the stored values that are written; ``existing`` the record's others, None when it is created. Nothing is said of what is
    not written, unless it no longer agrees with what is. Without ``today`` (ISO, in the author's zone) no date is called past. ``country``
    is where the record's national phone numbers are dialled, needed where it has no country itself; without ``plans`` no number plan is
    asked, whose answers are warnings only and cost more than all the rest.
    """
    whole = {**(existing or {}), **fields}
    found = list(_missing(kind, fields, creating=existing is None))
    for name, value in fields.items():
        found += [FieldError(name, *problem) for problem in check_value(kind, name, value)]
    broken = {error.field for error in found if not error.is_warning} if found else None
    sound = {name: value for name, value in whole.items() if name not in broken} if broken else whole
    found += _of_record(kind, frozenset(fields), sound, today, str(sound.get("country") or country), plans=plans)
    return tuple(found)


def blocking(found: Iterable[FieldError]) -> tuple[FieldError, ...]:
    """Return the errors among ``found``, without the warnings."""
    return tuple(error for error in found if not error.is_warning)


def _missing(kind: str, fields: Fields, *, creating: bool) -> Iterator[FieldError]:
    for name in _REQUIRED.get(kind, ()):
        if (creating or name in fields) and _is_blank(fields.get(name)):
            yield FieldError(name, "required")


def check_value(kind: str, name: str, value: Stored) -> Iterable[Problem]:
    """Return what is wrong with one field alone. An empty text is the same as none where it may stand, which is for ``_missing`` to judge.

    In a day, an instant, a number or a yes or no it is wrong: no screen could read it, and PostgreSQL keeps none there.
    """
    known = _CHECKS.get(kind, {}).get(name)
    return known(value) if known is not None and value is not None else ()


def _of_record(kind: str, written: frozenset[str], whole: Fields, today: str | None, country: str, *, plans: bool) -> Iterator[FieldError]:
    """Check what concerns several fields, or needs the day or the country."""
    for name in written & _NUMBERS:
        yield from _phones(name, whole.get(name), country, plans=plans)
    if kind == "account":
        yield from _account(written, whole, country)
    elif kind == "contact":
        yield from _contact(written, whole)
    elif kind == "visit":
        yield from _visit(written, whole, today)
    elif kind == "quote":
        yield from _quote(written, whole, today)
    else:
        yield from _period(written, whole)


def _phones(name: str, value: Stored, country: str, *, plans: bool) -> Iterator[FieldError]:
    for member in value if isinstance(value, list) else [value]:
        problem = checks.phone_problem(member, country, plans=plans)
        if problem is not None:
            yield FieldError(name, *problem)


def _account(written: frozenset[str], whole: Fields, country: str) -> Iterator[FieldError]:
    vat_id = whole.get("vat_id")
    if "vat_id" in written and isinstance(vat_id, str) and vat_id.strip():
        problem = check_vat_id(vat_id, country).problem
        if problem is not None:
            yield FieldError("vat_id", problem.value, {"country": country} if problem is VatProblem.OTHER_COUNTRY else {})
    lacking = [name for name in _PLACE if whole.get(name) is None] if written & _PLACE else []
    if len(lacking) == 1:
        yield FieldError(lacking[0], "place_incomplete")


def _contact(written: frozenset[str], whole: Fields) -> Iterator[FieldError]:
    names = {"first_name", "last_name"}
    if (written & names or "account_id" in written) and all(_is_blank(whole.get(name)) for name in names):
        yield FieldError("last_name", "required")


def _visit(written: frozenset[str], whole: Fields, today: str | None) -> Iterator[FieldError]:
    arrived, left, planned = (_instant(whole.get(name)) for name in ("arrived_at", "left_at", "planned_at"))
    if written & {"arrived_at", "left_at"} and not left_after_arrival(arrived, left):
        yield FieldError("left_at", "left_before_arrived")
    if "planned_at" in written and whole.get("state") in {None, VISIT.initial} and planned is not None:
        yield from _past("planned_at", checks.latest_local_day(planned), today)
    if "next_step_on" in written:
        yield from _past("next_step_on", whole.get("next_step_on"), today)


def _quote(written: frozenset[str], whole: Fields, today: str | None) -> Iterator[FieldError]:
    quoted_on, valid_until = whole.get("quoted_on"), whole.get("valid_until")
    if not written & {"quoted_on", "valid_until"} or not isinstance(valid_until, str):
        return
    if isinstance(quoted_on, str) and valid_until and valid_until < quoted_on:
        yield FieldError("valid_until", "valid_until_before_quoted_on", {"quoted_on": quoted_on})
    elif "valid_until" in written:
        yield from _past("valid_until", valid_until, today)


def _period(written: frozenset[str], whole: Fields) -> Iterator[FieldError]:
    begins, ends = whole.get("valid_from"), whole.get("valid_to")
    if written & {"valid_from", "valid_to"} and isinstance(begins, str) and isinstance(ends, str) and ends and ends < begins:
        yield FieldError("valid_to", "ends_before_it_begins", {"begins": begins})


def _past(name: str, on: Stored, today: str | None) -> Iterator[FieldError]:
    if today and isinstance(on, str) and on and on < today:
        yield FieldError(name, "date_in_past", {"date": on})


def _instant(value: Stored) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_blank(value: Stored) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
