"""Persons and customers who are erased for good: the office's part, and the oracle that nothing typed about them is anywhere."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import Final

from mobile_app.data.shown import opened_record
from shared.sync.policy import Value
from sync_server.services.erasure import Eraser
from sync_server.services.ledger import Erased, Ledger, Line
from tests.fakes.dump import dump
from tests.simulation.fleet.fleet import Fleet
from tests.simulation.fleet.handset import Handset
from tests.simulation.fleet.start import PHONES

_TYPED: Final = re.compile(f"(?:{'|'.join(PHONES)}) [0-9]+")
"""What persons type: each once."""


class Remembered(Ledger):
    """The server's ledger, in memory: no restore undoes it."""

    def __init__(self) -> None:
        self._lines: list[Line] = []

    def append(self, lines: Iterable[Line]) -> None:
        self._lines += lines

    def lines(self) -> list[Line]:
        return list(self._lines)


def erase(fleet: Fleet, ledger: Remembered, kind: str, id_: str) -> int:
    """Erase a record with all that is below it, as the office does; give how many went."""
    before = len(ledger.lines())
    with fleet.server.database.write() as connection:
        Eraser(ledger, fleet.now).erase(connection, kind, id_)
    gone = [each.id for each in ledger.lines()[before:] if isinstance(each, Erased)]
    fleet.ledger.bury(gone)
    fleet.door.truth.forget(gone)
    return len(gone)


def erase_again(fleet: Fleet, ledger: Remembered) -> None:
    """Erase what the ledger names, as a restore does at its end."""
    with fleet.server.database.write() as connection:
        Eraser(ledger, fleet.now).apply(connection)


def check_erased(fleet: Fleet) -> None:
    """Nothing that was typed about an erased record alone is on the server or on any phone."""
    buried = fleet.ledger.buried
    if not buried:
        return
    words: tuple[set[str], set[str]] = (set(), set())
    for each in fleet.ledger.by_txn.values():
        for edit in each.said:
            of = words[edit.id in buried]
            for change in edit.fields.values():
                of |= _typed(change.to)
    sought = words[True] - words[False]
    places = {"the server": _every_value(fleet.door.raw)}
    places |= {name: _all_of(fleet, phone) for name, phone in fleet.phones.items()}
    for place, text in places.items():
        if kept := sought & _typed(text):
            fleet.ledger.blame("scope", f"{place} still holds {min(kept)!r}, which was typed about somebody who was erased")


def _typed(value: Value) -> set[str]:
    return set(_TYPED.findall(value)) if isinstance(value, str) else set()


def _every_value(tables: sqlite3.Connection) -> str:
    """All that the server says. In the bytes of its file a word may be followed by the first byte of the next row, as if it went on."""
    names = tables.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return repr([tables.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names])  # noqa: S608 - its own tables


def _all_of(fleet: Fleet, phone: Handset) -> str:
    """All that a phone says, opened: the vault's records, what waits and what was sent, and what the screens show.

    After a restore somebody may be told that nobody brought back what she wrote about: whose it was nobody can say either.
    """
    app, do = phone.app, fleet.loop.do
    orphaned = {item.txn for item in do(app.store.attention()) if item.code == "unknown_record" and fleet.ledger.restored}
    records = [opened_record(payload) for batch in app.vault.records.batches() for _, _, payload in batch]
    refused = [item for item in do(app.store.attention()) if item.txn not in orphaned]
    kept = [*do(app.store.waiting()), *refused, *do(app.store.journal())]
    return repr((records, kept, dump(app.working_set)))
