"""Whole records for a server that dropped their tombstones and asks for all of them (``need_full``)."""

from __future__ import annotations

from collections.abc import Collection

from mobile_app.data.shown import opened_record
from mobile_app.data.vault import Vault
from shared.models.registry import KINDS
from shared.sync.change import Whole
from shared.sync.record import ERASED, Record


def wholes(vault: Vault, ids: Collection[str]) -> tuple[Whole, ...]:
    """Give what the vault holds of these records and of those that they belong to, which the server may lack as well."""
    found: dict[str, Record] = {}
    wanted = set(ids)
    while wanted:
        here = [opened_record(payload) for _, payload in vault.records.get(list(wanted)).values()]
        found |= {record.id: record for record in here if record.deleted != ERASED and record.kind in KINDS}
        wanted = {parent for record in here for parent in _parents(record)} - found.keys()
        wanted -= {record.id for record in here}
    return tuple(Whole(record.kind, record.id, record.rev, record.fields) for record in found.values())


def _parents(record: Record) -> list[str]:
    owner = KINDS[record.kind].owner if record.kind in KINDS else None
    named = [record.root] if owner is None else [record.root, str(record.value(owner[0]) or record.root)]
    return [id_ for id_ in named if id_ != record.id]
