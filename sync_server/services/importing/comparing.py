"""Owns what a file says differently of customers and people who are there already. Nothing here decides which of the two is right."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.models.registry import KINDS, ROOT
from shared.rules.folding import tokens
from shared.rules.phones import to_e164
from shared.sync.policy import Policy, Value
from shared.sync.record import Mark, Record
from sync_server.services.importing.headers import CONTACT
from sync_server.services.importing.model import Fields, ImportRow, LeftOut, Remark
from sync_server.services.importing.planning import ImportPlan, plan_row, text

METRE = 0.000_01
"""Degrees within which two places are one."""
_ADDRESSES = frozenset({"email", "website"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of a file beside the one that is ``here``, written last by ``mark``; ``wanted`` is what an update would write.

    An update takes nothing away: a list gets the members that are ``said`` and a note gets lines.
    """

    row: int
    column: str
    name: str
    kind: str
    id: str
    field: str
    here: Value
    said: Value
    wanted: Value
    mark: Mark

    @property
    def adds(self) -> bool:
        """Whether what is here stays, and what is said joins it."""
        return bool(self.here) and KINDS[self.kind].fields[self.field].policy in (Policy.SET, Policy.TEXT)


@dataclass(frozen=True, slots=True)
class Compared:
    """The differences, the first row's of each value, and what later rows say of the same values."""

    differences: tuple[Difference, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def concerned(plan: ImportPlan) -> set[str]:
    """Give the ids of the records that the rows of a plan may be about."""
    rows = {identifier for row in plan.rows for _, identifier, _ in plan_row(row, plan.territory_id).creates}
    return rows | {duplicate.of_id for duplicate in plan.duplicates}


def compare(plan: ImportPlan, here: Mapping[str, Record]) -> Compared:
    """Say what the rows of ``plan`` say otherwise than the records that are ``here``; a cell without a value says nothing."""
    matched = {duplicate.row.row_number: duplicate.of_id for duplicate in plan.duplicates if not duplicate.of_row}
    first: dict[tuple[str, str], Difference] = {}
    left_out: list[LeftOut] = []
    for row in plan.rows:
        for kind, identifier in _subjects(row, plan.territory_id, matched):
            record = here.get(identifier)
            if record is None or not record.live or record.value("merged_into"):
                continue
            for found in _differences(row, kind, record):
                noted = first.setdefault((identifier, found.field), found)
                if noted is not found and noted.said != found.said:
                    params = {"value": text(found.said), "row": str(noted.row), "kept": text(noted.said)}
                    left_out.append(LeftOut(row.row_number, Remark(found.column, "differs", params)))
    known = {(each.row, each.remark.column) for each in plan.left_out}
    return Compared(tuple(first.values()), tuple(each for each in left_out if (each.row, each.remark.column) not in known))


def _subjects(row: ImportRow, territory_id: str, matched: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Yield what a row is about: a customer that it probably is, else its customer and its person."""
    if row.row_number in matched:
        yield ROOT, matched[row.row_number]
        return
    for kind, identifier, _ in plan_row(row, territory_id).creates:
        yield kind, identifier


def _differences(row: ImportRow, kind: str, record: Record) -> Iterator[Difference]:
    said, prefix = (row.account, "") if kind == ROOT else (row.contact, CONTACT)
    country = str(row.account.get("country") or "")
    name = " ".join(text(record.value(part)) for part in ("first_name", "last_name", "name") if record.value(part))
    for field, value in said.items():
        if field == "country" and row.country_assumed:
            continue
        here = record.value(field)
        new, wanted = _beyond(kind, field, here, value, country)
        if new not in (None, "", []):
            column = row.columns.get(prefix + field, prefix + field)
            yield Difference(row.row_number, column, name, kind, record.id, field, here, new, wanted, record.mark_of(field))


def _beyond(kind: str, field: str, here: Value, said: Value, country: str) -> tuple[Value, Value]:
    """Give what of ``said`` is not ``here``, and the value that holds both."""
    spec = KINDS[kind].fields[field]
    if spec.policy is Policy.SET and isinstance(said, list):
        members = here if isinstance(here, list) else []
        known = {spec.identity(member) for member in members}
        added = [member for member in said if spec.identity(member) not in known]
        return list(added), [*members, *added]
    if spec.policy is Policy.TEXT and here:
        added_text = "" if str(said).strip() in str(here) else str(said).strip()
        return added_text, f"{here}\n{added_text}"
    return ("" if here is not None and _plain(field, here, country) == _plain(field, said, country) else said), said


def _plain(field: str, value: Value, country: str) -> object:
    """Give what two spellings of one value have in common."""
    if isinstance(value, float | int):
        return round(value / METRE)
    written = text(value).strip()
    if field == "phone":
        return to_e164(written, country) or written
    if field in _ADDRESSES:
        return written.casefold().rstrip("/")
    return "".join(tokens(written)) if field == "vat_id" else tokens(written)


Changes = dict[str, tuple[str, Fields]]
"""Kind and wanted fields by the record's id."""


def changes(differences: Iterable[Difference], here: Mapping[str, Record]) -> Changes:
    """Give what to write; what is no longer as it was when it was compared stays out."""
    found: Changes = {}
    for each in differences:
        record = here.get(each.id)
        if record is not None and record.live and record.value(each.field) == each.here:
            found.setdefault(each.id, (each.kind, {}))[1][each.field] = each.wanted
    return found
