"""Offers to a restored server: what a push would refuse does not come in this way either."""

import json
from collections.abc import Iterable

import msgspec
import pytest

from shared.models.registry import COLUMNS
from shared.sync import codec
from shared.sync.change import Epoch, Transaction
from shared.sync.clock import pack
from shared.sync.policy import Value
from shared.sync.protocol import HealAnswer, HealEntry, HealRequest
from shared.sync.record import Mark, Record
from sync_server.services import epochs
from sync_server.services.conflicts import conflict_id
from sync_server.services.healing import HealService
from tests.sync_server.sync.shop import GROSS, NET, PRICE, Shop, open_shop
from tests.sync_server.world import DAY, Phone, World

pytestmark = pytest.mark.usefixtures("engine")


def entries(**changed: Value) -> str:
    return json.dumps([{"value": "planted", "user_id": "x", "device": "K9", "at": 1} | changed])


ENTRY = entries()


def restored(world: World) -> tuple[str, int]:
    """Let all there is be a backup that was restored, after which a thousand revs were lost; give the lost epoch and the fork."""
    with world.database.write() as connection:
        standing = epochs.standing(connection)
        epochs.enter(connection, Epoch("second", standing.epoch.id, standing.head, standing.head + 1_001))
    return standing.epoch.id, standing.head


def heal(phone: Phone, epoch: str, *, entries: Iterable[HealEntry] = (), offers: Iterable[Record] = ()) -> HealAnswer:
    named: dict[str, int] = {}
    rows = codec.to_rows(offers, COLUMNS, named)
    request = HealRequest(phone.world.clock.now, epoch, tuple(entries), rows, list(named))
    service = HealService(phone.world.database, phone.world.clock)
    return service.heal(phone.device, codec.decode(codec.encode(request), HealRequest))


def offered(phone: Phone, kind: str, id_: str, root: str, rev: int, **fields: Value) -> Record:
    return Record(kind, id_, root, "", rev, Mark(pack(phone.world.clock.now), phone.device.code, rev), dict(fields))


def question(phone: Phone, account: str, about: str, rev: int, **changed: Value) -> Record:
    said: dict[str, Value] = {"account_id": account, "record_kind": "account", "record_id": about, "field": "city", "standing": 0}
    said |= {"entries": ENTRY, "state": "open"}
    return offered(phone, "conflict", conflict_id(about, str((said | changed)["field"])), account, rev, **(said | changed))


def line_of(shop: Shop, quote: str, **changed: Value) -> dict[str, Value]:
    return {name: edit.to for name, edit in shop.line(quote).fields.items()} | changed


@pytest.mark.parametrize("epoch", ["never heard of", ""])
def test_what_was_never_lost_is_judged_by_the_lease_however_it_comes(epoch: str) -> None:
    world = World()
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()
    assignment = next(r.id for r in phone.records.values() if r.value("user_id") == world.elodie[0] and r.kind == "assignment")
    world.rewrite("assignment", assignment, valid_to="2026-11-21")
    then = world.clock.now - DAY
    world.clock.now += 60 * DAY
    made = phone.edit("account", account, city="Lyon")
    dated = Transaction(made.id, (msgspec.structs.replace(made.changes[0], stamp=pack(then)),), (), made.seq)

    [outcome] = heal(phone, epoch, entries=[HealEntry(0, dated)]).outcomes

    assert outcome.status == "refused"


@pytest.mark.parametrize(
    "changed",
    [
        {"entries": "nonsense"},
        {"entries": "[]"},
        {"standing": 1},
        {"standing": "0"},
        {"state": "odd"},
        {"field": "no such field"},
        {"record_kind": "contact"},
        {"record_id": "nobody"},
        {"opened_at": "x"},
        {"opened_at": -5},
        {"opened_at": 1 << 62},
        {"closed_at": True},
        {"closed_by": ["a"]},
        {"entries": entries(at=1 << 53)},
        {"entries": entries(at=-1)},
        {"entries": entries(seq=-5)},
        {"entries": entries(seen=1 << 70)},
        {"entries": entries(value=["p"])},
        {"entries": entries(value=5)},
        {"entries": entries(value="a\0b")},
        {"field": "*", "entries": entries(value="odd")},
    ],
)
def test_a_question_that_the_server_could_not_have_asked_is_not_taken(changed: dict[str, Value]) -> None:
    world = World()
    account = world.account()
    rep, manager = world.phone(world.elodie), world.phone(world.marie)
    rep.pull()
    lost, fork = restored(world)

    heal(rep, lost, offers=[question(rep, account, account, fork + 5, **changed)])
    manager.pull()

    assert not [record for record in manager.records.values() if record.kind == "conflict"]
    assert manager.push(manager.edit("account", account, city="Lyon")).status == "applied"


