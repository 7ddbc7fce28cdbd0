"""What the server holds of a record, read behind its back: its bookkeeping, its values, and the conflicts about it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.models.registry import COLUMNS
from shared.sync.clock import millis
from tests.simulation.fleet.sums import SUMS


@dataclass(frozen=True, slots=True)
class Dispute:
    """A conflict as the server's tables have it."""

    rev: int
    open: bool
    entries: tuple[tuple[Any, str], ...]
    """Value and device code."""

    def holds(self, value: object) -> bool:
        """Whether the value is kept here."""
        return any(kept == value for kept, _ in self.entries)

    @property
    def lines(self) -> set[str]:
        """Every line of every text kept here."""
        return {line for value, _ in self.entries for line in lines(value)}


@dataclass(frozen=True, slots=True)
class Stand:
    """One record as the server's tables have it but for its sums, with its conflicts by field; ``newest`` is its latest stamp, in ms."""

    root: str
    scope: str
    rev: int
    deleted: int
    newest: int
    fields: dict[str, Any]
    disputes: dict[str, Dispute]

    def dispute(self, name: str) -> Dispute:
        """The conflict about a field, an empty one where there is none."""
        return self.disputes.get(name, NO_DISPUTE)


NO_DISPUTE = Dispute(0, open=False, entries=())


def lines(text: object) -> list[str]:
    """The lines of a text, or none."""
    return str(text).splitlines() if text else []


def stands(raw: sqlite3.Connection, edits: Iterable[tuple[str, str]]) -> dict[str, Stand]:
    """Read records (kind, id) behind the server's back."""
    found: dict[str, Stand] = {}
    for kind, id_ in edits:
        if id_ in found:
            continue
        meta = raw.execute("SELECT root, scope, rev, deleted, mark, marks FROM record_meta WHERE id = ?", (id_,)).fetchone()
        if meta is not None:
            columns = [name for name in COLUMNS[kind] if name not in SUMS]
            row = raw.execute(f'SELECT {", ".join(columns)} FROM "{kind}" WHERE id = ?', (id_,)).fetchone()  # noqa: S608
            root, scope, rev, deleted, mark, marks = meta
            stamps = [json.loads(mark)[0], *(each[0] for each in json.loads(marks or "{}").values())]
            found[id_] = Stand(root, scope, rev, deleted, millis(max(stamps)), dict(zip(columns, row, strict=True)), _disputes(raw, id_))
    return found


def _disputes(raw: sqlite3.Connection, id_: str) -> dict[str, Dispute]:
    query = "SELECT c.field, m.rev, c.state, c.entries FROM conflict c JOIN record_meta m ON m.id = c.id WHERE c.record_id = ?"
    return {
        name: Dispute(rev, state == "open", tuple((each.get("value"), each["device"]) for each in json.loads(entries)))
        for name, rev, state, entries in raw.execute(query, (id_,))
    }
