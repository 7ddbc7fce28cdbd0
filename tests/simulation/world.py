"""One organisation with its server, and phones without screens: production code over fakes for time, chance and the link."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from mobile_app.bootstrap import Ports
from mobile_app.bootstrap.host import DeviceHost
from mobile_app.data.desk import Draft, Label, RecordEdit
from mobile_app.data.device import Device
from mobile_app.data.executor import InlineExecutor
from mobile_app.data.gate import Opened
from mobile_app.data.key_file import KeyPolicy
from mobile_app.sync.engine import RoundEnd
from shared.models.registry import MODELS, raw_table
from shared.sync.change import Base, Edit
from shared.sync.policy import Value
from shared.sync.protocol import PROTOCOL
from sync_server.api.app import create_app
from sync_server.api.deps import Context
from sync_server.config import Config, ScryptCost
from sync_server.services import territories, users
from sync_server.services.auth import Sessions
from sync_server.services.authoring import Author
from sync_server.services.backup import Backups
from sync_server.services.ledger import Ledger
from sync_server.services.organisation import create_organisation
from sync_server.services.passwords import Passwords
from sync_server.services.restore import Restorer
from sync_server.storage.database import Database
from tests.fakes.device import FakeClock, SeededRandomness
from tests.simulation.link import FaultyLink

PIN = "258013"
PASSWORD = "correct horse battery"
SERVER = "http://localhost"
BACKUP_KEY = bytes(range(32))
CHEAP = ScryptCost(log_n=1, r=1, p=1)


async def never(seconds: float) -> None:
    """Sleep until the device closes: rounds run when the test says so."""
    await asyncio.Event().wait()


class World:
    """The server and the people. ``clock`` is the server's; a phone may be given another."""

    def __init__(self, folder: Path, database: Database | None = None) -> None:
        self.folder = folder
        self._lent = database is not None
        self.clock, self.randomness = FakeClock(), SeededRandomness()
        self.config = Config(data=folder / "server", scrypt=CHEAP)
        self.config.data.mkdir(parents=True)
        self.database = database or Database.open(self.config.database)
        self.author = Author(self.clock, self.randomness)
        self.passwords = Passwords(CHEAP, self.randomness)
        self.ids: dict[str, str] = {}
        with self.database.write() as connection:
            create_organisation(connection, "Fournil & Cie", self.config.recovery_key, self.clock, self.randomness)
        self.start_server()

    def start_server(self) -> None:
        """Build the app anew on the same file, as after a restart."""
        sessions = Sessions(self.database, self.config, self.clock, self.randomness, self.passwords)
        self.app = create_app(Context(self.database, self.clock, self.randomness, self.config.leases), sessions, self.config)

    def backup(self) -> Path:
        """Make a verified backup."""
        self.clock.now += 1_000
        return Backups(self.database, self.folder / "backups", BACKUP_KEY, self.clock, self.randomness).make().path

    def restore(self, path: Path) -> None:
        """Put a backup in the place of everything, an hour later; everybody's session is gone."""
        self.clock.now += 3_600_000
        Restorer(self.database, self.ledger, self.clock, self.randomness).restore(path, BACKUP_KEY, replace=True)
        self.start_server()

    @property
    def ledger(self) -> Ledger:
        """What no restore undoes."""
        return Ledger(self.config.ledger)

    def person(self, login: str, role: str, *territory_names: str) -> str:
        """Add a person who works these territories (made where missing) since long ago; give her id."""
        with self.database.write() as connection:
            new = users.NewUser(login, login.title(), role, "fr")
            user_id = users.add_user(connection, self.author, new, self.passwords.hash(PASSWORD))
            for name in territory_names:
                if name not in self.ids:
                    self.ids[name] = territories.add_territory(connection, self.author, name)
                territories.assign(connection, self.author, name, login, (date(2020, 1, 1), None))
        return user_id

    def account(self, name: str, territory: str, **fields: Value) -> str:
        """Let the office add an account; give its id."""
        with self.database.write() as connection:
            values = {"name": name, "territory_id": self.ids[territory], "country": "FR", **fields}
            return self.author.create(connection, "account", values)

    def product(self, *breaks: tuple[int, int]) -> str:
        """Let the office sell something, with a price, others from some quantities (thousandths) on, and a tax; give its id."""
        with self.database.write() as connection:
            product = self.author.create(connection, "product", {"sku": "OVEN", "name_en": "Oven", "tax_code": "full", "active": True})
            prices = self.author.create(
                connection, "price_list", {"name": "T", "version": 1, "currency": "EUR", "valid_from": "2020-01-01"}
            )
            for quantity, price in ((0, 1_055), *breaks):
                rule: dict[str, Value] = {"price_list_id": prices, "product_id": product, "price": price, "min_quantity": quantity}
                self.author.create(connection, "price_rule", rule)
            rate: dict[str, Value] = {"country": "FR", "code": "full", "rate": 2_000, "valid_from": "2014-01-01"}
            self.author.create(connection, "tax_rate", rate)
            return product

    def office(self, kind: str, id_: str, **fields: Value) -> None:
        """Let the server itself change a record."""
        with self.database.write() as connection:
            self.author.update(connection, kind, id_, fields)

    async def phone(
        self, login: str, *, clock: FakeClock | None = None, name: str = "phone", spoken: int = PROTOCOL, platform: str = "android"
    ) -> Phone:
        """Enrol a phone for ``login`` that says this protocol, and fetch everything."""
        phone = Phone(self, login, clock or self.clock, name, spoken, platform)
        await phone.enrol()
        return phone

    def close(self) -> None:
        """Close the database, if it is this world's own."""
        if not self._lent:
            self.database.close()


