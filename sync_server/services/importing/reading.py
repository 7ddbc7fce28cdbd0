"""Owns the reading of a customers' file: from bytes to checked rows, each refusal with its row, column and reason."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel import Locale

from shared.rules.checks import FieldError
from shared.rules.folding import fold
from shared.rules.phones import kept
from shared.rules.validation import check
from shared.rules.vat import check_vat_id
from sync_server.services.importing.decoding import LOST, decode, is_suspect
from sync_server.services.importing.headers import CONTACT
from sync_server.services.importing.model import MAX_BYTES, MAX_ROWS, Fields, ImportRow, Parsed, RawRow, RefusedRow, Remark
from sync_server.services.importing.tables import read_table
from sync_server.services.importing.vcards import columns, read_cards

_NAMES = frozenset({"name", "street", "city", "contact.first_name", "contact.last_name", "contact.full_name"})
_SEVERAL = re.compile(r"[\n,;|]")
_LANGUAGES = ("en", "fr", "el")
_UNKNOWN_YET = "-"
"""Stands for what a row only gets when it is planned: its territory, its account."""


def read_customers(source: Path | bytes, filename: str, country: str = "FR") -> Parsed:
    """Read a CSV or vCard file (told by its content, else by its name). ``country`` is where a row without one is.

    Nothing is raised for what is in the file: what cannot be taken is in ``refused``, the whole file as row 0.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > MAX_BYTES:
        return _refused("file_too_large", {"max_bytes": str(MAX_BYTES)})
    decoded = decode(source if isinstance(source, bytes) else source.read_bytes())
    if not decoded.text.strip():
        return _refused("empty_file")
    if decoded.text.lstrip()[:11].upper() == "BEGIN:VCARD" or filename.lower().endswith((".vcf", ".vcard")):
        raw, refused = read_cards(decoded.text)
        shape = Parsed(encoding=decoded.encoding, mapping=columns())
        problem = "" if raw or refused else "no_cards"
    else:
        raw, refused, delimiter, mapping, unknown = read_table(decoded.text)
        shape = Parsed(encoding=decoded.encoding, delimiter=delimiter, mapping=mapping, unknown_columns=unknown)
        problem = "" if {"name", "contact.last_name", "contact.full_name"} & set(mapping.values()) else "no_name_column"
    if not problem and len(raw) + len(refused) > MAX_ROWS:
        problem = "too_many_rows"
    if problem:
        params = {"max_rows": str(MAX_ROWS)} if problem == "too_many_rows" else {}
        return _with(shape, [], [RefusedRow(0, "", problem, params)])
    rows: list[ImportRow] = []
    for each in raw:
        row = _checked(each, country)
        if isinstance(row, ImportRow):
            rows.append(row)
        else:
            refused += row
    return _with(shape, rows, sorted(refused, key=lambda refusal: refusal.row))


def _refused(code: str, params: Mapping[str, str] | None = None) -> Parsed:
    return Parsed(refused=(RefusedRow(0, "", code, params or {}),))


def _with(shape: Parsed, rows: list[ImportRow], refused: list[RefusedRow]) -> Parsed:
    return Parsed(tuple(rows), tuple(refused), shape.encoding, shape.delimiter, shape.mapping, shape.unknown_columns)


def _checked(raw: RawRow, country: str) -> ImportRow | list[RefusedRow]:
    """Return the row as stored values, or every reason against it."""
    broken = [RefusedRow(raw.row_number, title, "broken_characters") for title, text in _texts(raw) if LOST in text]
    if broken:
        return broken
    account = _account(raw, country)
    contact = _contact(raw)
    contact |= (
        {"phones": [kept(number, str(account["country"])) for number in _members(raw.contact["phones"])]} if "phones" in contact else {}
    )
    errors = list(_problems(account, contact, raw.columns))
    refusals = [RefusedRow(raw.row_number, error.field, error.code, dict(error.params)) for error in errors if not error.is_warning]
    if refusals:
        return refusals
    remarks = [Remark(error.field, error.code, dict(error.params)) for error in errors]
    remarks += [
        Remark(raw.columns.get(name, name), "suspect_characters") for name, text in _named(raw) if name in _NAMES and is_suspect(text)
    ]
    return ImportRow(raw.row_number, account, contact, tuple(remarks), raw.columns, country_assumed="country" not in raw.account)


def _named(raw: RawRow) -> Iterator[tuple[str, str]]:
    yield from raw.account.items()
    yield from ((CONTACT + name, text) for name, text in raw.contact.items())


def _texts(raw: RawRow) -> Iterator[tuple[str, str]]:
    yield from ((raw.columns.get(name, name), text) for name, text in _named(raw))


def _account(raw: RawRow, country: str) -> Fields:
    fields: Fields = dict(raw.account)
    fields["country"] = country_code(raw.account.get("country", country))
    person = _contact(raw)
    if "name" not in fields and person:
        fields["name"] = " ".join(str(person[name]) for name in ("first_name", "last_name") if person.get(name))
    if "tags" in fields:
        fields["tags"] = _members(raw.account["tags"])
    if "vat_id" in fields:
        fields["vat_id"] = check_vat_id(raw.account["vat_id"], str(fields["country"])).value
    if "phone" in fields:
        fields["phone"] = kept(raw.account["phone"], str(fields["country"]))
    for name in {"lat", "lon"} & fields.keys():
        fields[name] = _number(raw.account[name])
    return fields


def _contact(raw: RawRow) -> Fields:
    fields: Fields = {name: text for name, text in raw.contact.items() if name not in {"full_name", "phones", "emails", "language"}}
    if "full_name" in raw.contact and not {"first_name", "last_name"} & fields.keys():
        first, _, last = raw.contact["full_name"].rpartition(" ")
        fields |= {"first_name": first, "last_name": last} if first else {"last_name": last}
    fields |= {name: _members(raw.contact[name]) for name in ("phones", "emails") if name in raw.contact}
    language = fold(raw.contact.get("language", ""))[:2]
    return fields | {"language": language} if fields and language in _LANGUAGES else fields


def _problems(account: Fields, contact: Fields, titles: Mapping[str, str]) -> Iterator[FieldError]:
    """Yield what the shared checks say, under the file's own titles."""
    whole: Fields = {**account, "territory_id": _UNKNOWN_YET}
    found = [(error, "") for error in check("account", whole)]
    for name in ("lat", "lon"):
        if isinstance(account.get(name), str):
            found = [(error, prefix) for error, prefix in found if error.field != name] + [(FieldError(name, "not_a_number"), "")]
    if contact:
        person: Fields = {**contact, "account_id": _UNKNOWN_YET}
        found += [(error, CONTACT) for error in check("contact", person, country=str(account["country"]))]
    for error, prefix in found:
        name = prefix + error.field
        yield FieldError(titles.get(name, name), error.code, error.params)


def _members(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in _SEVERAL.split(text) if part.strip()))


def _number(text: str) -> float | str:
    """Return a decimal with a point or a comma; the text itself where it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def country_code(text: str) -> str:
    """Return the ISO code of a country named in English, French or Greek, or by a code; the text unchanged where it is none."""
    upper = text.strip().upper()
    if upper == "EL":
        return "GR"
    return upper if len(upper) == 2 and upper.isascii() else _countries().get(fold(text.strip()), text)


@cache
def _countries() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        names = Locale(language).territories
        found |= {fold(name): code for code, name in names.items() if len(code) == 2 and code.isalpha()}
    return found
