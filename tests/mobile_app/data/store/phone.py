"""A phone for tests: a real store over a real vault on a disk in memory, and a server's words to feed it."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import rmtree
from uuid import uuid4

from mobile_app.data.desk import Draft, Label, RecordEdit
from mobile_app.data.executor import InlineExecutor
from mobile_app.data.key_states import DataKey
from mobile_app.data.store import Identity, Store
from mobile_app.data.vault import Vault
from shared.models.registry import COLUMNS, KINDS
from shared.sync.change import Base, Epoch, Transaction
from shared.sync.clock import pack
from shared.sync.codec import to_rows
from shared.sync.cursor import parted
from shared.sync.edits import edits
from shared.sync.policy import Value
from shared.sync.protocol import FieldError, Outcome, OutcomeStatus, PullAnswer, PushAnswer
from shared.sync.record import Mark, Record
from tests.fakes.crypto import DeviceCrypto
from tests.fakes.device import FakeClock, SeededRandomness
from tests.fakes.disk import MemoryDisk

EPOCH = Epoch("e1")
KEY = DataKey(b"k" * 32, 1)
LYON = "territory:lyon"


class Phone:
    """Open with ``await phone.start()``; ``kill`` and start again to see what survived."""

    def __init__(self, user_id: str = "u1", device: str = "K7") -> None:
        self.clock = FakeClock()
        self.chance = SeededRandomness()
        self.disk = MemoryDisk()
        self.identity = Identity(device, user_id)
        self.head = 0
        self.fts = True
        self._folder = Path(tempfile.gettempdir()) / f"phone-{uuid4().hex}"
        """Made for the first photo: only their bytes are on a real disk."""
        weakref.finalize(self, rmtree, self._folder, ignore_errors=True)

    async def start(self) -> Store:
        crypto = DeviceCrypto(self.chance)
        self.vault = Vault.open(self._folder / "vault", "org", connect=self.disk, crypto=crypto)
        self.vault.unlock(KEY)
        self.store = await Store.open(
            self.vault, InlineExecutor(), identity=self.identity, clock=self.clock, randomness=self.chance, fts=self.fts
        )
        weakref.finalize(self.store, self.store._working_set.close)
        return self.store

    async def kill(self) -> Store:
        """Lose everything but the disk, and start again."""
        self.disk.full = self.disk.dies_before_commit = self.disk.dies_after_commit = False
        await self.store.close()
        return await self.start()

    def page(self, *records: Record, left: Sequence[str] = (), more: bool = False, head: int | None = None) -> PullAnswer:
        """The next page of the feed after what the store has."""
        self.head = max([self.head, *(record.rev for record in records)]) if head is None else head
        scopes: dict[str, int] = {}
        kinds = to_rows(records, COLUMNS, scopes)
        asked = self.store._position.cursor
        at = self.clock.now_ms()
        return PullAnswer(
            EPOCH, at, asked, str(int(parted(asked)[0] or 0) + 1), more, self.head, list(scopes), kinds, pack(at), 0, list(left)
        )

    async def pull(self, *records: Record, left: Sequence[str] = (), more: bool = False) -> None:
        await self.store.apply(self.page(*records, left=left, more=more))

    async def push(self, *statuses: OutcomeStatus, rev: int | None = None, errors: Iterable[FieldError] = ()) -> tuple[Transaction, ...]:
        """Send what goes, and answer each transaction with the next of ``statuses`` (``applied`` for the rest)."""
        sent = await self.store.outgoing(500)
        outcomes = []
        for place, transaction in enumerate(sent):
            status: OutcomeStatus = statuses[place] if place < len(statuses) else "applied"
            self.head += 1
            refused = status in ("refused", "held")
            code = "out_of_scope" if status == "refused" else ""
            by = transaction.needs if status == "held" else ()
            found = tuple(errors) if status == "refused" else ()
            outcomes.append(Outcome(transaction.id, status, 0 if refused else rev or self.head, code, found, by))
        await self.store.acknowledge(self.answer(*outcomes))
        return sent

    def answer(self, *outcomes: Outcome) -> PushAnswer:
        at = self.clock.now_ms()
        return PushAnswer(EPOCH, at, 0, pack(at), 0, outcomes)

    async def create(self, kind: str, id_: str, **fields: Value) -> str:
        called = " ".join(str(fields[part]) for part in ("name", "first_name", "last_name") if fields.get(part))
        made = RecordEdit(kind, id_, "create", None, edits(KINDS[kind], {}, fields))
        return await self.store.write(Draft((made,), Label(f"{kind}.create", {"name": called})))

    async def delete(self, kind: str, id_: str, rev: int) -> str:
        return await self.store.write(Draft((RecordEdit(kind, id_, "delete", Base(EPOCH.id, rev)),), Label(f"{kind}.delete")))

    async def edit(self, kind: str, id_: str, shown: dict[str, Value], rev: int, **fields: Value) -> str:
        edit = RecordEdit(kind, id_, "update", Base(EPOCH.id, rev), edits(KINDS[kind], shown, fields))
        return await self.store.write(Draft((edit,), Label(f"{kind}.edit")))


def server_record(kind: str, id_: str, rev: int, *, root: str = "", scope: str = LYON, deleted: int = 0, **fields: Value) -> Record:
    """A record as the server says it."""
    kept: dict[str, Value] = {name: value for name, value in fields.items() if value is not None}
    parent = fields.get(KINDS[kind].parent or "")
    return Record(kind, id_, root or (str(parent) if parent else id_), scope, rev, Mark(pack(rev), "S0", rev), kept, deleted)


def account(id_: str, rev: int = 1, *, name: str = "Maison Lefèvre", deleted: int = 0, **fields: Value) -> Record:
    """A customer as the server says it."""
    whole: dict[str, Value] = {"name": name, "territory_id": "lyon", "country": "FR", **fields}
    return Record("account", id_, id_, LYON, rev, Mark(pack(rev), "S0", rev), whole, deleted)
