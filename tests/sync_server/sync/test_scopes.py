"""Nobody reads or writes outside the scopes: what is out of reach answers like what does not exist."""

import msgspec
import pytest

from shared.errors import ServerRefused
from shared.sync import codec
from shared.sync.change import Edit
from shared.sync.policy import Value
from shared.sync.protocol import Outcome
from sync_server.services import cursors, epochs
from sync_server.storage import transactions
from tests.sync_server.world import DAY, Phone, World

pytestmark = pytest.mark.usefixtures("engine")

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize(("who", "sees"), [("elodie", {"lyon"}), ("nikos", {"nantes"}), ("marie", {"lyon", "nantes"}), ("admin", set())])
def test_each_role_receives_its_territories_and_nothing_else(who: str, sees: set[str]) -> None:
    world = World()
    roots = {"lyon": world.account("Lyon's"), "nantes": world.account("Nantes'", world.nantes)}
    for account in roots.values():
        world.authored("contact", account_id=account, last_name="Petit")
    phone = world.phone(getattr(world, who))

    phone.pull()

    customers = [record for record in phone.records.values() if record.kind in {"account", "contact"}]
    assert {record.root for record in customers} == {roots[name] for name in sees}
    assert len(customers) == 2 * len(sees)
    assert phone.last is not None
    assert phone.last.digests is not None
    assert phone.last.digests.keys() == set(phone.last.scopes)


def test_a_cursor_made_up_for_another_territory_gives_nothing_of_it() -> None:
    world = World()
    world.account("Nantes'", world.nantes)
    nikos, elodie = world.phone(world.nikos), world.phone(world.elodie)
    nikos.pull()

    page = elodie.page(cursor=nikos.cursor)

    assert not page.kinds.get("account")
    assert f"territory:{world.nantes}" not in page.scopes


VERBS = ("update", "delete", "as another kind", "contact below", "visit below", "keep in a conflict")


def _probe(phone: Phone, verb: str, target: str) -> Outcome:
    probes = {
        "update": lambda: phone.edit("account", target, phone="+33472000001"),
        "delete": lambda: phone.delete("account", target),
        "as another kind": lambda: phone.edit("contact", target, last_name="Petit"),
        "contact below": lambda: phone.create("contact", account_id=target, last_name="Petit")[1],
        "visit below": lambda: phone.create("visit", account_id=target, user_id=phone.device.user_id, zone="UTC", state="planned")[1],
        "keep in a conflict": lambda: phone.edit("account", target),
    }
    return phone.push(probes[verb]())


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["elodie", "admin"])
def test_a_curious_device_cannot_tell_what_is_out_of_scope_from_what_does_not_exist(who: str, verb: str) -> None:
    world = World()
    world.account("Lyon's")
    foreign = world.account("Nantes'", world.nantes)
    phone = world.phone(getattr(world, who))
    phone.pull()

    there, nowhere = _probe(phone, verb, foreign), _probe(phone, verb, UNKNOWN)

    assert there.status == nowhere.status == "refused"
    assert there.code == nowhere.code == "unknown_record"
    assert [(error.field, error.code) for error in there.errors] == [(error.field, error.code) for error in nowhere.errors]
    watcher = world.phone(world.nikos)
    watcher.pull()
    assert watcher.records[foreign].fields == {"name": "Nantes'", "territory_id": world.nantes}
    assert [record.id for record in watcher.records.values() if record.root == foreign] == [foreign]


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("product", {"sku": "X", "tax_code": "S"}, "server_kind"),
        ("conflict", {"state": "closed"}, "server_kind"),
        ("user", {"role": "admin"}, "server_kind"),
        ("assignment", {"user_id": "me"}, "server_kind"),
        ("login", {"password_hash": ""}, "unknown_kind"),
        ("account", {"segment": "gold"}, "server_field"),
        ("account", {"rev": 1}, "unknown_field"),
    ],
)
def test_devices_do_not_write_what_only_the_server_writes(kind: str, fields: dict[str, Value], code: str) -> None:
    world = World()
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()

    outcome = phone.push(phone.edit(kind, account, **fields))

    assert (outcome.status, outcome.code) == ("refused", code)


@pytest.mark.parametrize(("who", "code"), [("elodie", "unknown_record"), ("marie", "")])
def test_only_who_has_a_territory_adds_customers_there(who: str, code: str) -> None:
    world = World()
    phone = world.phone(getattr(world, who))
    phone.pull()

    outcome = phone.push(phone.create("account", name="New", territory_id=world.nantes)[1])

    assert outcome.code == code


def test_a_rep_does_not_give_customers_away_and_a_manager_does() -> None:
    world = World()
    account = world.account()
    with_both = world.user("Zoé", "rep", world.lyon, world.nantes)
    rep, manager = world.phone(with_both), world.phone(world.marie)
    rep.pull()
    manager.pull()

    refused = rep.push(rep.edit("account", account, territory_id=world.nantes))
    moved = manager.push(manager.edit("account", account, territory_id=world.nantes))

    assert (refused.status, refused.code) == ("refused", "manager_only")
    assert moved.status == "applied"