@dataclass
class Phone:
    """One device without a screen."""

    world: World
    login: str
    clock: FakeClock
    name: str
    spoken: int = PROTOCOL
    platform: str = "android"
    link: FaultyLink = field(init=False)
    host: DeviceHost = field(init=False)

    def __post_init__(self) -> None:
        self.boot()

    @property
    def folder(self) -> Path:
        """Where this phone keeps its files."""
        return self.world.folder / f"{self.login}-{self.name}"

    def boot(self) -> None:
        """Start the app, as after a restart of the phone."""
        self.link = FaultyLink(self.world.app, self.spoken)
        self.host = DeviceHost(self.folder, SERVER, self.ports())

    def ports(self) -> Ports:
        """What this phone has from outside."""
        return Ports(
            clock=self.clock,
            randomness=SeededRandomness(sum(map(ord, self.login + self.name))),
            sleep=never,
            transport=lambda: self.link,
            executor=InlineExecutor,
            key_policy=KeyPolicy(scrypt_n=2),
            platform=self.platform,
        )

    async def enrol(self) -> None:
        """Sign in for the first time and fetch everything."""
        await self.host.arrive()
        await self.host.enrol(SERVER, self.login, PASSWORD, PIN, self.name)
        await self.quiet()

    async def unlock(self) -> None:
        """Open the vault with the PIN."""
        await self.host.arrive()
        await self.host.unlock(PIN)
        await self.quiet()

    async def quiet(self) -> None:
        """End the scheduler's own round, so that rounds happen when the test says so; one is then run."""
        opened = self.host._open
        assert opened is not None
        await opened.scheduler.stop()
        if not self.link.offline:
            await self.round()

    async def enrolled_anew(self) -> None:
        """Wait until the phone has become another device."""
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "enrol anew"))
        await self.quiet()

    async def restart(self) -> None:
        """Kill the app without locking (the vault's file is what the power cut left), then start and unlock it."""
        self.host._open = None
        self.boot()
        await self.unlock()

    @property
    def device(self) -> Device:
        """The open device."""
        state = self.host.state
        assert isinstance(state, Opened), state
        return state.device

    async def sign_in(self) -> None:
        """Give the password again, and fetch what there is."""
        await self.host.sign_in(self.login, PASSWORD)
        await self.quiet()

    async def round(self, *, verify: bool = False) -> RoundEnd:
        """Run one round."""
        opened = self.host._open
        assert opened is not None
        return await opened.engine.round(verify=verify)

    async def record(self, kind: str, id_: str) -> dict[str, Value] | None:
        """Give what the screen shows of a record, typed, or None."""

        def find(session: Session) -> dict[str, Value] | None:
            row = session.get(MODELS[kind], id_)
            return row.model_dump() if row is not None else None

        return await self.device.store.read(find)

    async def all_ids(self, kind: str) -> list[str]:
        """Give the ids of all records of a kind that the screens can show."""
        model = MODELS[kind]

        def find(session: Session) -> list[str]:
            return [row.model_dump()["id"] for row in session.exec(select(model))]

        return await self.device.store.read(find)

    async def edit(self, kind: str, id_: str, **fields: Value | Edit) -> str:
        """Change fields of a record against what the screen shows now."""
        return await self.edit_seen(kind, id_, await self.shown(kind, id_), **fields)

    async def edit_seen(self, kind: str, id_: str, shown: Shown, **fields: Value | Edit) -> str:
        """Change fields against what was ``shown`` when the form opened."""
        edits = {name: value if isinstance(value, Edit) else Edit(value, shown.fields[name]) for name, value in fields.items()}
        return await self.device.store.write(Draft((RecordEdit(kind, id_, "update", shown.base, edits),), Label("test")))

    async def delete(self, kind: str, id_: str) -> str:
        """Delete a record that the screen shows now."""
        shown = await self.shown(kind, id_)
        return await self.device.store.write(Draft((RecordEdit(kind, id_, "delete", shown.base, {}),), Label("test")))

    async def create(self, kind: str, **fields: Value) -> str:
        """Make a record."""
        id_ = self.device.store.new_id()
        edits = {name: Edit(add=tuple(value)) if isinstance(value, list) else Edit(value) for name, value in fields.items()}
        await self.device.store.write(Draft((RecordEdit(kind, id_, "create", None, edits),), Label("test")))
        return id_

    async def shown(self, kind: str, id_: str) -> Shown:
        """Give the record with its base, as a form that opens now would hold it."""
        epoch = self.device.store.epoch.id
        table = raw_table(kind)

        def find(session: Session) -> Shown:
            rev = session.connection().exec_driver_sql("SELECT rev FROM entry WHERE id = ?", (id_,)).scalar_one()
            row = session.connection().execute(table.select().where(table.c.id == id_)).mappings().one()
            return Shown(Base(epoch, int(rev)), dict(row))

        return await self.device.store.read(find)


@dataclass(frozen=True)
class Shown:
    """A record as a form holds it: the base and the stored values."""

    base: Base
    fields: dict[str, Value]
