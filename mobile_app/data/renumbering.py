"""Quotes that are not sent yet, when the phone that numbered them becomes another device: its numbers may have been given twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from mobile_app.data.outbox import Entry
from shared.rules.numbering import parse_quote_number, quote_number
from shared.sync.change import Change, Edit


@dataclass(slots=True)
class Renumbering:
    """New numbers for the quotes of the device that was ``old``, by ``new``, whose counter stands at ``last``."""

    old: str
    new: str
    last: int
    numbers: dict[str, str] = field(default_factory=dict)
    """The new number by the old one."""

    def note(self, entries: Iterable[Entry]) -> None:
        """Number anew each quote that these make; a revision has the number of another quote."""
        made = (change for entry in entries for change in entry.transaction.changes if (change.kind, change.op) == ("quote", "create"))
        for change in made:
            number = str(change.fields.get("number", Edit()).to)
            was = parse_quote_number(number)
            if was is not None and was.device_code == self.old and change.fields.get("supersedes", Edit()).to is None:
                self.last += 1
                self.numbers[number] = quote_number(was.year, self.new, self.last)

    def of(self, entry: Entry) -> Entry:
        """Give ``entry`` with the new numbers. Should the server have it with the old ones after all, it stays as it came there."""
        changes = tuple(self._of(change) for change in entry.transaction.changes)
        shown = {name: self.numbers.get(value, value) for name, value in entry.params.items()}
        before = entry.transaction
        transaction = before if changes == before.changes else msgspec.structs.replace(before, changes=changes, purged=True)
        return msgspec.structs.replace(entry, transaction=transaction, params=shown)

    def _of(self, change: Change) -> Change:
        edit = change.fields.get("number")
        number = self.numbers.get(str(edit.to)) if edit is not None and change.kind == "quote" else None
        return change if number is None else msgspec.structs.replace(change, fields=change.fields | {"number": Edit(to=number)})
