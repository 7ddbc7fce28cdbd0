"""Imports customers from a file into a territory: first a plan, which changes nothing, then all of it or none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from shared.errors import RecordRefused
from shared.models.registry import ROOT, raw_table
from shared.sync.policy import Value
from shared.sync.record import LIVE, Record
from sync_server.services.authoring import Author, Authored
from sync_server.services.importing import (
    Compared,
    Difference,
    ImportPlan,
    Parsed,
    changes,
    compare,
    concerned,
    plan_import,
    read_customers,
)
from sync_server.storage import tombstones
from sync_server.storage.records import chunks, load, places
from sync_server.storage.tables import RECORD_META

_PERSON, _PARENT = "contact", "account_id"
_COMPARED = ("name", "street", "postcode", "city", "country", "phone", "vat_id")


@dataclass(frozen=True, slots=True)
class Done:
    """What an import did: records written, values of records that were there, and values that somebody had changed meanwhile.

    ``there`` are the new rows of which nothing was written, since they had come in by then.
    """

    written: int
    changed: int
    outrun: int
    there: int = 0


def plan_file(connection: Connection, file: Path, territory_id: str, country: str = "") -> tuple[Parsed, ImportPlan, Compared]:
    """Say how ``file`` was read, what importing it would do, and what it says differently of customers that are there.

    A row without a country is in ``country``, else where most customers of the territory are.

    Raises:
        OSError: the file cannot be read.
    """
    parsed = read_customers(file, file.name, country or _usual_country(connection, territory_id))
    plan = plan_import(parsed, _accounts(connection), territory_id, _people(connection))
    return parsed, plan, compare(plan, _records(connection, concerned(plan)))


def apply_plan(
    connection: Connection, author: Author, plan: ImportPlan, accepted: Collection[int] = (), updates: Sequence[Difference] = ()
) -> Done:
    """Write the new rows, the duplicates with the row numbers ``accepted``, and ``updates``, within the caller's transaction.

    An update whose record is no longer as it was when it was shown is left out, and so is a new record that is there by now, or was:
    somebody may have written it since. Applied again, it changes nothing.

    Raises:
        RecordRefused: a record was erased or is not as it must be.
    """
    planned = [[Authored(*create) for create in row] for row in plan.transactions(accepted)]
    rows = _still_new(connection, planned)
    records = [each for row in rows for each in row]
    # A contact may only come after its account: the accounts of all rows go first.
    author.write(connection, sorted(records, key=lambda each: each.kind != ROOT))
    wanted = changes(updates, _records(connection, {each.id for each in updates}))
    author.write(connection, [Authored(kind, id_, fields, "update") for id_, (kind, fields) in wanted.items()])
    changed = sum(len(fields) for _, fields in wanted.values())
    return Done(len(records), changed, len(updates) - changed, len(planned) - len(rows))


def _still_new(connection: Connection, rows: Sequence[Sequence[Authored]]) -> list[list[Authored]]:
    """Give what of these rows never was here, and joins nobody who was deleted; rows of which nothing is left are left out."""
    ids = {each.id for row in rows for each in row} | {str(each.fields.get(_PARENT)) for row in rows for each in row}
    here = _records(connection, ids)
    gone = {id_ for id_, record in here.items() if not record.live} | tombstones.dropped(connection, ids).keys()
    found = ([each for each in row if each.id not in here and not {each.id, each.fields.get(_PARENT)} & gone] for row in rows)
    return [row for row in found if row]


def require_country(code: str) -> str:
    """Give an ISO 3166 code in capitals.

    Raises:
        RecordRefused: it has not two letters.
    """
    if code and not (len(code) == 2 and code.isalpha() and code.isascii()):
        raise RecordRefused("not_a_country", {"country": "not_a_country"})
    return code.upper()


def _records(connection: Connection, ids: Collection[str]) -> dict[str, Record]:
    """Give the records of these ids that are there."""
    found: dict[str, Record] = {}
    for part in chunks(ids):
        found |= load(connection, places(connection, part), part)
    return found


def _accounts(connection: Connection) -> dict[str, dict[str, Value]]:
    """Give what rows are compared with: every account, the deleted ones too, since what was deleted stays so, however long ago."""
    table = raw_table(ROOT)
    columns = [table.c[name] for name in _COMPARED]
    rows = connection.execute(select(table.c.id, *columns))
    dropped: dict[str, dict[str, Value]] = {each.id: {} for each in tombstones.dropped_of(connection, ROOT)}
    return dropped | {row[0]: dict(zip(_COMPARED, row[1:], strict=True)) for row in rows}


def _people(connection: Connection) -> dict[str, set[str]]:
    """Give the contacts' ids of every customer that is there, those of the deleted and the erased too: who was taken out stays out."""
    meta = RECORD_META.c
    live = connection.execute(select(meta.id).where(meta.kind == ROOT, meta.deleted == LIVE)).scalars()
    people: dict[str, set[str]] = {id_: set() for id_ in live}
    kept = connection.execute(select(meta.id, meta.root).where(meta.kind == _PERSON))
    for each in (*kept, *tombstones.dropped_of(connection, _PERSON)):
        if each.root in people:
            people[each.root].add(each.id)
    return people


def _usual_country(connection: Connection, territory_id: str) -> str:
    table = raw_table(ROOT)
    counted = select(table.c.country).where(table.c.territory_id == territory_id, table.c.country.is_not(None)).group_by(table.c.country)
    return connection.execute(counted.order_by(func.count().desc()).limit(1)).scalar_one_or_none() or "FR"
