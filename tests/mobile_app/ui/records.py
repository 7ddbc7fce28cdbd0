"""Records for the screens' tests, as the server says them, around the shop's customers and its clock."""

from collections.abc import Mapping

import msgspec

from shared.models.registry import ORG_SCOPE
from shared.sync.clock import pack
from shared.sync.policy import Value
from shared.sync.record import Mark, Record
from tests.mobile_app.data.store.phone import LYON

HOUR = 3_600_000
NOW = 1_790_000_000_000
"""16:13 in Paris on Monday 21 September 2026: the fake clock's moment."""


def said(kind: str, id_: str, rev: int, fields: Mapping[str, Value], scope: str = LYON) -> Record:
    """A record of Lyon (or of another scope) as the server says it."""
    root = str(fields.get("account_id") or id_)
    return Record(kind, id_, root, scope, rev, Mark(pack(rev), "S0", rev), dict(fields))


def visit(id_: str, account_id: str, at: int = NOW, **fields: Value) -> Record:
    """One of Élodie's visits, planned unless told otherwise."""
    values: dict[str, Value] = {"user_id": "u1", "zone": "Europe/Paris", "state": "planned", "planned_minutes": 30, "planned_at": at}
    return said("visit", id_, 5, {"account_id": account_id} | values | fields)


def contact(id_: str, account_id: str, **fields: Value) -> Record:
    """A person at a customer's."""
    return said("contact", id_, 5, {"account_id": account_id} | fields)


def assignment(territory_id: str) -> list[Record]:
    """Élodie works in a territory (of that name)."""
    period: dict[str, Value] = {"territory_id": territory_id, "user_id": "u1", "valid_from": "2020-01-01"}
    named = said("territory", territory_id, 1, {"name": territory_id.capitalize()}, ORG_SCOPE)
    return [named, said("assignment", f"as-{territory_id}", 1, period, ORG_SCOPE)]


def at_rev(record: Record, rev: int) -> Record:
    """The same record as the server says it later."""
    return msgspec.structs.replace(record, rev=rev, mark=Mark(pack(rev), "S0", rev))