@pytest.mark.parametrize("has_seen", [True, False])
def test_what_belongs_to_a_customer_is_written_for_no_other_one(has_seen: bool) -> None:
    world = World()
    here, beside = world.account(), world.account("Lyon's other")
    contact = world.authored("contact", account_id=here, last_name="Petit")
    phone = world.phone(world.marie)
    phone.pull()
    change = phone.change("contact", contact, account_id=Edit(beside, here))

    refused = phone.push(phone.transaction(change if has_seen else msgspec.structs.replace(change, base=None)))
    again = phone.push(phone.edit("contact", contact, account_id=Edit(here, here), first_name="Anne"))
    phone.pull()

    assert (refused.status, refused.code) == ("refused", "fact_is_final")
    assert [(error.field, error.code) for error in refused.errors] == [("account_id", "fact_is_final")]
    assert again.status == "applied"
    assert phone.records[contact].root == phone.records[contact].value("account_id") == here


@pytest.mark.parametrize(("days_ago", "status"), [(1, "applied"), (13, "applied"), (15, "refused")])
def test_work_done_while_the_territory_was_still_ones_own_is_taken_within_the_lease(days_ago: int, status: str) -> None:
    world = World()
    account = world.account()
    phone = world.phone(world.elodie)
    phone.pull()
    transaction = phone.edit("account", account, phone="+33472000001", tags=Edit(add=("fair",)))
    assignment = next(r.id for r in phone.records.values() if r.value("user_id") == world.elodie[0] and r.kind == "assignment")
    world.rewrite("assignment", assignment, valid_to="2026-11-22")
    world.clock.now += days_ago * DAY

    outcome = phone.push(transaction)

    assert outcome.status == status
    flags = _flags(world, transaction.id)
    assert flags == ('["past_assignment"]' if status == "applied" else None)


def _flags(world: World, txn: str) -> str | None:
    with world.database.read() as connection:
        found: str | None = transactions.logged(connection, [txn])[txn].flags
    return found


def test_an_account_on_its_way_to_a_territory_that_is_lost_meanwhile_leaves_the_device() -> None:
    world = World()
    account = world.account("Fournil Bellevue", world.lyon)
    marie = world.phone(world.marie)
    marie.pull()
    world.account("Boulangerie du Port", world.nantes)
    world.rewrite("account", account, territory_id=world.nantes)
    first = marie.page(limit=1)
    assert first.more
    assert not first.left
    marie.cursor = first.cursor

    lost = next(r.id for r in marie.records.values() if r.value("user_id") == world.marie[0] and r.value("territory_id") == world.nantes)
    world.rewrite("assignment", lost, valid_to="2026-11-21")
    marie.pull()

    assert account not in marie.records


def test_what_had_not_come_with_its_account_leaves_with_the_lost_territory_too() -> None:
    world = World()
    account = world.account("Fournil Bellevue", world.lyon)
    contact = world.authored("contact", account_id=account, last_name="Petit")
    marie = world.phone(world.marie)
    marie.pull()
    world.rewrite("account", account, territory_id=world.nantes)
    world.rewrite("contact", contact, last_name="Grand")
    first = marie.page(limit=1)
    assert first.more
    assert [row[0] for row in first.kinds["account"].rows] == [account]
    marie.cursor = first.cursor
    marie.records[account] = next(record for record in codec.from_rows(first) if record.id == account)

    lost = next(r.id for r in marie.records.values() if r.value("user_id") == world.marie[0] and r.value("territory_id") == world.nantes)
    world.rewrite("assignment", lost, valid_to="2026-11-21")
    marie.pull()

    assert {account, contact}.isdisjoint(marie.records)


def test_a_device_cannot_say_that_a_customer_became_another_one() -> None:
    world = World()
    one, other = world.account("One"), world.account("Other")
    phone = world.phone(world.elodie)
    phone.pull()

    outcome = phone.push(phone.edit("account", one, merged_into=other))

    assert (outcome.status, outcome.code) == ("refused", "server_field")


def test_a_cursor_of_far_more_scopes_than_a_device_has_makes_it_begin_anew() -> None:
    world, lost = World(), sorted(f"territory:{number}" for number in range(501))
    phone = world.phone(world.elodie)  # who has two scopes
    with world.database.read() as connection:
        standing = epochs.standing(connection)
    most, more = (cursors.write(standing, dict.fromkeys(["org", *names], 1)) for names in (lost, [*lost, "territory:501"]))

    with pytest.raises(ServerRefused, match="bad_cursor"):
        phone.page(cursor=more)

    assert phone.page(cursor=most).lost_scopes == lost
    assert len(cursors.read(more, standing, held=3).revs) == 503
