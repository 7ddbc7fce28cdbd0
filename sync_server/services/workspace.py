"""The records that a batch works on, in memory: loaded together, changed transaction by transaction, written together."""

from collections.abc import Collection, Iterable

import msgspec
from sqlalchemy import Connection

from shared.models.registry import KINDS
from shared.sync.record import Record
from sync_server.services.scopes import archived, is_archived
from sync_server.storage import change_feed, meta, records, tombstones
from sync_server.storage.change_feed import Move
from sync_server.storage.records import Place, Written
from sync_server.storage.tombstones import Dropped


class Workspace:
    """A batch's view of the store. ``stage`` changes the running transaction's view, ``keep`` or ``drop`` ends it."""

    def __init__(self, connection: Connection, head: int) -> None:
        self.connection = connection
        self.head = head
        self._places: dict[str, Place | None] = {}
        self._dropped: dict[str, Dropped | None] = {}
        self._loaded: dict[str, Record] = {}
        self._kept: dict[str, Record] = {}
        self._staged: dict[str, Record] = {}
        self._moves: list[Move] = []
        self._staged_moves: list[Move] = []
        self._having: dict[tuple[str, str, str], list[str]] = {}

    def prefetch(self, ids: Collection[str], whole: Collection[str]) -> None:
        """Load the places of ``ids`` and the records of ``whole``, each in one query per kind."""
        wanted = [id_ for id_ in ids if id_ not in self._places]
        found = records.places(self.connection, wanted)
        self._places.update(dict.fromkeys(wanted))
        self._places.update(found)
        self._load([id_ for id_ in whole if id_ not in self._loaded])

    def _load(self, ids: Collection[str]) -> None:
        present = {id_: place for id_ in ids if (place := self._places.get(id_)) is not None}
        self._loaded.update(records.load(self.connection, present, ids))

    def place(self, id_: str) -> Place | Record | None:
        """Say where a record belongs now (kind, root, scope, deleted), without loading its fields."""
        found = self._staged.get(id_) or self._kept.get(id_) or self._places.get(id_)
        if found is None and id_ not in self._places:
            self.prefetch([id_], [])
            return self._places[id_]
        return found

    def dropped(self, id_: str) -> Dropped | None:
        """Say where an unknown record was whose tombstone was dropped."""
        if id_ not in self._dropped:
            self._dropped[id_] = tombstones.dropped(self.connection, [id_]).get(id_)
        return self._dropped[id_]

    def record(self, id_: str) -> Record | None:
        """Give a record as it is now, loading it where that was not foreseen."""
        return self._staged.get(id_) or self._kept.get(id_) or self._loaded.get(id_) or self._fetched(id_)

    def before(self, id_: str) -> Record | None:
        """Give a record as the transactions before the running one left it."""
        return self._kept.get(id_) or self._fetched(id_)

    def _fetched(self, id_: str) -> Record | None:
        if id_ not in self._loaded and self.place(id_) is not None:
            self._load([id_])
        return self._loaded.get(id_)

    def under(self, roots: Collection[str]) -> list[Record]:
        """Give every record below ``roots`` as it is now, the roots included."""
        found = records.places_of_roots(self.connection, roots)
        self._places.update(found)
        self._load([id_ for id_ in found if id_ not in self._loaded])
        ids = {*found, *(id_ for batch in (self._kept, self._staged) for id_, record in batch.items() if record.root in roots)}
        standing = (self.record(id_) for id_ in sorted(ids))
        return [record for record in standing if record is not None and record.root in roots]

    def owned(self, kind: str, owner: str) -> list[Record]:
        """Give the records of a ``kind`` whose nearer parent is ``owner`` (a quote's lines), as they are now, deleted ones too."""
        return self.having(kind, (KINDS[kind].owner or ("", ""))[0], owner)

    def having(self, kind: str, field: str, value: str) -> list[Record]:
        """Give the records of a ``kind`` of which a field has this value, as they are now, deleted ones too."""
        asked = (kind, field, value)
        if asked not in self._having:
            self._having[asked] = records.ids_where(self.connection, kind, field, value)
            self.prefetch(self._having[asked], self._having[asked])
        changed = (id_ for batch in (self._kept, self._staged) for id_, record in batch.items() if record.kind == kind)
        standing = (self.record(id_) for id_ in sorted({*self._having[asked], *changed}))
        return [record for record in standing if record is not None and record.value(field) == value]

    def above(self, record: Record) -> list[Place | Record]:
        """Give the records below which one is, as far as they are known: its customer, and its nearer parent."""
        owner = KINDS[record.kind].owner
        if owner is None and record.root == record.id:
            return []
        ids = [record.root] if owner is None else [record.root, str(record.value(owner[0]))]
        found = (self.place(id_) for id_ in ids if id_ != record.id)
        return [place for place in found if place is not None]

    def scope_then(self, root: str, at: int) -> str:
        """Give the scope that a root was in at an instant (ms), as far as its moves since tell; '' where it has not moved since."""
        return change_feed.scope_before(self.connection, root, at)

    def stage(self, record: Record) -> None:
        """Change a record within the running transaction."""
        self._staged[record.id] = record

    def stage_move_of_root(self, account: Record, target: str, now: int) -> None:
        """Stage the move of all that is below an account (not of the account itself) to another scope."""
        rev = self.head + 1
        self._staged_moves.append(Move(rev, account.id, account.scope, target, now))
        returns = change_feed.has_left(self.connection, account.id, target)
        for record in self.under([account.id]):
            if record.id == account.id:
                continue
            aside = is_archived(record.scope)
            if (
                aside and returns
            ):  # archived while it was elsewhere: a phone that has it from before must be told that it does not come back
                self._staged_moves.append(Move(rev, record.id, target, archived(target), now))
            self.stage(msgspec.structs.replace(record, scope=archived(target) if aside else target, rev=rev))

    def stage_move(self, record: Record, target: str, now: int) -> None:
        """Stage the move of one record alone to another scope."""
        rev = self.head + 1
        self._staged_moves.append(Move(rev, record.id, record.scope, target, now))
        self.stage(msgspec.structs.replace(record, scope=target, rev=rev))

    @property
    def staged(self) -> Iterable[Record]:
        """What the running transaction has changed so far."""
        return self._staged.values()

    def keep(self) -> int:
        """End the running transaction well. Gives its rev: a new one only where something changed."""
        if self._staged:
            self.head += 1
            self._kept.update(self._staged)
            self._moves.extend(self._staged_moves)
        self.drop()
        return self.head

    def amend(self, record: Record) -> None:
        """Complete what the transactions so far left of a record, at the rev of one of them; between transactions."""
        self._kept[record.id] = record

    def drop(self) -> None:
        """Forget what the running transaction changed."""
        self._staged = {}
        self._staged_moves = []

    def flush(self) -> None:
        """Write everything that was kept, in bulk, and move the head of the feed."""
        if not self._kept:
            return
        written = [Written(record, self._places.get(id_)) for id_, record in self._kept.items()]
        records.save(self.connection, written)
        change_feed.record_moves(self.connection, self._moves)
        meta.set_head(self.connection, self.head)
