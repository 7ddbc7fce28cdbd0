"""Which files the records of this device name: what is shown, what is on its way out, what waits for a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mobile_app.data.journal import Journal
from mobile_app.data.named_files import FIELDS, KIND, files_named
from mobile_app.data.outbox import ATTENTION, SENDABLE, Item, Outbox
from mobile_app.data.shown import Shown
from mobile_app.data.working_set import WorkingSet


@dataclass(frozen=True, slots=True)
class Named:
    """Hashes: ``full`` with their sizes and ``small`` of records that are shown; ``hidden`` of deleted ones; ``held`` of refused work.

    ``unsent`` of work that is on its way.
    """

    full: dict[str, int] = field(default_factory=dict)
    small: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    unsent: frozenset[str] = frozenset()

    def shows(self, sha256: str) -> bool:
        """Whether a record that is shown names it."""
        return sha256 in self.full or sha256 in self.small


class BlobNames:
    """On the owner's thread."""

    def __init__(self, working_set: WorkingSet, shown: Shown, outbox: Outbox, journal: Journal) -> None:
        self._working_set = working_set
        self._shown = shown
        self._outbox = outbox
        self._journal = journal

    def now(self) -> Named:
        """What is named at this moment."""
        ask = self._working_set.ask
        rows = ask("SELECT sha256, thumb_sha256, size FROM attachment WHERE sha256 IS NOT NULL")
        ids = [str(id_) for (id_,) in ask("SELECT id FROM entry WHERE kind = ? AND NOT visible", (KIND,))]
        hidden = {str(item.record.value(name)) for item in self._shown.lay(ids).values() if item is not None for name in FIELDS}
        return Named(
            {sha256: int(size or 0) for sha256, _, size in rows},
            frozenset(thumb for _, thumb, _ in rows if thumb),
            frozenset(hidden),
            frozenset(_named_by(item for item in self._outbox if item.state in ATTENTION)),
            frozenset(_named_by(item for item in self._outbox if item.state in SENDABLE)),
        )

    def acknowledged(self) -> set[str]:
        """What the server has been told of, by the journal: its bytes are owed, also where the record has left this device."""
        return set(files_named(change for _, entry in self._journal.entries() for change in entry.transaction.changes))


def _named_by(items: Iterable[Item]) -> Iterable[str]:
    return files_named(change for item in items for change in item.entry.transaction.changes)
