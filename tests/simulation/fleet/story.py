"""One seed: two hundred steps of persons, phones, office, clocks and faults, drawn by chance. The same seed, the same story."""

from __future__ import annotations

import gc
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256

from shared.sync.protocol import PROTOCOL
from tests.fakes.device import Killed
from tests.simulation.fleet.backups import Backups
from tests.simulation.fleet.copying import Copies
from tests.simulation.fleet.disk import Point
from tests.simulation.fleet.finish import finish, whole_round
from tests.simulation.fleet.fleet import Fleet
from tests.simulation.fleet.handset import Handset
from tests.simulation.fleet.ledger import Broken
from tests.simulation.fleet.office import Office
from tests.simulation.fleet.people import People
from tests.simulation.fleet.quick import quick_boots
from tests.simulation.fleet.server import CommitFault, Server
from tests.simulation.fleet.start import Start, organisation
from tests.simulation.fleet.wire import Fault

STEPS = 200
DAY_MS = 86_400_000
_SLOW = 0.5
"""The share of seeds in which months go by, and a phone may sleep through them."""
_ROLLING = 0.3
"""The share of seeds in which one phone begins with the app before this one."""
_NAP_DAYS = (60, 300)
_THERE: tuple[Fault, ...] = ("request_lost", "captive", "torn_request", "twice", "kept_copy")
_BACK: tuple[Fault, ...] = ("answer_lost", "torn_answer", "old_answer", "server_died_after_commit")


@dataclass(frozen=True, slots=True)
class Report:
    """What one seed came to. ``trace`` is the same for the same seed."""

    seed: int
    broken: tuple[Broken, ...]
    faults: Counter[str]
    trace: str
    story: tuple[str, ...]


@cache
def _beginning() -> tuple[Server, Start]:
    """The world of every seed, built once a process: each phone has pulled all that it may see."""
    server = Server()
    start = organisation(server)
    fleet = Fleet(server, start, 0)
    for phone in fleet.phones.values():
        whole_round(fleet, phone)
    phones = tuple(replace(each, disk=fleet.phones[each.name].disk.database.serialize()) for each in start.phones)
    start = replace(start, phones=phones, image=server.image())
    fleet.close()
    gc.collect()
    gc.freeze()
    return server, start


def run(seed: int, steps: int = STEPS) -> Report:
    """Play one seed and check it."""
    with quick_boots():
        server, start = _beginning()
        return Story(Fleet(server, start, seed), random.Random(seed)).play(steps)  # noqa: S311


