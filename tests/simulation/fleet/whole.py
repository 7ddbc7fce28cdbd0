"""What was noted with an arrival or a decision is that one's, never mixed from two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tests.simulation.fleet.fleet import Fleet

_TOGETHER: Final = (
    ("visit", ("arrived_at", "arrived_lat", "place_status"), "arrived_at IS NOT NULL"),
    ("quote", ("state", "decided_at"), "state IN ('accepted', 'declined')"),
)


def check_whole(fleet: Fleet) -> None:
    """Each arrival and each decision that the server holds was said so by one person in one action, place and moment included."""
    for kind, names, made in _TOGETHER:
        said = _said(fleet, names)
        query = f"SELECT id, {', '.join(names)} FROM {kind} WHERE {made}"  # noqa: S608
        for id_, *values in fleet.door.raw.execute(query).fetchall():
            if id_ in said and tuple(values) not in said[id_]:
                fleet.ledger.blame("doubled", f"{kind} {id_}: nobody said {dict(zip(names, values, strict=True))} at once")


def _said(fleet: Fleet, names: Iterable[str]) -> dict[str, set[tuple[object, ...]]]:
    """By record, the values that one action gave to the first of the fields and those beside it."""
    led, *_ = names
    found: dict[str, set[tuple[object, ...]]] = {}
    for each in fleet.ledger.by_txn.values():
        for edit in each.said:
            if led in edit.fields:
                found.setdefault(edit.id, set()).add(tuple(edit.fields[name].to if name in edit.fields else None for name in names))
    return found