def test_a_question_about_a_record_of_another_territory_is_not_taken_and_one_of_ones_own_is() -> None:
    world = World()
    mine, theirs = world.account(), world.account("Nantais", world.nantes)
    phone = world.phone(world.elodie)
    phone.pull()
    lost, fork = restored(world)

    heal(phone, lost, offers=[question(phone, mine, theirs, fork + 5), question(phone, mine, mine, fork + 6)])
    phone.pull()

    assert [record.value("record_id") for record in phone.records.values() if record.kind == "conflict"] == [mine]


def test_a_line_below_a_quote_of_another_territory_is_not_taken() -> None:
    shop = open_shop()
    world = shop.world
    quote = shop.phone.new_id()
    assert shop.phone.push(shop.phone.transaction(shop.quote(quote), shop.line(quote))).status == "applied"
    own = world.account("Nantais", world.nantes)
    nikos = world.phone(world.nikos)
    nikos.pull()
    lost, fork = restored(world)

    forged = line_of(shop, quote, account_id=own, unit_price=99_999)
    heal(nikos, lost, offers=[offered(nikos, "quote_line", nikos.new_id(), own, fork + 5, **forged)])
    shop.phone.pull()

    assert shop.phone.records[quote].value("net_total") == NET


def test_a_line_does_not_go_to_another_quote() -> None:
    shop = open_shop()
    phone = shop.phone
    quote, line, other = phone.new_id(), phone.new_id(), phone.new_id()
    phone.push_all(phone.transaction(shop.quote(quote), shop.line(quote, line)), phone.transaction(shop.quote(other, number="Q26-K2-0002")))
    phone.pull()
    lost, fork = restored(shop.world)

    heal(phone, lost, offers=[offered(phone, "quote_line", line, shop.account, fork + 5, **line_of(shop, other, description="Mine"))])
    phone.pull()

    assert (phone.records[line].value("quote_id"), phone.records[line].value("description")) == (quote, "Mine")


def test_what_had_left_the_house_before_the_backup_stays_as_it_was_sent() -> None:
    shop = open_shop()
    phone = shop.phone
    quote, line = shop.sent()
    phone.pull()
    lost, fork = restored(shop.world)
    forged = dict(phone.records[quote].fields) | {"gross_total": 2, "state": "accepted", "decided_at": shop.world.clock.now}

    heal(phone, lost, offers=[offered(phone, "quote", quote, shop.account, fork + 5, **forged)])
    heal(phone, lost, offers=[offered(phone, "quote_line", line, shop.account, fork + 6, **line_of(shop, quote, unit_price=1))])
    phone.pull()

    found = phone.records[quote]
    assert (found.value("state"), found.value("gross_total")) == ("accepted", GROSS)
    assert phone.records[line].value("unit_price") == PRICE


def test_a_note_that_two_made_longer_than_a_form_lets_through_is_taken() -> None:
    world = World()
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()
    lost, fork = restored(world)
    note = "\n".join(f"{number} {'a' * 100}" for number in range(300))

    heal(phone, lost, offers=[offered(phone, "contact", "c", account, fork + 5, account_id=account, last_name="Roux", note=note)])
    phone.pull()

    assert phone.records["c"].value("note") == note


def test_a_visit_of_two_who_were_there_at_different_times_is_taken() -> None:
    world = World()
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()
    lost, fork = restored(world)
    now, who = world.clock.now, phone.device.user_id
    said: dict[str, Value] = {"account_id": account, "user_id": who, "zone": "UTC", "state": "checked_out"}

    heal(phone, lost, offers=[offered(phone, "visit", "v", account, fork + 5, **said, arrived_at=now + 1, left_at=now)])
    phone.pull()

    assert phone.records["v"].value("left_at") == now
