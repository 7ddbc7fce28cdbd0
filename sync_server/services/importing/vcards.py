"""Owns vCards 2.1, 3.0 and 4.0: each card as the texts of an account and of the person."""

import re
from collections.abc import Iterator
from typing import Any

import vobject
from vobject.base import VObjectError

from sync_server.services.importing.headers import CONTACT
from sync_server.services.importing.model import RawRow, RefusedRow

_BEGIN, _END = "BEGIN:VCARD", "END:VCARD"
_PERSONAL = {"CELL", "HOME", "PERSONAL"}
_COLUMNS = {
    "name": "ORG",
    "street": "ADR",
    "postcode": "ADR",
    "city": "ADR",
    "country": "ADR",
    "phone": "TEL",
    "email": "EMAIL",
    "website": "URL",
    "note": "NOTE",
    "tags": "CATEGORIES",
    "lat": "GEO",
    "lon": "GEO",
    "contact.first_name": "N",
    "contact.last_name": "N",
    "contact.job_title": "TITLE",
    "contact.phones": "TEL",
    "contact.emails": "EMAIL",
    "contact.language": "LANG",
}


def read_cards(text: str) -> tuple[list[RawRow], list[RefusedRow]]:
    """Return the cards as rows. A card that cannot be read is refused alone; what stands outside of cards is left out."""
    rows: list[RawRow] = []
    refused: list[RefusedRow] = []
    for number, card in enumerate(_cards(text), start=1):
        try:
            rows.append(_row(number, vobject.readOne(card, allowQP=True)))
        except (VObjectError, ValueError, LookupError, AttributeError, TypeError):
            refused.append(RefusedRow(number, "", "malformed_card"))
    return rows, refused


def _cards(text: str) -> Iterator[str]:
    """Cut a file into its cards, each from its first beginning to the next end. One that has no end is left out."""
    lines: list[str] = []
    for line in text.split("\n"):
        said = line.rstrip(" \t\r").upper()
        if lines or said == _BEGIN:
            lines.append(line)
        if lines and said == _END:
            yield "\n".join(lines)
            lines = []


def _row(number: int, card: Any) -> RawRow:  # noqa: ANN401  (vobject is untyped)
    is_company = _first(card, "kind").lower() == "org"
    company = "" if is_company else _company(card)
    account = {"name": company or _first(card, "fn"), **_address(card), "website": _first(card, "url"), "note": _first(card, "note")}
    account |= {"tags": ", ".join(_strings(getattr(card, "categories", None))), **_place(_first(card, "geo"))}
    person = {} if is_company else {**_names(card), "job_title": _first(card, "title") or _first(card, "role")}
    person |= {"language": _first(card, "lang")[:2].lower()} if person else {}
    own_phones, shop_phones = _split(card, "tel")
    own_emails, shop_emails = _split(card, "email")
    if is_company or not any(person.values()):
        own_phones, shop_phones, own_emails, shop_emails = [], shop_phones + own_phones, [], shop_emails + own_emails
    account |= {"phone": next(iter(shop_phones), ""), "email": next(iter(shop_emails), "")}
    if any(person.values()):
        person |= {"phones": "\n".join(own_phones + shop_phones[1:]), "emails": "\n".join(own_emails + shop_emails[1:])}
    else:
        surplus = [*shop_phones[1:], *shop_emails[1:]]
        account["note"] = "\n".join(filter(None, [account["note"], *surplus]))
    return RawRow(number, _full(account), _full(person), _COLUMNS)


def _full(texts: dict[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in texts.items() if text.strip()}


def _contents(card: Any, name: str) -> list[Any]:  # noqa: ANN401
    found = card.contents.get(name, [])
    return list(found)


def _first(card: Any, name: str) -> str:  # noqa: ANN401
    return next((str(each.value).strip() for each in _contents(card, name)), "")


def _company(card: Any) -> str:  # noqa: ANN401
    return next((part for each in _contents(card, "org") for part in _strings(each) if part.strip()), "")


def _names(card: Any) -> dict[str, str]:  # noqa: ANN401
    for each in _contents(card, "n"):
        names = {"first_name": " ".join(_flat(each.value.given)), "last_name": " ".join(_flat(each.value.family))}
        if any(names.values()):
            return names
    first, _, last = _first(card, "fn").rpartition(" ")
    return {"first_name": first, "last_name": last} if _company(card) else {}


def _address(card: Any) -> dict[str, str]:  # noqa: ANN401
    for each in _contents(card, "adr"):
        parts = {"street": each.value.street, "postcode": each.value.code, "city": each.value.city, "country": each.value.country}
        texts = {name: " ".join(_flat(part)) for name, part in parts.items()}
        if any(texts.values()):
            return texts
    return {}


def _place(geo: str) -> dict[str, str]:
    """Read ``geo:45.7,4.8`` (4.0) or ``45.7;4.8`` (before)."""
    found = re.fullmatch(r"(?:geo:)?(-?[0-9.]+)[;,](-?[0-9.]+).*", geo.replace("\\", ""))
    return {"lat": found[1], "lon": found[2]} if found else {}


def _split(card: Any, name: str) -> tuple[list[str], list[str]]:  # noqa: ANN401
    """Return the person's own numbers or addresses, and those of the place of work."""
    own: list[str] = []
    work: list[str] = []
    for each in _contents(card, name):
        text = re.sub(r"^(tel|mailto):", "", str(each.value).strip(), flags=re.IGNORECASE).partition(";")[0]
        kinds = set(_kinds(each))
        personal = kinds & _PERSONAL or (name == "email" and "WORK" not in kinds)
        (own if personal else work).append(text)
    return own, work


def _kinds(line: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield a line's types: ``TYPE=work``, a quoted list of them, or bare words as in 2.1."""
    for value in line.params.get("TYPE", []):
        yield from (kind.strip().upper() for kind in str(value).split(","))
    yield from (str(single).upper() for single in line.singletonparams)


def _strings(line: Any) -> list[str]:  # noqa: ANN401
    return _flat(line.value) if line is not None else []


def _flat(value: Any) -> list[str]:  # noqa: ANN401
    return [str(part) for part in value if str(part)] if isinstance(value, list) else [str(value)] if value else []


def columns() -> dict[str, str]:
    """Return which property becomes which field, as a file's mapping shows it."""
    found: dict[str, list[str]] = {}
    for field, prop in _COLUMNS.items():
        found.setdefault(prop, []).append(field.replace(CONTACT, "contact "))
    return {prop: ", ".join(fields) for prop, fields in found.items()}