@dataclass
class Story:
    """A fleet and the dice that drive it."""

    fleet: Fleet
    dice: random.Random
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.people = People(self.fleet.start, self.dice)
        self.backups = Backups(self.fleet)
        self.copies = Copies(self.fleet)
        self.office = Office(self.fleet, self.dice, self.backups.erasures)
        self.backups.plan(self.dice.random())
        self._slow = self.dice.random() < _SLOW
        if self._slow:
            self.people.deletes = 60
        self._asleep: dict[str, int] = {}
        if self.dice.random() < _ROLLING:
            self._speak(self.dice.choice(list(self.fleet.phones)), PROTOCOL - 1)

    def play(self, steps: int) -> Report:
        """Take the steps, let all settle, and say what was wrong."""
        for _ in range(steps):
            self._time_goes_by()
            self.told.append(self._step())
            self._look_around()
            if self.fleet.ledger.broken:
                break
        if not self.fleet.ledger.broken:
            finish(self.fleet)
        self.told.append(f"head {self.fleet.door.head()}")
        broken = tuple(self.fleet.ledger.broken)
        self.fleet.close()
        trace = sha256("\n".join([*self.told, *(each.what for each in broken)]).encode()).hexdigest()
        return Report(self.fleet.seed, broken, self.fleet.ledger.faults, trace, tuple(self.told))

    def _time_goes_by(self) -> None:
        long = self.dice.random() < (0.12 if self._asleep else 0.01)
        most = (40 if self._asleep else 3) * DAY_MS
        self.fleet.now.forward(self.dice.randrange(3_600_000, most) if long else self.dice.randrange(100, 9_000))
        self._asleep = {name: until for name, until in self._asleep.items() if until > self.fleet.now.now}
        for phone in self.fleet.phones.values():
            phone.set_clock()

    def _step(self) -> str:
        fleet = self.fleet
        steps: list[tuple[Callable[[], str], float]] = [
            (self._someone_acts, 40),
            (self._someone_syncs, 12),
            (self._a_message_goes_on, 60 if fleet.wire.waiting else 0),
            (self._an_old_copy_arrives, 4 if fleet.wire.copies else 0),
            (self._a_phone_dies, 2.5),
            (self._a_disk_is_full, 1),
            (self._the_server_stumbles, 2),
            (self._a_clock_jumps, 0.6),
            (self.office.corrects, 1.5),
            (self._told(self.office.moves_account), 1),
            (self._told(self.office.reassigns), 1),
            (self._told(self.office.revokes), 0.4),
            (self._told(self.office.erases), 0.4),
            (self._told(self._an_app_is_updated), 0.5 if self._old else 0),
            (self._told(self._somebody_sleeps), 4 if self._slow else 0),
            (self.office.tidies, 26 if self._slow else 4),
            (lambda: self.copies.make(self._a_phone()), 1),
            (self._told(self._a_copy_is_restored), 1.5 if self.copies.restorable(self._asleep) else 0),
            (self.backups.make, self.backups.haste),
            (self._told(self.backups.restore), self.backups.haste if self.backups.may_restore else 0),
        ]
        return self.dice.choices([each for each, _ in steps], [weight for _, weight in steps])[0]()

    def _somebody_sleeps(self) -> str:
        """A phone lies in a drawer for weeks or months; two stay awake at least."""
        name = self.dice.choice(list(self.fleet.phones))
        if len(self._asleep) < len(self.fleet.phones) - 2:
            self._asleep[name] = self.fleet.now.now + self.dice.randrange(*_NAP_DAYS) * DAY_MS
            self._lay_aside(self.fleet.phones[name])
        return "asleep"

    def _lay_aside(self, phone: Handset) -> None:
        if phone.opened is not None:
            try:
                self.people.leave_work(phone)
            except Killed as death:
                phone.dies(death)

    @property
    def _old(self) -> list[str]:
        return [name for name, phone in self.fleet.phones.items() if phone.spoken < PROTOCOL and name not in self._asleep]

    def _speak(self, name: str, protocol: int) -> None:
        phone = self.fleet.phones[name]
        phone.kill()
        phone.spoken = protocol

    def _an_app_is_updated(self) -> str:
        """The app that spoke the protocol before this one is replaced: it ends, and begins again as the new one."""
        self._speak(self._old[0], PROTOCOL)
        return "updated"

    def _a_copy_is_restored(self) -> str:
        names = self.copies.restorable(self._asleep)
        name = self.dice.choice(self.copies.outdated(names) or names)
        self.backups.left = 0
        self.people.forms.pop(name, None)
        self.copies.restore(name)
        self._lay_aside(self.fleet.phones[name])
        return "copy_restored"

    def _told(self, fault: Callable[[], str]) -> Callable[[], str]:
        def strike() -> str:
            name = fault()
            if name:
                self.fleet.ledger.faults[name.partition(":")[0]] += 1
            return name

        return strike

    def _a_phone(self) -> Handset:
        phone = self.fleet.phones[self.dice.choice([name for name in self.fleet.phones if name not in self._asleep])]
        while phone.opened is None:
            phone.boot()
        return phone

    def _someone_acts(self) -> str:
        phone = self._a_phone()
        try:
            return f"{phone.name} {self.people.act(phone)}"
        except Killed as death:
            phone.dies(death)
            return f"{phone.name} died {death}"

    def _someone_syncs(self) -> str:
        phone = self._a_phone()
        phone.app.api.page = self.dice.choice((3, 10, 40, 1_000))
        phone.app.store.batch = self.dice.choice((1, 4, 500))
        phone.begin_round(verify=self.dice.random() < 0.2)
        return f"{phone.name} syncs"

    def _a_message_goes_on(self) -> str:
        waiting = self.fleet.wire.waiting
        message = waiting[0] if self.dice.random() < 0.7 else self.dice.choice(waiting)
        if message is not waiting[0]:
            self.fleet.ledger.faults["delayed"] += 1
        fault: Fault = ""
        if self.dice.random() < 0.15:
            fault = self.dice.choice(_THERE if message.answer is None else _BACK)
            self.fleet.ledger.faults[fault] += 1
        there = message.answer is None
        self.fleet.wire.carry(message, fault)
        if fault == "server_died_after_commit":
            self.fleet.server.start()
        if there and message in waiting and self.dice.random() < 0.7:
            self.fleet.wire.carry(message)
        self.fleet.loop.idle()
        return f"{message.device} {message.call} {fault}"

    def _an_old_copy_arrives(self) -> str:
        copy = self.dice.choice(self.fleet.wire.copies)
        self.fleet.ledger.faults["late_copy"] += 1
        self.fleet.wire.replay(copy)
        return f"{copy.device} {copy.call} again"

    def _a_phone_dies(self) -> str:
        """At a point of a coming transaction, or here, whatever it is waiting for."""
        point: Point = self.dice.choice(("", "", "in_transaction", "before_commit", "after_commit"))
        if point:
            phone = self._a_phone()
            phone.disk.arm(point, self.dice.randrange(1, 4))
            return f"{phone.name} will die {point}"
        answered = [message.device for message in self.fleet.wire.waiting if message.answer is not None]
        waiting = answered or [message.device for message in self.fleet.wire.waiting]
        phone = self.fleet.phones[self.dice.choice(waiting)] if waiting and self.dice.random() < 0.8 else self._a_phone()
        if phone.opened is None:
            return f"{phone.name} is off"
        self._kill_where_it_is(phone)
        return f"{phone.name} died"

    def _kill_where_it_is(self, phone: Handset) -> None:
        waits = [message for message in self.fleet.wire.waiting if message.device == phone.name]
        where = "killed_at_rest"
        if waits:
            where = "killed_before_the_answer" if waits[0].answer is None else "killed_before_the_answer_is_noted"
        self.fleet.ledger.faults[where] += 1
        phone.dies_at_rest()

    def _a_disk_is_full(self) -> str:
        phone = self._a_phone()
        phone.disk.full = not phone.disk.full
        self.fleet.ledger.faults["phone_full"] += phone.disk.full
        return f"{phone.name} full {phone.disk.full}"

    def _the_server_stumbles(self) -> str:
        fault: CommitFault = self.dice.choice(("dies", "full", "busy"))
        self.fleet.server.fault = fault
        return f"server {fault}"

    def _a_clock_jumps(self) -> str:
        phone = self._a_phone()
        phone.skew = self.dice.choice((0, -DAY_MS, 3_650 * DAY_MS, 300_000))
        self.fleet.ledger.faults["clock_jump"] += 1
        return f"{phone.name} clock {phone.skew}"

    def _look_around(self) -> None:
        """See which rounds ended, who was wiped, who must sign in."""
        for phone in list(self.fleet.phones.values()):
            had = phone.opened
            end = phone.ended_round()
            if had is not None and phone.opened is None:
                self.told.append(f"{phone.name} died in a round")
            if end is not None:
                self.told.append(f"{phone.name} {end.phase} {end.code}")
            if phone.wiped:
                self.fleet.ledger.faults["wiped"] += 1
                self.fleet.replace_phone(phone)
            elif phone.copied and phone.opened is not None and phone.round is None:
                self.fleet.enrol_anew(phone)
            elif end is not None and end.phase == "signed_out" and self.dice.random() < 0.5:
                self.fleet.ledger.faults["signed_out"] += 1
                phone.sign_in(self.fleet.new_session(phone))
