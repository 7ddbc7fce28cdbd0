"""Offers to a restored server that say more than their device can know: of whom a value is, how late it was written, how much there is."""

import msgspec
import pytest

from shared.sync.clock import COUNTER_MASK, pack
from shared.sync.policy import WHOLE_RECORD, Value
from shared.sync.record import RECOVERED, REMOVED, Mark, Record, every_mark
from tests.sync_server.sync.test_offers import heal, question, restored
from tests.sync_server.world import DAY, Phone, World

pytestmark = pytest.mark.usefixtures("engine")


class Forger:
    """A world that was restored: Élodie's phone is about to lie about a customer, Marie's lives in the new epoch already."""

    def __init__(self) -> None:
        self.world = World()
        self.account = self.world.account(city="Lyon")
        self.rep, self.manager = self.world.phone(self.world.elodie), self.world.phone(self.world.marie)
        self.rep.pull()
        self.manager.pull()
        self.lost, self.fork = restored(self.world)
        self.manager.pull()

    def says(self, value: Value, mark: Mark, field: str = "city") -> Record:
        standing = self.rep.records[self.account]
        fields = standing.fields | {field: value}
        return msgspec.structs.replace(standing, rev=self.fork + 5, fields=fields, marks={field: mark})

    def offers(self, *records: Record) -> None:
        heal(self.rep, self.lost, offers=records)

    def asked(self, phone: Phone) -> set[Value]:
        phone.pull()
        return {entry.value for entry in phone.conflict(self.account, "city").entries}


@pytest.mark.parametrize("seq", [0, 1, 2, 3, 1 << 53])
def test_what_somebody_writes_is_kept_whatever_is_offered_in_her_name(seq: int) -> None:
    forger = Forger()
    now = forger.world.clock.now
    hers = forger.manager.edit("account", forger.account, city="Villeurbanne")

    forger.offers(forger.says("Ghost", Mark(pack(now, COUNTER_MASK), forger.manager.device.code, forger.fork + 5, seq)))
    met = forger.manager.push(hers).status == "conflict"
    forger.manager.pull()

    assert forger.manager.records[forger.account].value("city") == "Villeurbanne" or "Villeurbanne" in forger.asked(forger.manager)
    assert met == (seq >= hers.seq)


@pytest.mark.parametrize("seq", [0, 1, 2, 3, 1 << 53])
def test_what_is_asked_already_is_kept_whatever_is_offered_in_its_authors_name(seq: int) -> None:
    forger = Forger()
    code, now = forger.manager.device.code, forger.world.clock.now
    other = forger.world.phone(forger.world.elodie)
    other.pull()
    hers = forger.manager.edit("account", forger.account, city="Villeurbanne")
    assert [other.push(other.edit("account", forger.account, city="Bron")).status, forger.manager.push(hers).status] == [
        "applied",
        "conflict",
    ]
    forged = [{"value": "Ghost", "user_id": "x", "device": code, "at": now, "seq": seq}]

    forger.offers(forger.says("Ghost", Mark(pack(now), code, forger.fork + 5, seq)))
    forger.offers(question(forger.rep, forger.account, forger.account, forger.fork + 6, entries=msgspec.json.encode(forged).decode()))

    assert {"Villeurbanne", "Bron"} <= forger.asked(forger.manager)


@pytest.mark.parametrize("stamp", [pack(1 << 47), (1 << 63) - 1, (1 << 64) - 1, -1])
def test_no_mark_of_an_offer_is_later_than_the_servers_now(stamp: int) -> None:
    forger = Forger()
    last, rev = pack(forger.world.clock.now, COUNTER_MASK), forger.fork + 5
    told = forger.says("Ghost", Mark(stamp, forger.rep.device.code, rev))
    member = {"segment": Mark(stamp, "K9", 1), "tags": Mark(stamp, "K9", rev)}
    told = msgspec.structs.replace(
        told, mark=Mark(stamp, "K9", 1), marks=told.marks | member, adds={"tags": {"vip": Mark(stamp, "K9", rev)}}
    )
    new = forger.rep.new_id()
    fresh = msgspec.structs.replace(told, id=new, root=new, fields=told.fields | {"tags": ["vip"]})

    forger.offers(told, fresh)
    forger.rep.cursor = ""
    forger.rep.pull()

    assert (forger.rep.records[forger.account].value("city"), forger.rep.records[new].value("tags")) == ("Ghost", ["vip"])
    marks = [mark for id_ in (forger.account, new) for mark in every_mark(forger.rep.records[id_])]
    assert all(0 <= mark.stamp <= last for mark in marks)


