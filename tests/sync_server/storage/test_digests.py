"""Scopes' digests are kept up to date, and always equal what a recount gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from shared.sync import digest
from shared.sync.change import Edit
from sync_server.storage import records
from sync_server.storage.tables import RECORD_META
from tests.sync_server.world import Phone, World

pytestmark = pytest.mark.usefixtures("engine")

actions = st.lists(st.sampled_from(["edit", "create", "delete", "move", "clash", "office"]), max_size=12)


@settings(max_examples=20)
@given(actions)
def test_the_kept_digests_equal_a_recount(script: list[str]) -> None:
    world = World()
    accounts = [world.account(f"Account {number}") for number in range(3)]
    phones = [world.phone(world.marie), world.phone(world.marie)]
    for phone in phones:
        phone.pull()

    for number, action in enumerate(script):
        _do(world, phones[number % 2], accounts[number % 3], action, number)

    with world.database.read() as connection:
        ids = list(connection.execute(select(RECORD_META.c.id)).scalars())
        stored = list(records.load(connection, records.places(connection, ids), ids).values())
        scopes = {record.scope for record in stored} | {f"territory:{world.lyon}", f"territory:{world.nantes}"}
        kept = records.digests(connection, scopes)
    for scope in scopes:
        inside = [digest.item(record) for record in stored if record.scope == scope and record.live]
        assert kept.get(scope, (0, 0)) == (len(inside), digest.total(inside))


def _do(world: World, phone: Phone, account: str, action: str, number: int) -> None:
    if action == "move":
        territory = phone.records[account].value("territory_id") if account in phone.records else world.lyon
        phone.push(phone.edit("account", account, territory_id=world.nantes if territory == world.lyon else world.lyon))
        phone.pull()
    elif action == "create":
        phone.push(phone.create("contact", account_id=account, last_name=f"N{number}", phones=Edit(add=("12 34",)))[1])
    elif action == "delete":
        phone.push(phone.delete("account", account))
    elif action == "office":
        world.rewrite("account", account, name=f"Office {number}", lat=number, lon=-0.0)
    elif action == "clash":
        phone.push(phone.edit("account", account, city=f"City {number}", lat=-0.0, lon=0))
    else:
        phone.push(phone.edit("account", account, note=f"Note {number}"))
        phone.pull()
