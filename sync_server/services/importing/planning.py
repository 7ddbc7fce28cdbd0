"""Owns the plan of an import: which rows are new, which are there already, which are probably customers one has, and why."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import sha256

from shared.ids import uuid7
from shared.rules.folding import fold, tokens
from shared.rules.phones import to_e164
from sync_server.services.importing.headers import CONTACT
from sync_server.services.importing.model import Fields, ImportRow, LeftOut, Parsed, RefusedRow, Remark, Value

SIMILAR = 0.86
_EPOCH = 1_704_067_200_000
"""The instant in the ids of imported records, 2024-01-01: they follow from the row alone, so that a second import finds them."""
# Words that half the trade carries: two names that share only these are not alike.
_COMMON = frozenset(
    tokens("boulangerie patisserie boulangerie-patisserie maison hotel restaurant cafe sarl sas eurl φούρνος αρτοποιείο ζαχαροπλαστείο")
)

_ROW_KEY = ("name", "street", "postcode", "city", "vat_id")
_PERSON_KEY = ("first_name", "last_name")
_KEY = frozenset({*_ROW_KEY, *_PERSON_KEY})

Create = tuple[str, str, Fields]
"""Kind, id, stored values of a record to be made."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two customers may be one: a stable code and what its sentence needs."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that is probably a customer one has, or an earlier row: ``of_row`` is 0 for the former."""

    row: ImportRow
    of_id: str
    of_name: str
    of_row: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A row with the ids that its records get, always the same for the same territory and row."""

    row: ImportRow
    account_id: str
    creates: tuple[Create, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. Nothing is done until ``transactions`` are applied."""

    new: tuple[Planned, ...]
    same: tuple[ImportRow, ...]
    duplicates: tuple[Duplicate, ...]
    refused: tuple[RefusedRow, ...]
    left_out: tuple[LeftOut, ...]
    territory_id: str
    rows: tuple[ImportRow, ...]
    """All that were not refused."""

    def transactions(self, accepted: Collection[int] = ()) -> list[tuple[Create, ...]]:
        """Return the creates, a tuple for each row: of the new rows, and of the duplicates whose row numbers are ``accepted``."""
        also = (plan_row(duplicate.row, self.territory_id) for duplicate in self.duplicates if duplicate.row.row_number in accepted)
        seen: set[str] = set()
        found = []
        for planned in (*self.new, *also):
            creates = tuple(create for create in planned.creates if create[1] not in seen)
            seen.update(identifier for _, identifier, _ in creates)
            found.append(creates)
        return [creates for creates in found if creates]


@dataclass(slots=True)
class _Known:
    """A customer to compare with: one that exists (row 0) or an earlier row."""

    id: str
    name: str
    row: int
    phone: str
    vat: str
    words: str
    core: str
    """The name without the words that half the trade carries."""
    postcode: str
    city: str


class _Index:
    """Customers by what makes two of them one."""

    def __init__(self) -> None:
        self._by: dict[tuple[str, str], list[_Known]] = {}

    def add(self, known: _Known) -> None:
        for key in (*_numbers(known), *_places(known, stored=True)):
            self._by.setdefault(key, []).append(known)

    def match(self, row: _Known) -> tuple[_Known, tuple[Reason, ...]] | None:
        """Return the customer with the most reasons to be the row's, if any."""
        keys = (*_numbers(row), *_places(row, stored=False))
        near: dict[str, _Known] = {known.id: known for key in keys for known in self._by.get(key, [])}
        found = [(known, tuple(_reasons(row, known))) for known in near.values()]
        return max((each for each in found if each[1]), key=lambda each: len(each[1]), default=None)


def plan_import(
    parsed: Parsed,
    existing_accounts: Mapping[str, Mapping[str, Value]],
    territory_id: str,
    people: Mapping[str, Collection[str]] | None = None,
) -> ImportPlan:
    """Sort the rows of ``parsed`` into new, same and duplicate.

    ``existing_accounts`` are the stored values of every account by id, the deleted ones included: what was imported once and deleted since
    stays deleted. ``people`` are the contacts' ids, the deleted ones included, of each account that people may join. A row whose account
    and person are there by their ids is ``same``, whatever was changed since. Rows of one customer that name different people make one
    account with several contacts.
    """
    index = _Index()
    for identifier, fields in existing_accounts.items():
        index.add(_known(identifier, fields, 0))
    new: dict[str, Planned] = {}
    same: list[ImportRow] = []
    duplicates: list[Duplicate] = []
    first: dict[str, ImportRow] = {}
    left_out: list[LeftOut] = []
    for row in parsed.rows:
        planned = plan_row(row, territory_id)
        left_out += _left_out(planned, first)
        compared = _known(planned.account_id, row.account, row.row_number)
        if planned.account_id in existing_accounts:
            _known_customer(planned, (people or {}).get(planned.account_id), new, same)
        elif planned.account_id in new:
            _same_customer(planned, new, duplicates)
        elif (match := index.match(compared)) is not None:
            duplicates.append(Duplicate(row, match[0].id, match[0].name, match[0].row, match[1]))
        else:
            new[planned.account_id] = planned
            index.add(compared)
    return ImportPlan(tuple(new.values()), tuple(same), tuple(duplicates), parsed.refused, tuple(left_out), territory_id, parsed.rows)


def _known_customer(planned: Planned, people: Collection[str] | None, new: dict[str, Planned], same: list[ImportRow]) -> None:
    """Add the person of a row whose customer is there already, or say that the row is the same. Nobody joins where ``people`` is None."""
    added = tuple(create for create in planned.creates if create[0] == "contact" and create[1] not in new)
    if added and people is not None and added[0][1] not in people:
        new[added[0][1]] = Planned(planned.row, planned.account_id, added)
    else:
        same.append(planned.row)


def _same_customer(planned: Planned, new: dict[str, Planned], duplicates: list[Duplicate]) -> None:
    """Add the person of a further row of a customer, or say that the row is there twice."""
    first = new[planned.account_id]
    known = {*new, *(identifier for _, identifier, _ in first.creates)}
    added = tuple(create for create in planned.creates if create[0] == "contact" and create[1] not in known)
    if added:
        new[added[0][1]] = Planned(planned.row, planned.account_id, added)
    else:
        name = str(first.row.account["name"])
        duplicates.append(Duplicate(planned.row, first.account_id, name, first.row.row_number, (Reason("repeated_row"),)))


def _left_out(planned: Planned, first: dict[str, ImportRow]) -> Iterator[LeftOut]:
    """Say what of a row is not taken because of the ``first`` row of its customer or person, by their ids; notes a row that is first.

    What makes two rows one customer is the same, however it is written.
    """
    row = planned.row
    for kind, identifier, _ in planned.creates:
        earlier = first.setdefault(identifier, row)
        if earlier is row:
            continue
        prefix, ours, theirs = (CONTACT, row.contact, earlier.contact) if kind == "contact" else ("", row.account, earlier.account)
        for name in (name for name in ours if name not in _KEY):
            value, kept = _missing(ours[name], theirs.get(name)), text(theirs.get(name))
            if value:
                params = {"value": value, "row": str(earlier.row_number), "kept": kept}
                column = row.columns.get(prefix + name, name)
                yield LeftOut(row.row_number, Remark(column, "differs" if kept else "not_in", params))


def _missing(value: Value, kept: Value) -> str:
    """Give what of a value is not in the one that is kept."""
    if isinstance(value, list):
        return text([member for member in value if not isinstance(kept, list) or member not in kept])
    return "" if value == kept else text(value)


def text(value: Value) -> str:
    """Give a value as a person reads it."""
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def plan_row(row: ImportRow, territory_id: str) -> Planned:
    """Give a row the ids of its records, which follow from what it says and the territory."""
    account_id = _id("account", territory_id, _row_key(row.account))
    creates: list[Create] = [("account", account_id, {**row.account, "territory_id": territory_id})]
    if row.contact:
        key = "|".join(fold(str(row.contact.get(name) or "")) for name in _PERSON_KEY)
        creates.append(("contact", _id("contact", account_id, key), {**row.contact, "account_id": account_id}))
    return Planned(row, account_id, tuple(creates))


def _id(kind: str, parent: str, key: str) -> str:
    return uuid7(_EPOCH, sha256(f"{kind}\0{parent}\0{key}".encode()).digest()[:10])


def _row_key(account: Mapping[str, Value]) -> str:
    """Return what makes a row the same row in the next file: its name, place and VAT id, however they are written."""
    return "|".join(" ".join(tokens(str(account.get(name) or ""))) for name in _ROW_KEY)


def _known(identifier: str, fields: Mapping[str, Value], row: int) -> _Known:
    def text(name: str) -> str:
        return str(fields.get(name) or "")

    words = " ".join(tokens(text("name")))
    return _Known(
        id=identifier,
        name=text("name"),
        row=row,
        phone=to_e164(text("phone"), text("country")) or "" if text("phone") else "",
        vat="".join(character for character in text("vat_id").upper() if character.isalnum()),
        words=words,
        core=" ".join(word for word in words.split() if word not in _COMMON) or words,
        postcode="".join(text("postcode").split()).upper(),
        city=" ".join(tokens(text("city"))),
    )


def _numbers(known: _Known) -> Iterator[tuple[str, str]]:
    if known.phone:
        yield "phone", known.phone
    if known.vat:
        yield "vat", known.vat


def _places(known: _Known, *, stored: bool) -> Iterator[tuple[str, str]]:
    """Yield where a customer is kept, or sought: by postcode and initial, and by town where one of the two has no postcode."""
    initial = known.core[:1]
    if known.postcode:
        yield "postcode", f"{known.postcode} {initial}"
    if known.city and (stored or not known.postcode):
        yield "city", f"{known.city} {initial}"
    if known.city and not (stored and known.postcode):
        yield "city without postcode", f"{known.city} {initial}"


def _reasons(row: _Known, known: _Known) -> Iterator[Reason]:
    if row.vat and row.vat == known.vat:
        yield Reason("same_vat_id", {"vat_id": row.vat})
    if row.phone and row.phone == known.phone:
        yield Reason("same_phone", {"phone": row.phone})
    near = row.postcode == known.postcode if row.postcode and known.postcode else bool(row.city) and row.city == known.city
    if not near:
        return
    if row.words == known.words:
        yield Reason("same_name_and_place", {"name": known.name})
    elif (likeness := _likeness(row.core, known.core)) >= SIMILAR:
        yield Reason("similar_name", {"name": known.name, "percent": str(round(likeness * 100))})


def _likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < SIMILAR or matcher.quick_ratio() < SIMILAR:
        return 0.0
    return matcher.ratio()