@pytest.mark.parametrize(
    "mark",
    [
        Mark(1, "K9", -1),
        Mark(1, "K9", 1, -1),
        Mark(1, "K9", 1, (1 << 53) + 1),
        Mark(1, "K9", 1, 0, -1),
        Mark(1, "K9", 1, 0, 0, 1 << 60),
        Mark(1, "K9", 1, 0, 0, 0, -3),
        Mark(1, "a\0", 1),
        Mark(1, "K" * 65, 1),
    ],
)
def test_an_offer_with_a_mark_that_no_server_gave_is_not_taken(mark: Mark) -> None:
    forger = Forger()
    told = forger.says("Ghost", Mark(1, "K9", forger.fork + 5))

    forger.offers(msgspec.structs.replace(told, marks=told.marks | {"segment": mark}))
    forger.manager.pull()

    assert forger.manager.records[forger.account].value("city") == "Lyon"


TEXT = Mark(1, "K9", 1)
TOO_MUCH: list[tuple[dict[str, Mark], dict[str, dict[str, Mark]]]] = [
    ({"no field": TEXT}, {}),
    ({f"{number:x}": TEXT for number in range(1_000)}, {}),
    ({}, {"no field": {}}),
    ({}, {"city": {"Lyon": TEXT}}),
    ({}, {"tags": {f"{number:x}": TEXT for number in range(1_000)}}),
    ({}, {"tags": {"x" * 1_000: TEXT}}),
    ({}, {"tags": {"a\0b": TEXT}}),
]


@pytest.mark.parametrize(("marks", "adds"), TOO_MUCH)
def test_an_offer_that_tells_more_than_a_record_has_is_not_taken(marks: dict[str, Mark], adds: dict[str, dict[str, Mark]]) -> None:
    forger = Forger()
    told = forger.says("Ghost", Mark(1, "K9", forger.fork + 5))

    forger.offers(msgspec.structs.replace(told, marks=told.marks | marks, adds=adds))
    forger.manager.pull()

    assert forger.manager.records[forger.account].value("city") == "Lyon"


def test_an_offer_tells_the_author_of_each_field_each_member_and_what_was_taken_off() -> None:
    forger = Forger()
    mark = Mark(1, "K9", forger.fork + 5)
    told = forger.says("Bron", mark)
    adds = {"tags": {"vip": mark} | {f"{REMOVED}{number}": mark for number in range(100)}}

    forger.offers(msgspec.structs.replace(told, marks=told.marks | {WHOLE_RECORD: mark, RECOVERED: mark}, adds=adds))
    forger.manager.pull()

    assert forger.manager.records[forger.account].value("city") == "Bron"


@pytest.mark.parametrize("epoch", ["", "never heard of"])
def test_the_facts_of_an_arrival_that_the_backup_held_stay(epoch: str) -> None:
    world = World()
    account = world.account()
    rep, manager = world.phone(world.elodie), world.phone(world.marie)
    visit, made = rep.create("visit", account_id=account, user_id=world.elodie[0], zone="Europe/Paris", state="planned")
    rep.push(made)
    rep.pull()
    arrived: dict[str, Value] = {"arrived_at": world.clock.now - 60_000, "arrived_lat": 1.0, "arrived_lon": 1.0}
    assert rep.push(rep.edit("visit", visit, state="checked_in", **arrived)).status == "applied"
    rep.pull()
    lost, fork = restored(world)
    standing = rep.records[visit]
    claimed = arrived | {"arrived_at": world.clock.now - DAY, "arrived_lat": 45.0, "arrived_accuracy": 3.0}
    forged = {name: Mark(pack(world.clock.now), manager.device.code, fork + 5, 9) for name in ("arrived_lat", "arrived_accuracy")}

    for marks in (forged, forged | {"arrived_at": forged["arrived_lat"]}):
        told = msgspec.structs.replace(standing, rev=fork + 5, fields=standing.fields | claimed, marks=standing.marks | marks)
        heal(rep, epoch or lost, offers=[told])
    manager.pull()

    found = manager.records[visit]
    assert {name: found.value(name) for name in arrived} == arrived
    assert found.value("arrived_accuracy") is None
