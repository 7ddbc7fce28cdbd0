"""The whole of it: one server, five phones, the wire between them, and a door that sees every call."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from mobile_app.data.session_state import SessionState
from mobile_app.data.shown import opened_record
from shared.sync.protocol import PROTOCOL, Tokens
from shared.sync.record import Record
from sync_server.services.devices import NewDevice, add_device
from tests.fakes.device import FakeClock
from tests.simulation.fleet.disk import Disk
from tests.simulation.fleet.door import Door
from tests.simulation.fleet.handset import ORGANISATION, Handset
from tests.simulation.fleet.ledger import Ledger
from tests.simulation.fleet.loop import StepLoop
from tests.simulation.fleet.rights import Rights
from tests.simulation.fleet.server import Server
from tests.simulation.fleet.start import BEGIN, Enrolled, Start
from tests.simulation.fleet.wire import Wire


@dataclass
class Fleet:
    """One seed's world. ``now`` is the true time, which is also the server's."""

    server: Server
    start: Start
    seed: int
    ledger: Ledger = field(default_factory=Ledger)
    loop: StepLoop = field(default_factory=StepLoop)
    phones: dict[str, Handset] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    """The phone of each device code."""

    def __post_init__(self) -> None:
        self.now = FakeClock(BEGIN)
        self.server.load(self.start.image, BEGIN, self.seed)
        self.server.clock = self.now
        self.server.start()
        self.rights = Rights(self.start.territories)
        self.door = Door(self.server, self.ledger, self.codes, self.rights)
        self.door.holds = self._held
        self.wire = Wire(self.door)
        for enrolled in self.start.phones:
            self.add_phone(enrolled)

    def add_phone(self, enrolled: Enrolled, spoken: int = PROTOCOL) -> Handset:
        """Switch a phone on, with an app that speaks this protocol."""
        session = SessionState(
            server="http://localhost",
            organisation=ORGANISATION,
            organisation_name="Fournil",
            device_id=enrolled.device_id,
            device_code=enrolled.code,
            profile=enrolled.profile,
            tokens=enrolled.tokens,
        )
        phone = Handset(
            name=enrolled.name,
            user_id=enrolled.user_id,
            role=enrolled.role,
            session=session,
            disk=Disk(enrolled.disk),
            loop=self.loop,
            wire=self.wire,
            ledger=self.ledger,
            on_applied=self.door.applied,
            seed=self.seed * 100 + len(self.codes),
            true_now=self.now,
            spoken=spoken,
        )
        self.phones[enrolled.name] = phone
        self.codes[enrolled.code] = enrolled.name
        phone.boot()
        return phone

    def replace_phone(self, phone: Handset) -> None:
        """A revoked phone was wiped; its owner enrols it anew, as another device with an empty vault."""
        for each in self.ledger.of_device(phone.name):
            if each.fate in ("accepted", "lost"):
                each.fate = "wiped"
        phone.kill()
        phone.disk.close()
        with self.server.database.write() as connection:
            device_id = self.server.author.new_id()
            code = add_device(connection, NewDevice(device_id, phone.user_id, phone.name, "simulation"), self.now.now)
            tokens = self.server.tokens.begin(connection, device_id, self.now.now)
        self.add_phone(Enrolled(phone.name, phone.user_id, phone.role, device_id, code, tokens), phone.spoken)

    def enrol_anew(self, phone: Handset) -> None:
        """A phone was told that its seqs were used before: it becomes another device of the same person."""
        phone.copied = False
        device_id = self.server.author.new_id()
        with self.server.database.write() as connection:
            code = add_device(connection, NewDevice(device_id, phone.user_id, phone.name, "simulation"), self.now.now)
            tokens = self.server.tokens.begin(connection, device_id, self.now.now)
        self.codes[code] = phone.name
        self.door.truth.part(phone.name)
        self.ledger.faults["enrolled_anew"] += 1
        phone.become(replace(phone.app.tokens.session, device_id=device_id, device_code=code, tokens=tokens))

    def _held(self, name: str, id_: str) -> Record | None:
        """What a phone's vault says of a record, if it is switched on."""
        opened = self.phones[name].opened
        found = opened.vault.records.get([id_]).get(id_) if opened is not None else None
        return opened_record(found[1]) if found is not None else None

    def new_session(self, phone: Handset) -> Tokens:
        """What the server gives to somebody who typed her password."""
        with self.server.database.write() as connection:
            return self.server.tokens.begin(connection, phone.app.tokens.session.device_id, self.now.now)

    def close(self) -> None:
        """Switch everything off."""
        for phone in self.phones.values():
            phone.kill()
            phone.disk.close()
