"""After a restore: where the lost epoch had kept what it heard first, that stands again, whoever comes first now."""

import msgspec
import pytest

from shared.sync.protocol import HealEntry
from shared.sync.record import Mark
from tests.sync_server.sync.test_offers import heal, restored
from tests.sync_server.world import NOON, World

pytestmark = pytest.mark.usefixtures("engine")


@pytest.mark.parametrize("first", ["elodie", "marie"])
def test_who_was_to_go_is_whom_the_lost_epoch_kept_whoever_comes_first(first: str) -> None:
    world = World()
    account = world.account()
    elodie, marie = world.phone(world.elodie), world.phone(world.marie)
    visit, plan = elodie.create("visit", account_id=account, user_id=world.elodie[0], state="planned", planned_at=NOON, zone="UTC")
    elodie.push(plan)
    for phone in (elodie, marie):
        phone.pull()
    one, two = marie.edit("visit", visit, user_id=world.marie[0]), elodie.edit("visit", visit, user_id=world.nikos[0])
    epoch, fork = restored(world)

    todo = [(elodie, HealEntry(fork + 11, two)), (marie, HealEntry(fork + 10, one))]
    for phone, entry in todo if first == "elodie" else reversed(todo):
        heal(phone, epoch, entries=[entry])
    marie.pull()

    assert marie.records[visit].value("user_id") == world.marie[0]
    assert marie.conflict(visit, "user_id").values == {world.marie[0], world.nikos[0]}


def test_a_held_record_tells_that_what_came_later_did_not_stand() -> None:
    world = World()
    account = world.account(phone="+33472000000")
    elodie, marie = world.phone(world.elodie), world.phone(world.marie)
    for phone in (elodie, marie):
        phone.pull()
    later = marie.edit("account", account, phone="+33472000001")
    before = elodie.records[account]
    epoch, fork = restored(world)
    marks = before.marks | {"phone": Mark(before.mark.stamp + 1, elodie.device.code, fork + 10, 1)}
    held = msgspec.structs.replace(before, rev=fork + 11, fields=before.fields | {"phone": "+33472000009"}, marks=marks)

    heal(marie, epoch, entries=[HealEntry(fork + 11, later)])
    heal(elodie, epoch, offers=[held])
    marie.pull()

    assert marie.records[account].value("phone") == "+33472000009"
