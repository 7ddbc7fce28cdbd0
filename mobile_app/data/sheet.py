"""The outbox as the sync sheet shows it: one item per transaction, in words that the UI translates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mobile_app.data.outbox import ATTENTION, Item, Outbox, State
from shared.sync.change import Change
from shared.sync.protocol import FieldError


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One transaction: what it is, what it holds, where it stands and why. ``made_at`` in ms since 1970."""

    txn: str
    action: str
    params: dict[str, str]
    state: State
    made_at: int
    changes: tuple[Change, ...]
    code: str = ""
    errors: tuple[FieldError, ...] = ()
    by: tuple[str, ...] = ()
    dependents: tuple[str, ...] = ()


def items(outbox: Outbox, states: Collection[State]) -> list[OutboxItem]:
    """Those in one of ``states``, in the device's order."""
    return [_item(outbox, item) for item in outbox if item.state in states]


def dependents(outbox: Outbox, txn: str) -> list[OutboxItem]:
    """What needs ``txn``, directly or through others."""
    return [_item(outbox, item) for item in outbox.dependents(txn)]


def _item(outbox: Outbox, item: Item) -> OutboxItem:
    entry = item.entry
    return OutboxItem(
        item.txn,
        entry.action,
        entry.params,
        item.state,
        entry.made_at,
        entry.transaction.changes,
        entry.code,
        entry.errors,
        entry.by,
        tuple(other.txn for other in outbox.dependents(item.txn)) if item.state in ATTENTION else (),
    )
