"""A small organisation on the engine of the test, its people and their phones, for tests that go through the real services."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import msgspec

from shared.ids import RANDOM_BYTES, uuid7
from shared.models.conflict import ConflictEntry
from shared.sync import codec, digest
from shared.sync.change import Base, Change, Edit, Op, Transaction
from shared.sync.clock import pack
from shared.sync.policy import Value
from shared.sync.protocol import Outcome, PullAnswer, PushAnswer, PushRequest
from shared.sync.record import Record
from sync_server.services import epochs
from sync_server.services.authoring import Author
from sync_server.services.conflicts import conflict_id
from sync_server.services.identity import DeviceIdentity
from sync_server.services.pull import PullRequest, PullService
from sync_server.services.push import PushService
from sync_server.storage.database import Database
from sync_server.storage.tables import DEVICE
from tests.contract.stores import fresh

NOON = 1_795_348_800_000
"""2026-11-22T12:00Z."""
MINUTE = 60_000
DAY = 86_400_000


class FakeClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def now_ms(self) -> int:
        return self.now

    def zone(self) -> str:
        return "UTC"


class Counting:
    """Randomness that never repeats and is the same in each run."""

    def __init__(self, first: int = 1) -> None:
        self._count = count(first)

    def token(self, size: int) -> bytes:
        return next(self._count).to_bytes(size, "big")

    def uniform(self) -> float:
        return 0.5


class World:
    """One organisation: Lyon and Nantes, Élodie in Lyon, Nikos in Nantes, Marie who leads both, and an admin."""

    def __init__(self, path: Path | None = None, first: int = 1, database: Database | None = None) -> None:
        self.clock = FakeClock()
        self.randomness = Counting(first)
        self.author = Author(self.clock, self.randomness)
        self.use(database or (fresh() if path is None else Database.open(path)))
        self._codes = (f"K{number}" for number in count(2))
        with self.database.write() as connection:
            epochs.begin(connection, self.randomness)
        self.lyon = self.authored("territory", name="Lyon")
        self.nantes = self.authored("territory", name="Nantes")
        self.elodie = self.user("Élodie", "rep", self.lyon)
        self.nikos = self.user("Nikos", "rep", self.nantes)
        self.marie = self.user("Marie", "manager", self.lyon, self.nantes)
        self.admin = self.user("Ada", "admin", self.lyon)

    def use(self, database: Database) -> None:
        """Serve from ``database`` from here on."""
        self.database = database
        self.push = PushService(database, self.clock)
        self.pull = PullService(database, self.clock)

    def authored(self, kind: str, **fields: Value) -> str:
        with self.database.write() as connection:
            return self.author.create(connection, kind, fields)

    def rewrite(self, kind: str, id_: str, **fields: Value) -> None:
        with self.database.write() as connection:
            self.author.update(connection, kind, id_, fields)

    def user(self, name: str, role: str, *territories: str) -> tuple[str, str]:
        user_id = self.authored("user", name=name, role=role, active=True)
        for territory in territories:
            self.authored("assignment", territory_id=territory, user_id=user_id, valid_from="2026-01-01")
        return user_id, role

    def account(self, name: str = "Fournil Bellevue", territory: str | None = None, **fields: Value) -> str:
        return self.authored("account", name=name, territory_id=territory or self.lyon, **fields)

    def phone(self, user: tuple[str, str]) -> "Phone":
        user_id, role = user
        code = next(self._codes)
        device = DeviceIdentity(f"device-{code}", code, user_id, role)
        row = {"id": device.device_id, "code": code, "user_id": user_id, "name": code, "platform": "test", "enrolled_at": self.clock.now}
        with self.database.write() as connection:
            connection.execute(DEVICE.insert().values(**row))
        return Phone(self, device)


@dataclass
class Phone:
    """A device that keeps what it pulled; ``skew`` is how many ms its clock is ahead of the server's."""

    world: World
    device: DeviceIdentity
    skew: int = 0
    cursor: str = ""
    records: dict[str, Record] = field(default_factory=dict)
    seq: int = 0
    last: PullAnswer | None = None
    stale: set[str] = field(default_factory=set)
    _ticks: int = 0

    def pull(self, limit: int = 1000) -> None:
        """Pull until nothing more comes, through the bytes on the wire."""
        while self.take(limit):
            pass

    def take(self, limit: int) -> bool:
        """Pull one page and take it as the app does; say whether there is more."""
        page = self.page(limit)
        come = {record.id: record for record in codec.from_rows(page)}
        homes = {i: record.scope for i, record in come.items() if i == record.root and i in self.records}
        self.stale |= {i for i, r in self.records.items() if i != r.root and r.scope != homes.get(r.root, r.scope)}
        gone = set(page.left)
        if page.again:
            self.stale |= {i for i, r in self.records.items() if {i, r.root} & gone or r.scope in page.again}
            gone = set()
        left = {i for i, r in self.records.items() if {i, r.root} & gone or r.scope in page.lost_scopes}
        self.stale -= come.keys() | left
        if not page.more:
            left, self.stale = left | self.stale, set()
        self.records = {i: r for i, r in self.records.items() if i not in left} | come
        self.cursor, self.last = page.cursor, page
        return page.more

    def page(self, limit: int = 1000, cursor: str | None = None) -> PullAnswer:
        request = PullRequest(self.cursor if cursor is None else cursor, limit, digest=True)
        return codec.decode(codec.encode(self.world.pull.pull(self.device, request)), PullAnswer)

    def digests(self) -> dict[str, str]:
        """What the device holds, scope by scope."""
        assert self.last is not None
        return {scope: _digest([r for r in self.records.values() if r.scope == scope and r.live]) for scope in self.last.scopes}

    def new_id(self) -> str:
        return uuid7(self.world.clock.now, self.world.randomness.token(RANDOM_BYTES))

    def stamp(self) -> int:
        self._ticks += 1
        return pack(self.world.clock.now + self.skew, self._ticks)

    def base(self) -> Base | None:
        """All that was pulled so far."""
        return Base(self.last.epoch.id, self.last.head) if self.last is not None else None

    def change(self, kind: str, id_: str, op: Op = "update", **fields: Value | Edit) -> Change:
        known = self.records.get(id_)
        edits = {
            name: value if isinstance(value, Edit) else Edit(value, known.value(name) if known else None) for name, value in fields.items()
        }
        return Change(kind, id_, op, self.stamp(), edits, self.base())

    def transaction(self, *changes: Change, needs: tuple[str, ...] = ()) -> Transaction:
        self.seq += 1
        return Transaction(self.new_id(), changes, needs, self.seq)

    def edit(self, kind: str, id_: str, **fields: Value | Edit) -> Transaction:
        return self.transaction(self.change(kind, id_, "update", **fields))

    def create(self, kind: str, **fields: Value | Edit) -> tuple[str, Transaction]:
        id_ = self.new_id()
        return id_, self.transaction(self.change(kind, id_, "create", **fields))

    def delete(self, kind: str, id_: str) -> Transaction:
        return self.transaction(self.change(kind, id_, "delete"))

    def push_all(self, *transactions: Transaction) -> PushAnswer:
        request = PushRequest(self.world.clock.now + self.skew, transactions)
        request = codec.decode(codec.encode(request), PushRequest)
        return codec.decode(codec.encode(self.world.push.push(self.device, request)), PushAnswer)

    def push(self, transaction: Transaction) -> Outcome:
        return self.push_all(transaction).outcomes[0]

    def conflict(self, record_id: str, field_name: str) -> "SeenConflict":
        """The conflict as this phone has pulled it."""
        record = self.records[conflict_id(record_id, field_name)]
        entries = msgspec.json.decode(str(record.value("entries")), type=list[ConflictEntry])
        return SeenConflict(str(record.value("state")), entries, int(str(record.value("standing"))), record)


@dataclass(frozen=True)
class SeenConflict:
    state: str
    entries: list[ConflictEntry]
    standing: int
    record: Record

    @property
    def values(self) -> set[Value]:
        return {str(entry.value) for entry in self.entries}

    @property
    def stands(self) -> Value:
        return self.entries[self.standing].value


def _digest(records: list[Record]) -> str:
    return digest.shown(digest.total(map(digest.item, records)), len(records))


def ready() -> tuple[World, str, Phone]:
    """Give an organisation, one of its customers, and the phone of a rep who has pulled."""
    world = World()
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()
    return world, account, phone
